/**
 * Flags for the names of users. They come from the directory of the organization, except
 * with `--no-people`, and from a CSV of your own.
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
  Flag.withDescription("Show names from the directory (default: on); --no-people does not read the directory"),
  Flag.withDefault(true)
)

export const flags = {
  people,
  facts: Paths.flag("facts").pipe(
    Flag.withMetavar("CSV"),
    Flag.withDescription(
      "Add data about users from a CSV, which overrides the directory; columns: userId or email, and any of name, department, title, division, manager, lastLogin, state; - is stdin"
    ),
    Flag.optional
  ),
  inactiveDays: Flag.Int("inactive-days").pipe(
    Flag.withSchema(Paging.Count),
    Flag.withMetavar("DAYS"),
    Flag.withDescription("Count a user as idle after DAYS days without a login (default: 60)"),
    Flag.optional
  )
}

export interface Flags {
  readonly people: boolean
  readonly facts: Option.Option<string>
  readonly inactiveDays: Option.Option<number>
}

/** Reads the CSV of `--facts`. Says which columns are ignored and which rows are short: a name may be misspelled, or the file cut off. */
export const loadFacts = Effect.fnUntraced(function* (flags: Flags) {
  const facts = Option.isSome(flags.facts) ? yield* UserFacts.load(flags.facts.value) : undefined
  if (Option.isSome(flags.inactiveDays) && !flags.people && !facts?.columns.has("lastLogin")) {
    return yield* new Misused({
      message: "--inactive-days needs the last logins. Leave out --no-people, or pass --facts with a column lastLogin."
    })
  }
  if (facts === undefined) return undefined
  const { ignoredColumns, shortRows, source } = facts
  const ignored = ignoredColumns.map((name) => JSON.stringify(name)).join(", ")
  if (ignored !== "") yield* Console.error(`${source}: ignored columns: ${ignored}.`)
  if (shortRows > 0) {
    yield* Console.error(`${source}: ${count(shortRows, "row")} ended early. The missing cells count as empty.`)
  }
  return facts
})

/**
 * Reads who users are, from the directory and the CSV. If the client may not read the
 * directory, stderr says so and only the CSV is used. Returns undefined if there is neither.
 */
export const read = Effect.fnUntraced(function* (
  { inactiveDays, people }: Flags,
  facts: UserFacts.UserFacts | undefined,
  { concurrency, keep, listener }: Pick<ReadOptions, "concurrency" | "keep" | "listener"> = {}
) {
  const fromFacts = facts === undefined ? Effect.undefined : People.ofFacts(facts)
  if (!people) return yield* fromFacts
  const needsDirectory =
    (Option.isSome(inactiveDays) && facts?.columns.has("lastLogin") !== true) || (facts?.byEmail.size ?? 0) > 0
  const all = reading((onProgress) => People.read({ facts, concurrency, keep, listener, onProgress }))
  return yield* needsDirectory ? all : orIds(all, fromFacts)
})

/** Continues without the directory, and says so, if the client may not read it or a gateway does not have it. */
const orIds = <A, R, B, E>(reading: Effect.Effect<A, AdminError | GenesysError, R>, otherwise: Effect.Effect<B, E>) => {
  const withoutNames = (why: string) =>
    Effect.andThen(Console.error(`Users are shown by id only: ${why}, or pass --no-people.`), otherwise)
  return reading.pipe(
    Effect.catchReasons("GenesysError", {
      Forbidden: () =>
        withoutNames("the OAuth client may not read the directory. Give one of its roles directory > user > view"),
      NotFound: () => withoutNames("this server has no directory. Ask its operator for GET /api/v2/users")
    })
  )
}

/** Who these users are. Empty with `--no-people`, or if the client may not read the directory. */
export const profilesOf = (
  people: boolean,
  userIds: Iterable<string>
): Effect.Effect<Profiles, AdminError | GenesysError, UserService> => {
  const ids = new Set(userIds)
  return people && ids.size > 0 ? orIds(Directory.byId(ids), Effect.succeed(new Map())) : Effect.succeed(new Map())
}

/** The same, with the names of their managers. The CSV overrides the directory. */
export const profilesOfChanged = Effect.fnUntraced(function* (
  people: boolean,
  userIds: Iterable<string>,
  facts: UserFacts.UserFacts | undefined
) {
  const found = yield* profilesOf(people, userIds)
  return withFacts(yield* Directory.withManagers(found), facts)
})

/** The CSV overrides the directory field by field. */
export const withFacts = (profiles: Profiles, facts: UserFacts.UserFacts | undefined): Profiles => {
  const merged = new Map(profiles)
  for (const [id, row] of facts?.byId ?? []) {
    const profile = profiles.get(id)
    merged.set(id, profile === undefined ? row : Profile.merge(row, profile))
  }
  return merged
}

/** The id of the user whom somebody typed as an id or an e-mail address. */
export const idOf = Effect.fnUntraced(function* (people: boolean, typed: string) {
  const name = UserIdCell.read(typed)
  if (!UserIdCell.isEmail(name)) return name
  if (!people) {
    return yield* new Misused({
      message: "--no-people: an e-mail address can only be looked up in the directory. Pass the id of the user."
    })
  }
  const found = yield* reading((onProgress) => Emails.lookUp([name], { onProgress }))
  return (
    found.get(Emails.sameness(name)) ??
    (yield* new Misused({
      message: `No user in the directory has the e-mail address ${JSON.stringify(name)}. For a deleted user, pass the id.`
    }))
  )
})

/** Reads the directory and shows progress. */
export const reading = <A, E, R>(work: (onProgress: Options["onProgress"]) => Effect.Effect<A, E, R>) =>
  Progress.during("Reading people", 500, (onProgress) =>
    work(({ total, users }) => onProgress({ done: users, ...(total !== undefined && { total }) }))
  )

/** Says how many rows of the CSV match no user. Fails if none matches, because any result would be wrong. */
export const report = Effect.fnUntraced(function* ({ byEmail, byId, source }: UserFacts.UserFacts, matching: number) {
  const rows = byId.size + byEmail.size
  const strangers = rows - matching
  if (strangers === 0 && rows > 0) return
  if (matching > 0) {
    return yield* Console.error(`${source}: ${strangers} of ${count(rows, "row")} match no user of the organization.`)
  }
  const names = [...byId.keys(), ...byEmail.keys()]
  const resemblance = UserIdCell.resemblance(names)
  const problem =
    names[0] === undefined
      ? "there are no rows below the header"
      : `none of ${count(rows, "row")} matches a user of the organization. Expected user ids such as 8f6a0c1e-2f5b-4c0e-9d7b-0b8f6f0f2a11, or e-mail addresses. The first row has "${quote(names[0])}"${resemblance === undefined ? "" : `: these look like ${resemblance}`}`
  return yield* new Misused({ message: `${source}: ${problem}.` })
})
