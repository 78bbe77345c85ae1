/**
 * People by their e-mail addresses. The API finds users by id only, so the directory
 * is read until everybody is found.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { type PeopleOptions, UserService } from "@genesys-license/client/UserService"
import type { Person } from "@genesys-license/schema/users/Person"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** Who is in the directory. */
export interface Found {
  /** By e-mail address in lower case. */
  readonly people: ReadonlyMap<string, Person>
  /** Whether the server listed only a part of those who are inactive: it stops after 10,000. */
  readonly isPartial: boolean
}

/** How the directory is read. */
export interface Options {
  /** Hears how far it is, after each page. */
  readonly onProgress?:
    | ((progress: { readonly users: number; readonly total?: number }) => Effect.Effect<void>)
    | undefined
  /** How the pages are read. */
  readonly read?: Omit<PeopleOptions, "state" | "expand"> | undefined
}

/** Those who left are looked at last: an address may have gone to somebody else. */
const states = ["active", "inactive", "deleted"] as const

/** Finds who has these addresses, which are in lower case. Reads no further than it must. */
export const find = Effect.fn("ByEmail.find")(function* (
  emails: ReadonlySet<string>,
  { onProgress, read }: Options = {}
): Effect.fn.Return<Found, GenesysError, UserService> {
  const users = yield* UserService
  const people = new Map<string, Person>()
  let isPartial = false
  const add = (person: Person) => {
    const email = person.email?.toLowerCase()
    if (email !== undefined && emails.has(email) && !people.has(email)) people.set(email, person)
  }
  for (const state of states) {
    if (people.size === emails.size) break
    let seen = 0
    yield* users.userPages({ ...read, state }).pipe(
      Stream.tap(({ drift: { total, users }, entities }) => {
        entities.forEach(add)
        seen = users
        return onProgress === undefined ? Effect.void : onProgress({ users, ...(total !== undefined && { total }) })
      }),
      Stream.takeUntil(() => people.size === emails.size),
      Stream.runDrain,
      Effect.catchReason("GenesysError", "Refused", (reason, error) => {
        if (state !== "inactive" || reason.status !== 400 || seen === 0) return Effect.fail(error)
        isPartial = true
        return Effect.void
      })
    )
  }
  return { people, isPartial }
})
