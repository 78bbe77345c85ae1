/**
 * The users of an organization as people: everybody in the list of licenses, and
 * those of whom somebody has told more. What they hold now is no part of it.
 */
import { withoutNulls } from "@genesys-license/schema/Lenient"
import * as Access from "./Access.ts"
import type { LicenseDefinition, RoleId, UserId } from "../Models.ts"
import type * as Catalog from "./Catalog.ts"
import * as MadeUp from "./MadeUp.ts"
import * as Managers from "./Managers.ts"
import {
  type Origin,
  personOf,
  type PersonOptions,
  type PersonState,
  seen,
  stateOf,
  type WrittenPerson
} from "./Person.ts"
import { initially, type Users } from "./Users.ts"

export type State = Exclude<PersonState, "erased"> | "any"

/** Everybody who has a role. */
export interface Grantees {
  /** Those who have it by a grant of their own, in the order of the list. */
  readonly users: ReadonlyArray<UserId>
  readonly groups: ReadonlyArray<Catalog.Group>
  /** How many users have it, in either way. */
  readonly userCount: number
}

export interface Directory {
  /** With everything that can be expanded, whether it was asked for or not. */
  readonly person: (id: UserId) => WrittenPerson | undefined
  /** Who is in a state, in the order of the list. */
  readonly inState: (state: State) => ReadonlyArray<UserId>
  readonly grantees: (role: RoleId) => Grantees
  /** The roles and groups of somebody; none of somebody who is not active. */
  readonly access: (id: UserId) => Access.Access
}

export interface DirectoryOptions {
  readonly origin: Origin
  readonly people: ReadonlyMap<UserId, PersonOptions>
  readonly users: Users
  readonly definitions: ReadonlyArray<LicenseDefinition>
  readonly roles: ReadonlyArray<Catalog.Role>
  readonly groups: ReadonlyArray<Catalog.Group>
}

export const make = ({ definitions, groups, origin, people, roles, users }: DirectoryOptions): Directory => {
  const { seed } = origin
  const stateNow = (id: UserId) => people.get(id)?.state ?? stateOf(origin, id)

  // Found when it is first asked for: a large organization is mostly asked for the pages of one.
  const lists = new Map<State, ReadonlyArray<UserId>>()
  const inState = (state: State): ReadonlyArray<UserId> => {
    let list = lists.get(state)
    if (list === undefined) {
      const all = state === "any" ? [...new Set([...users.byId.keys(), ...people.keys()])] : inState("any")
      list = all.filter((id) => (state === "any" ? stateNow(id) !== "erased" : stateNow(id) === state))
      lists.set(state, list)
    }
    return list
  }

  const rolesOfGroup = new Map(groups.map(({ id, roles }) => [id, roles]))
  const rolesIn = ({ groups, roles }: Access.Access): ReadonlyArray<RoleId> =>
    groups.length === 0 ? roles : [...new Set([...roles, ...groups.flatMap((group) => rolesOfGroup.get(group) ?? [])])]

  const accessFrom = Access.make(seed, definitions, roles, groups)
  const access = (id: UserId): Access.Access => {
    const said = people.get(id)
    if (said?.roles !== undefined || stateNow(id) !== "active") {
      return { roles: said?.roles ?? [], groups: said?.groups ?? [] }
    }
    const made = accessFrom(id, initially(users, id))
    return said?.groups === undefined ? made : { roles: rolesIn(made), groups: said.groups }
  }

  let counted: ReadonlyMap<RoleId, { readonly users: Array<UserId>; userCount: number }> | undefined
  const count = () => {
    const counts = new Map(roles.map(({ id }) => [id, { users: new Array<UserId>(), userCount: 0 }]))
    for (const id of inState("any")) {
      const has = access(id)
      for (const role of rolesIn(has)) counts.get(role)!.userCount += 1
      for (const role of has.roles) counts.get(role)!.users.push(id)
    }
    return counts
  }

  let managed: ReturnType<typeof Managers.make> | undefined
  const managerOf = (id: UserId) => {
    managed ??= Managers.make(seed, inState("active"))
    const manager = managed(id)
    return manager === undefined || manager === id ? {} : { manager: { id: manager } }
  }

  const names = new Map(roles.map(({ id, name }) => [id, name]))
  const references = (ids: ReadonlyArray<RoleId>) => ids.map((id) => ({ id, name: names.get(id) ?? id }))

  /** Somebody who is not there uses nothing. */
  const unusedOf = (id: UserId, roles: ReadonlyArray<RoleId>, person: WrittenPerson) => {
    const said = people.get(id)?.unusedRoles
    if (said !== undefined || !MadeUp.isMadeUp(id)) return said ?? []
    const isAway = !(Date.parse(seen(person)) > origin.now - 30 * 86_400_000)
    return roles.filter((role) => isAway || MadeUp.isOneOf(10, seed, id, `${role}/unused`))
  }

  return {
    person: (id) => {
      const said = people.get(id)
      if ((said === undefined && !users.byId.has(id)) || stateNow(id) === "erased") return undefined
      const { groups: _groups, roles: _roles, unusedRoles: _unusedRoles, ...fields } = said ?? { id }
      const person = withoutNulls({ ...personOf(origin, id), ...managerOf(id), ...fields })
      const has = access(id)
      const roles = rolesIn(has)
      return {
        ...person,
        groups: has.groups.map((id) => ({ id })),
        authorization: { roles: references(roles), unusedRoles: references(unusedOf(id, roles, person)) }
      }
    },
    inState,
    grantees: (role) => {
      counted ??= count()
      const { userCount = 0, users = [] } = counted.get(role) ?? {}
      return { users, userCount, groups: groups.filter((group) => group.roles.includes(role)) }
    },
    access
  }
}
