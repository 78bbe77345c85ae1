/**
 * What is known of users from elsewhere, as flags.
 */
import * as UserFacts from "@genesys-license/admin/people/UserFacts"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Paths from "../terminal/Paths.ts"
import * as Paging from "./Paging.ts"

export const flags = {
  facts: Paths.flag("facts").pipe(
    Flag.withDescription("CSV with userId and any of email, name, division, lastLogin, state"),
    Flag.optional
  ),
  inactiveDays: Flag.Int("inactive-days").pipe(
    Flag.withSchema(Paging.Count),
    Flag.withMetavar("DAYS"),
    Flag.withDescription("Days without a log-in after which a user counts as inactive (default: 60); needs --facts"),
    Flag.withDefault(60)
  )
}

/** The facts, if there are any. Says which of their columns were not understood: one of them may be misspelt. */
export const load = Effect.fnUntraced(function* (path: Option.Option<string>) {
  if (Option.isNone(path)) return undefined
  const facts = yield* UserFacts.load(path.value)
  const ignored = facts.ignoredColumns.map((name) => JSON.stringify(name)).join(", ")
  if (ignored !== "") yield* Console.error(`${path.value}: not used: ${ignored}.`)
  return facts
})
