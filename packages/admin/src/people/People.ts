/**
 * What is known of the users of an organization: by its directory, by a CSV of
 * somebody's own, or by both. The CSV wins, field by field.
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

/** What a directory and a CSV know of users, together. */
export interface People {
  /** What is known of a user, however the organization spells the id. */
  readonly of: (userId: UserId) => Profile.Profile | undefined
  /** The fields that are told of at all. */
  readonly fields: ReadonlySet<Profile.Field>
  /** How many rows the CSV has; 0 without one. */
  readonly rows: number
  /** Whether the CSV has a row for the user. */
  readonly hasRow: (userId: UserId) => boolean
  /**
   * Looks up users whom the list of the directory does not have, such as deleted ones,
   * and adds them. Does nothing without a directory.
   */
  readonly lookUp: (userIds: Iterable<UserId>) => Effect.Effect<void, GenesysError>
}

/** Nobody is known. */
export const none: People = {
  of: () => undefined,
  fields: new Set(),
  rows: 0,
  hasRow: () => false,
  lookUp: () => Effect.void
}

/** From a CSV alone. Rows that name people by e-mail need the directory. */
export const ofFacts = Effect.fnUntraced(function* (facts: UserFacts): Effect.fn.Return<People, AdminError> {
  if (facts.byEmail.size > 0) {
    const problem = "its rows name people by e-mail, and only the directory knows their ids; name them by userId"
    return yield* fail(new InvalidInput({ source: facts.source, problem }))
  }
  return make(facts.byId, new Map(), facts)
})

/** From the directory, which is read, and from a CSV, if there is one. */
export const read = Effect.fnUntraced(function* (
  options: Directory.Options & {
    readonly facts?: UserFacts | undefined
    /** Hears of everybody in the directory. Default: nobody. */
    readonly listener?: Directory.Listener | undefined
  } = {}
): Effect.fn.Return<People, AdminError | GenesysError, UserService> {
  const { facts } = options
  const profiles = yield* Directory.read(options)
  const users = yield* UserService
  const people = make(yield* joined(facts, profiles), profiles, facts)
  return {
    ...people,
    fields: new Set(Profile.fields),
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
    const [row, profile] = [rows.get(id), profiles.get(id)]
    return row === undefined || profile === undefined ? (row ?? profile) : Profile.merge(row, profile)
  },
  fields: facts?.columns ?? new Set(),
  rows: facts === undefined ? 0 : facts.byId.size + facts.byEmail.size,
  hasRow: (userId) => rows.has(UserIdCell.sameness(userId)),
  lookUp: () => Effect.void
})

/** The rows of a CSV by id: those that name people by e-mail are those of the directory's people. */
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
