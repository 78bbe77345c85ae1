/**
 * Finds people by e-mail address. Case does not matter. The API finds users only by id, so this
 * reads the directory.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { UserService } from "@genesys-license/client/UserService"
import type { UserId } from "@genesys-license/schema/Ids"
import type { Person } from "@genesys-license/schema/users/Person"
import * as Effect from "effect/Effect"
import { type AdminError, AmbiguousEmail, fail } from "../AdminError.ts"
import * as Directory from "./Directory.ts"
import type { Profile } from "./Profile.ts"

/** Normalizes an address: two spellings of one address have the same result. */
export const sameness = (email: string): string => email.toLowerCase()

/** User ids by normalized address. */
export type ByEmail = ReadonlyMap<string, UserId>

/**
 * Finds people by their addresses. The result omits addresses that nobody has. An address that
 * several people have is an error, because either of them could be meant.
 */
export const find = Effect.fnUntraced(function* (
  profiles: Iterable<Pick<Profile, "email" | "name" | "userId">>,
  emails: Iterable<string>
): Effect.fn.Return<ByEmail, AdminError> {
  const wanted = new Set(Array.from(emails, sameness))
  const found = new Map<string, Array<Pick<Profile, "name" | "userId">>>()
  for (const { email, name, userId } of profiles) {
    const address = email === undefined ? undefined : sameness(email)
    if (address === undefined || !wanted.has(address)) continue
    const people = found.get(address) ?? []
    found.set(address, people)
    people.push({ userId, ...(name !== undefined && { name }) })
  }
  const ids = new Map<string, UserId>()
  for (const [email, people] of found) {
    if (people.length > 1) return yield* fail(new AmbiguousEmail({ email, people }))
    ids.set(email, people[0]!.userId)
  }
  return ids
})

/**
 * Finds active and inactive people in the directory of the organization. Reads the whole directory
 * even for one address: one request for each 500 users.
 */
export const lookUp = Effect.fn("Emails.lookUp")(function* (
  emails: Iterable<string>,
  options: Directory.Options = {}
): Effect.fn.Return<ByEmail, AdminError | GenesysError, UserService> {
  const wanted = new Set(Array.from(emails, sameness))
  if (wanted.size === 0) return new Map()
  const people: Array<Pick<Profile, "email" | "name" | "userId">> = []
  yield* Directory.forEach(options, ({ email, id, name }) => {
    if (email === undefined || !wanted.has(sameness(email))) return
    people.push({ email, userId: id, ...(name !== undefined && { name }) })
  })
  return yield* find(people, wanted)
})

/**
 * Finds people by their addresses, including deleted users, who had the address before they left.
 * If several people have an address, prefers an active user, then an inactive one. Stops reading
 * when every address is found. `isPartial`: the server did not list all inactive users.
 */
export const lookUpWithDeleted = Effect.fn("Emails.lookUpWithDeleted")(function* (
  emails: Iterable<string>,
  options: Directory.Options = {}
): Effect.fn.Return<
  { readonly people: ReadonlyMap<string, Person>; readonly isPartial: boolean },
  GenesysError,
  UserService
> {
  const missing = new Set(Array.from(emails, sameness))
  const people = new Map<string, Person>()
  const walk = { ...options, states: ["active", "inactive", "deleted"], isEnough: () => missing.size === 0 } as const
  const { isPartial } = yield* Directory.forEach(walk, (person) => {
    const email = person.email === undefined ? undefined : sameness(person.email)
    if (email !== undefined && missing.delete(email)) people.set(email, person)
  })
  return { people, isPartial }
})
