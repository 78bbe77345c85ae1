/**
 * Who users are, as flags: the directory of the organization, which is read unless
 * somebody says no, and a CSV of one's own.
 */
import type { AdminError } from "@genesys-license/admin/AdminError"
import * as Directory from "@genesys-license/admin/people/Directory"
import type { Options, Profiles, ReadOptions } from "@genesys-license/admin/people/Directory"
import * as Emails from "@genesys-license/admin/people/Emails"
import * as People from "@genesys-license/admin/people/People"
import * as Profile from "@genesys-license/admin/people/Profile"
import * as UserFacts from "@genesys-license/admin/people/UserFacts"
import * as UserIdCell from "@genesys-license/admin/people/UserIdCell"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { UserService } from "@genesys-license/client/UserService"
import { quote } from "@genesys-license/schema/Quote"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Misused } from "../terminal/Ending.ts"
import * as Paths from "../terminal/Paths.ts"
import * as Progress from "../terminal/Progress.ts"
import { count } from "../terminal/Table.ts"
import * as Paging from "./Paging.ts"

export const people = Flag.Boolean("people").pipe(
  Flag.withDescription("Name users from the directory (default: on); --no-people shows ids only"),
  Flag.withDefault(true)
)

export const flags = {
  people,
  facts: Paths.flag("facts").pipe(
    Flag.withMetavar("CSV"),
    Flag.withDescription(
      "CSV with userId or email, and any of name, department, division, lastLogin, state; wins over the directory; - is stdin"
    ),
    Flag.optional
  ),
  inactiveDays: Flag.Int("inactive-days").pipe(
    Flag.withSchema(Paging.Count),
    Flag.withMetavar("DAYS"),
    Flag.withDescription("Days without a login after which a user counts as inactive (default: 60)"),
    Flag.optional
  )
}

export interface Flags {
  readonly people: boolean
  readonly facts: Option.Option<string>
  readonly inactiveDays: Option.Option<number>
}

/** The CSV, if there is one. Says what of it is not understood: a column may be misspelt, a file cut off. */
export const loadFacts = Effect.fnUntraced(function* (flags: Flags) {
  const facts = Option.isSome(flags.facts) ? yield* UserFacts.load(flags.facts.value) : undefined
  if (Option.isSome(flags.inactiveDays) && !flags.people && !facts?.columns.has("lastLogin")) {
    return yield* new Misused({
      message: "--inactive-days needs logins: leave out --no-people, or give --facts with a column lastLogin."
    })
  }
  if (facts === undefined) return undefined
  const { ignoredColumns, shortRows, source } = facts
  const ignored = ignoredColumns.map((name) => JSON.stringify(name)).join(", ")
  if (ignored !== "") yield* Console.error(`${source}: not used: ${ignored}.`)
  if (shortRows > 0) {
    yield* Console.error(`${source}: ${count(shortRows, "row")} ended early. What they lack counts as empty.`)
  }
  return facts
})

/**
 * Who users are, from the directory and from the CSV. Where the client may not read the
 * directory, that is said on stderr, and the CSV alone tells, if it can; undefined where
 * nothing does.
 */
export const read = Effect.fnUntraced(function* (
  { inactiveDays, people }: Flags,
  facts: UserFacts.UserFacts | undefined,
  { concurrency, keep, listener }: Pick<ReadOptions, "concurrency" | "keep" | "listener"> = {}
) {
  const fromFacts = facts === undefined ? Effect.undefined : People.ofFacts(facts)
  if (!people) return yield* fromFacts
  const isNeeded =
    (Option.isSome(inactiveDays) && facts?.columns.has("lastLogin") !== true) || (facts?.byEmail.size ?? 0) > 0
  const all = reading((onProgress) => People.read({ facts, concurrency, keep, listener, onProgress }))
  return yield* isNeeded ? all : orIds(all, fromFacts)
})

