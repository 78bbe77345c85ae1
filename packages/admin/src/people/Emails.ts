/**
 * People who are named by their e-mail address, in place of their id. Capitals make no
 * difference. The API finds users by id only, so that the directory is read for them.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { UserService } from "@genesys-license/client/UserService"
import type { UserId } from "@genesys-license/schema/Ids"
import type { Person } from "@genesys-license/schema/users/Person"
import * as Effect from "effect/Effect"
import { type AdminError, AmbiguousEmail, fail } from "../AdminError.ts"
import * as Directory from "./Directory.ts"
import type { Profile } from "./Profile.ts"

/** By which two spellings of an address are the same. */
export const sameness = (email: string): string => email.toLowerCase()

/** Users by the sameness of their address. */
export type ByEmail = ReadonlyMap<string, UserId>

/**
 * Finds people by their addresses. An address that nobody has is left out. One that
 * several have is an error: nobody guesses who is meant.
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
 * The same in the directory of the organization, of which active and inactive users are
 * read: it takes a request for each 500 of them, however few are looked for.
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
 * Who has these addresses now, or had one before they left: deleted users, too. Where
 * several had an address, an active user comes first, then an inactive one. Reads no
 * further than it must. `isPartial`: the server did not list all who are inactive.
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
