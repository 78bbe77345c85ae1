/**
 * What is known about the users of an organization: from its directory, from the
 * administrator's own CSV, or from both. The CSV wins, field by field.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { UserService } from "@genesys-license/client/UserService"
import type { UserId } from "@genesys-license/schema/Ids"
import * as Effect from "effect/Effect"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"
import * as Directory from "./Directory.ts"
import * as Emails from "./Emails.ts"
import * as Profile from "./Profile.ts"
import * as UserIdCell from "./UserIdCell.ts"
import type { UserFacts } from "./UserFacts.ts"

/** The directory and the CSV as one. */
export interface People {
  /** The profile of a user, in whatever spelling the id is given. */
  readonly of: (userId: UserId) => Profile.Profile | undefined
  /** The fields that are known of anybody. */
  readonly fields: ReadonlySet<Profile.Field>
  /** The number of rows of the CSV; 0 without one. */
  readonly rows: number
  /** Whether the CSV has a row for the user. */
  readonly hasRow: (userId: UserId) => boolean
  /**
   * Looks up users who are not in the list of the directory, such as deleted ones, and adds
   * them. Does nothing without a directory.
   */
  readonly lookUp: (userIds: Iterable<UserId>) => Effect.Effect<void, GenesysError>
}

/** Nothing is known about anybody. */
export const none: People = {
  of: () => undefined,
  fields: new Set(),
  rows: 0,
  hasRow: () => false,
  lookUp: () => Effect.void
}

/** From a CSV alone. Fails if rows name people by e-mail address: that needs the directory. */
export const ofFacts = Effect.fnUntraced(function* (facts: UserFacts): Effect.fn.Return<People, AdminError> {
  if (facts.byEmail.size > 0) {
    const problem = "its rows name people by e-mail, and only the directory knows their ids; name them by userId"
    return yield* fail(new InvalidInput({ source: facts.source, problem }))
  }
  return make(facts.byId, new Map(), facts)
})

/** Reads the directory, and adds a CSV if there is one. */
export const read = Effect.fnUntraced(function* ({
  facts,
  keep,
  ...options
}: Directory.ReadOptions & { readonly facts?: UserFacts | undefined } = {}): Effect.fn.Return<
  People,
  AdminError | GenesysError,
  UserService
> {
  // Rows that name people by e-mail address are joined by it.
  const kept =
    keep === undefined || facts === undefined || facts.byEmail.size === 0 ? keep : new Set([...keep, "email" as const])
  const profiles = yield* Directory.read({ ...options, keep: kept })
  const users = yield* UserService
  const people = make(yield* joined(facts, profiles), profiles, facts)
  return {
    ...people,
    fields: new Set([...(kept ?? Profile.fields), ...people.fields]),
    lookUp: (userIds) =>
      Effect.suspend(() => {
        const missing = Array.from(userIds).filter((userId) => !profiles.has(UserIdCell.sameness(userId)))
        return Effect.map(Directory.byId(missing), (found) => {
          for (const [userId, profile] of found) profiles.set(userId, Directory.withManager(profile, profiles))
        })
      }).pipe(Effect.provideService(UserService, users))
  }
})

const make = (rows: Directory.Profiles, profiles: Directory.Profiles, facts: UserFacts | undefined): People => ({
  of: (userId) => {
    const id = UserIdCell.sameness(userId)
    const row = rows.get(id)
    const profile = profiles.get(id)
    return row === undefined || profile === undefined ? (row ?? profile) : Profile.merge(row, profile)
  },
  fields: facts?.columns ?? new Set(),
  rows: facts === undefined ? 0 : facts.byId.size + facts.byEmail.size,
  hasRow: (userId) => rows.has(UserIdCell.sameness(userId)),
  lookUp: () => Effect.void
})

/** The rows of a CSV by id. The directory has the ids of those who are named by e-mail address. */
const joined = Effect.fnUntraced(function* (
  facts: UserFacts | undefined,
  listed: Directory.Profiles
): Effect.fn.Return<Directory.Profiles, AdminError> {
  if (facts === undefined || facts.byEmail.size === 0) return facts?.byId ?? new Map()
  const ids = yield* Emails.find(listed.values(), facts.byEmail.keys())
  const rows = new Map(facts.byId)
  for (const [email, { line, row }] of facts.byEmail) {
    const userId = ids.get(email)
    if (userId === undefined) continue
    const id = UserIdCell.sameness(userId)
    if (rows.has(id)) {
      const problem = "the user is there twice, by id and by e-mail"
      return yield* fail(new InvalidInput({ source: facts.source, line, problem }))
    }
    rows.set(id, { ...row, userId: id })
  }
  return rows
})
