/**
 * Who has which roles: an organization has many people, and few sets of roles that
 * somebody has together.
 *
 * The roles come with the pages of active users; somebody inactive has none. Those from
 * groups are among them. The server gives them "with a best effort approach": where
 * they are absent, they are not known, which is not the same as none.
 */
import type { Drift } from "@genesys-license/client/Drift"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { type PeopleOptions, UserService } from "@genesys-license/client/UserService"
import type { RoleId, UserId } from "@genesys-license/schema/Ids"
import type { Person } from "@genesys-license/schema/users/Person"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Listener } from "./Directory.ts"
import * as UserIdCell from "./UserIdCell.ts"

/** Somebody to name. */
export interface Named {
  readonly userId: UserId
  /** Absent where it is not known. */
  readonly name?: string
}

/** A set of roles, and those who have exactly that. */
export interface RoleSet {
  /** In order, each once. */
  readonly roleIds: ReadonlyArray<RoleId>
  /** How many have exactly these roles. */
  people: number
  /** The first of them, as many as are wanted. */
  readonly listed: Array<Named>
}

/** Which roles the active users have. */
export interface RolesOfPeople {
  /** Every set of roles that somebody has. */
  readonly sets: Iterable<RoleSet>
  /** The roles of somebody. Absent where they are not known. */
  readonly of: (userId: UserId) => RoleSet | undefined
  /** What the roles are called, as far as the users tell. */
  readonly names: ReadonlyMap<RoleId, string>
  /** All people that were read. */
  readonly people: number
  /** Those of them whose roles the server did not tell. */
  readonly unknown: number
  /** What was seen to move while they were read. */
  readonly drift?: Drift
}

/** How the users are read. */
export interface Options {
  /** How the pages are read. */
  readonly read?: Omit<PeopleOptions, "expand" | "state"> | undefined
  /** Hears how far it is, after each page. */
  readonly onProgress?: ((progress: { users: number; total?: number }) => Effect.Effect<void>) | undefined
  /** How many people of each set are named. Default: 0. */
  readonly listed?: number | undefined
}

/** Reads all active users: a request for each page, and none for each user. */
export const read = Effect.fn("RolesOfPeople.read")(function* ({
  listed = 0,
  onProgress,
  read
}: Options = {}): Effect.fn.Return<RolesOfPeople, GenesysError, UserService> {
  const found = make(listed)
  let last: Drift | undefined
  const users = yield* UserService
  yield* Stream.runForEach(users.userPages({ ...read, expand: found.expand }), ({ drift, entities }) => {
    last = drift
    for (const person of entities) found.add(person)
    const { total, users } = drift
    return onProgress === undefined ? Effect.void : onProgress({ users, ...(total !== undefined && { total }) })
  })
  return { ...found.result(), ...(last !== undefined && { drift: last }) }
})

/** Hears of people who are read by somebody else, too. */
export interface Collector extends Listener {
  /** What was collected so far. */
  readonly result: () => RolesOfPeople
}

/** Collects active people with their roles. `listed`: how many of each set are named. */
export const make = (listed: number): Collector => {
  const bySpelling = new Map<string, RoleSet>()
  const byUser = new Map<UserId, RoleSet>()
  const names = new Map<RoleId, string>()
  let people = 0

  const add = ({ authorization, id, name, state = "active" }: Person): void => {
    if (state !== "active") return
    people += 1
    if (authorization === undefined) return
    for (const role of authorization.roles) if (role.name !== undefined) names.set(role.id, role.name)
    // A role may be listed once for each division.
    const roleIds = [...new Set(authorization.roles.map(({ id }) => id))].sort()
    const spelling = JSON.stringify(roleIds)
    const set = bySpelling.get(spelling) ?? { roleIds, people: 0, listed: [] }
    bySpelling.set(spelling, set)
    byUser.set(UserIdCell.sameness(id), set)
    set.people += 1
    if (set.listed.length < listed) set.listed.push({ userId: id, ...(name !== undefined && { name }) })
  }

  const result = (): RolesOfPeople => ({
    sets: [...bySpelling.values()],
    of: (userId) => byUser.get(UserIdCell.sameness(userId)),
    names,
    people,
    unknown: people - byUser.size
  })

  return { expand: ["authorization"], add, result }
}
