/**
 * What is known of users from elsewhere, as flags.
 */
import * as UserFacts from "@genesys-license/admin/people/UserFacts"
import * as UserIdCell from "@genesys-license/admin/people/UserIdCell"
import { quote } from "@genesys-license/schema/Quote"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Paths from "../terminal/Paths.ts"
import { Misused } from "../terminal/Ending.ts"
import { count } from "../terminal/Table.ts"
import * as Paging from "./Paging.ts"

export const flags = {
  facts: Paths.flag("facts").pipe(
    Flag.withMetavar("CSV"),
    Flag.withDescription("CSV with userId and any of email, name, division, lastLogin, state; - is stdin"),
    Flag.optional
  ),
  inactiveDays: Flag.Int("inactive-days").pipe(
    Flag.withSchema(Paging.Count),
    Flag.withMetavar("DAYS"),
    Flag.withDescription("Days without a log-in after which a user counts as inactive (default: 60); needs --facts"),
    Flag.optional
  )
}

export interface Flags {
  readonly facts: Option.Option<string>
  readonly inactiveDays: Option.Option<number>
}

/** Facts, and the file that they are from. */
export interface Facts extends UserFacts.UserFacts {
  readonly path: string
}

/** The facts, if there are any. Says what of them is not understood: a column may be misspelt, a file cut off. */
export const load = Effect.fnUntraced(function* ({ facts: file, inactiveDays }: Flags) {
  if (Option.isNone(file)) {
    return Option.isNone(inactiveDays)
      ? undefined
      : yield* new Misused({ message: "--inactive-days needs --facts: the License API does not tell log-ins." })
  }
  const path = file.value
  const facts = yield* UserFacts.load(path)
  if (Option.isSome(inactiveDays) && !facts.columns.has("lastLogin")) {
    return yield* new Misused({ message: "--inactive-days needs a column lastLogin in the facts." })
  }
  const ignored = facts.ignoredColumns.map((name) => JSON.stringify(name)).join(", ")
  if (ignored !== "") yield* Console.error(`${path}: not used: ${ignored}.`)
  if (facts.shortRows > 0) {
    yield* Console.error(`${path}: ${count(facts.shortRows, "row")} ended early. What they lack counts as empty.`)
  }
  return { ...facts, path }
})

/** Says how many of the facts fit nobody. Fails where none fits: whatever was found with them would be wrong. */
export const report = Effect.fnUntraced(function* ({ byId, path }: Facts, known: number) {
  const strangers = byId.size - known
  if (strangers === 0 && byId.size > 0) return
  if (known > 0) {
    return yield* Console.error(`${path}: ${strangers} of ${count(byId.size, "row")} fit no user of the organization.`)
  }
  const ids = [...byId.keys()]
  const resemblance = UserIdCell.resemblance(ids)
  const problem =
    ids[0] === undefined
      ? "there are no rows below the header"
      : `none of ${count(ids.length, "row")} fits a user of the organization. User ids are expected, such as 8f6a0c1e-2f5b-4c0e-9d7b-0b8f6f0f2a11, and the first one is "${quote(ids[0])}"${resemblance === undefined ? "" : `: these look like ${resemblance}`}`
  return yield* new Misused({ message: `${path}: ${problem}.` })
})
