/**
 * The roles of the users. Users are grouped by their set of roles, because an organization has many
 * users but few different sets.
 *
 * The roles come with the pages of active users, and include roles from groups. Inactive users
 * have no roles. The server adds the roles "with a best effort approach": if they are absent, the
 * roles of the user are unknown, not empty.
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

/** A user, for a list of names. */
export interface Named {
  readonly userId: UserId
  /** Absent if it is unknown. */
  readonly name?: string
}

/** A set of roles, and the users who have exactly these roles. */
export interface RoleSet {
  /** Sorted, each once. */
  readonly roleIds: ReadonlyArray<RoleId>
  /** How many users have exactly these roles. */
  people: number
  /** The first of these users, up to the requested number. */
  readonly listed: Array<Named>
}

/** Which roles the active users have. */
export interface RolesOfPeople {
  /** Every set of roles that at least one user has. */
  readonly sets: Iterable<RoleSet>
  /** The roles of a user. Undefined if they are unknown. */
  readonly of: (userId: UserId) => RoleSet | undefined
  /** The names of the roles, as far as the users contain them. */
  readonly names: ReadonlyMap<RoleId, string>
  /** How many active users were read. */
  readonly people: number
  /** How many of them have unknown roles. */
  readonly unknown: number
  /** How the list of users changed while it was read. */
  readonly drift?: Drift
}

/** Options for reading the users. */
export interface Options {
  /** Options for reading the pages. */
  readonly read?: Omit<PeopleOptions, "expand" | "state"> | undefined
  /** Called after each page. */
  readonly onProgress?: ((progress: { users: number; total?: number }) => Effect.Effect<void>) | undefined
  /** How many users to list for each set (default: 0). */
  readonly listed?: number | undefined
}

/** Reads all active users with their roles: one request for each page, none for each user. */
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

/** Collects the roles while another function reads the directory. */
export interface Collector extends Listener {
  /** The roles of the users so far. */
  readonly result: () => RolesOfPeople
}

/** Makes a collector for active users. `listed` is the number of users to list for each set. */
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
    // A user has an entry for a role in each division.
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
