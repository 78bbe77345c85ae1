/**
 * The users of an organization as people: everybody in the list of licenses, and
 * those of whom somebody has told more.
 */
import { withoutNulls } from "@genesys-license/schema/Lenient"
import type { LicenseDefinition, Person, RoleId, UserId } from "../Models.ts"
import type * as Catalog from "./Catalog.ts"
import * as Inference from "./Inference.ts"
import { type Origin, personOf, type PersonOptions, stateOf } from "./Person.ts"
import { find, type Users } from "./Users.ts"

export type State = "active" | "inactive" | "deleted" | "any"

export interface Directory {
  /** With roles and with all dates, whether they were asked for or not. */
  readonly person: (id: UserId) => Person | undefined
  /** Who is in a state, in the order of the list. */
  readonly inState: (state: State) => ReadonlyArray<UserId>
  /** Who has a role, in the order of the list. */
  readonly inRole: (role: RoleId) => ReadonlyArray<UserId>
}

export const make = (
  origin: Origin,
  people: ReadonlyMap<UserId, PersonOptions>,
  users: Users,
  definitions: ReadonlyArray<LicenseDefinition>,
  roles: ReadonlyArray<Catalog.Role>
): Directory => {
  const stateNow = (id: UserId) => people.get(id)?.state ?? stateOf(origin, id)

  // Found when it is first asked for: a large organization is mostly asked for the pages of one.
  const lists = new Map<State, ReadonlyArray<UserId>>()
  const inState = (state: State): ReadonlyArray<UserId> => {
    let list = lists.get(state)
    if (list === undefined) {
      list =
        state === "any"
          ? [...new Set([...users.byId.keys(), ...people.keys()])]
          : inState("any").filter((id) => stateNow(id) === state)
      lists.set(state, list)
    }
    return list
  }

  const names = new Map(roles.map(({ id, name }) => [id, name]))
  const needed = roles.map(({ id, permissions }) => ({ id, licenses: Inference.licensesFor(permissions, definitions) }))
  const rolesOf = (id: UserId): ReadonlyArray<RoleId> => {
    const said = people.get(id)?.roles
    if (said !== undefined) return said
    if (stateNow(id) !== "active") return []
    const held = find(users, id) ?? []
    return needed
      .filter(({ licenses }) => licenses.length > 0 && licenses.every((license) => held.includes(license)))
      .map(({ id }) => id)
  }

  return {
    person: (id) => {
      const said = people.get(id)
      if (said === undefined && !users.byId.has(id)) return undefined
      const { roles: _, ...fields } = said ?? { id }
      return {
        ...withoutNulls({ ...personOf(origin, id), ...fields }),
        authorization: { roles: rolesOf(id).map((id) => ({ id, name: names.get(id) ?? id })) }
      }
    },
    inState,
    inRole: (role) => inState("any").filter((id) => rolesOf(id).includes(role))
  }
}