/** Goes on without the directory where the client may not read it, or there is none behind a gateway, and says so. */
const orIds = <A, R, B, E>(reading: Effect.Effect<A, AdminError | GenesysError, R>, otherwise: Effect.Effect<B, E>) => {
  const saying = (why: string) =>
    Effect.andThen(Console.error(`Users are shown by id only: ${why}, or say --no-people.`), otherwise)
  return reading.pipe(
    Effect.catchReasons("GenesysError", {
      Forbidden: () =>
        saying("the OAuth client may not read the directory. Give one of its roles directory > user > view"),
      NotFound: () => saying("this server does not have the directory. Ask whoever runs it for GET /api/v2/users")
    })
  )
}

/** Who some users are. Empty where nobody wants to know, or the client may not. */
export const profilesOf = (
  people: boolean,
  userIds: Iterable<string>
): Effect.Effect<Profiles, AdminError | GenesysError, UserService> => {
  const ids = new Set(userIds)
  return people && ids.size > 0 ? orIds(Directory.byId(ids), Effect.succeed(new Map())) : Effect.succeed(new Map())
}

/** The same, with the names of their managers, and with what a CSV tells, which wins. */
export const profilesOfChanged = Effect.fnUntraced(function* (
  people: boolean,
  userIds: Iterable<string>,
  facts: UserFacts.UserFacts | undefined
) {
  const found = yield* profilesOf(people, userIds)
  return withFacts(yield* Directory.withManagers(found), facts)
})

/** The CSV wins, field by field. */
export const withFacts = (profiles: Profiles, facts: UserFacts.UserFacts | undefined): Profiles => {
  const merged = new Map(profiles)
  for (const [id, row] of facts?.byId ?? []) {
    const profile = profiles.get(id)
    merged.set(id, profile === undefined ? row : Profile.merge(row, profile))
  }
  return merged
}

/** The user who is named by id or by e-mail address. */
export const idOf = Effect.fnUntraced(function* (people: boolean, typed: string) {
  const name = UserIdCell.read(typed)
  if (!UserIdCell.isEmail(name)) return name
  if (!people) {
    return yield* new Misused({
      message: "--no-people: only the directory knows whose an e-mail address is. Name the user by id."
    })
  }
  const found = yield* reading((onProgress) => Emails.lookUp([name], { onProgress }))
  return (
    found.get(Emails.sameness(name)) ??
    (yield* new Misused({
      message: `Nobody in the directory has the e-mail address ${JSON.stringify(name)}. Of a deleted user, give the id.`
    }))
  )
})

/** Reads the directory with a line of progress. */
export const reading = <A, E, R>(work: (onProgress: Options["onProgress"]) => Effect.Effect<A, E, R>) =>
  Progress.during("Reading people", 500, (onProgress) =>
    work(({ total, users }) => onProgress({ done: users, ...(total !== undefined && { total }) }))
  )

/** Says how many rows of the CSV fit nobody. Fails where none fits: whatever was found with them would be wrong. */
export const report = Effect.fnUntraced(function* ({ byEmail, byId, source }: UserFacts.UserFacts, fitting: number) {
  const rows = byId.size + byEmail.size
  const strangers = rows - fitting
  if (strangers === 0 && rows > 0) return
  if (fitting > 0) {
    return yield* Console.error(`${source}: ${strangers} of ${count(rows, "row")} fit no user of the organization.`)
  }
  const names = [...byId.keys(), ...byEmail.keys()]
  const resemblance = UserIdCell.resemblance(names)
  const problem =
    names[0] === undefined
      ? "there are no rows below the header"
      : `none of ${count(rows, "row")} fits a user of the organization. User ids or e-mail addresses are expected, such as 8f6a0c1e-2f5b-4c0e-9d7b-0b8f6f0f2a11, and the first one is "${quote(names[0])}"${resemblance === undefined ? "" : `: these look like ${resemblance}`}`
  return yield* new Misused({ message: `${source}: ${problem}.` })
})
