/**
 * People who are named by their e-mail address, in place of their id. Capitals make no
 * difference. Where two people have one address, nobody guesses who is meant.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { UserService } from "@genesys-license/client/UserService"
import type { UserId } from "@genesys-license/schema/Ids"
import * as Effect from "effect/Effect"
import { type AdminError, AmbiguousEmail, fail } from "../AdminError.ts"
import * as Directory from "./Directory.ts"
import type { Profile } from "./Profile.ts"

/** By which two spellings of an address are the same. */
export const sameness = (email: string): string => email.toLowerCase()

/** Users by the sameness of their address. */
export type ByEmail = ReadonlyMap<string, UserId>

/** Finds people by their addresses. An address that nobody has is left out; one that several have is an error. */
export const find = Effect.fnUntraced(function* (
  profiles: Iterable<Pick<Profile, "email" | "userId">>,
  emails: Iterable<string>
): Effect.fn.Return<ByEmail, AdminError> {
  const wanted = new Set(Array.from(emails, sameness))
  const found = new Map<string, UserId>()
  for (const { email, userId } of profiles) {
    const address = email === undefined ? undefined : sameness(email)
    if (address === undefined || !wanted.has(address)) continue
    const other = found.get(address)
    if (other !== undefined) return yield* fail(new AmbiguousEmail({ email: address, userIds: [other, userId] }))
    found.set(address, userId)
  }
  return found
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
  const people: Array<Pick<Profile, "email" | "userId">> = []
  yield* Directory.forEach({ ...options, expand: [] }, ({ email, id }) => {
    if (email !== undefined && wanted.has(sameness(email))) people.push({ email, userId: id })
  })
  return yield* find(people, wanted)
})
