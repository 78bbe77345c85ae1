/**
 * The users of an organization as people: everybody in the list of licenses, and
 * those of whom somebody has told more. What they hold now is no part of it.
 */
import { withoutNulls } from "@genesys-license/schema/Lenient"
import type * as Types from "effect/Types"
import * as Access from "./Access.ts"
import * as Expansion from "./Expansion.ts"
import type { LicenseDefinition, RoleId, UserId } from "../Models.ts"
import type * as Catalog from "./Catalog.ts"
import * as MadeUp from "./MadeUp.ts"
import * as Managers from "./Managers.ts"
import * as Person from "./Person.ts"
import { initially, type Users } from "./Users.ts"

export type State = Exclude<Person.PersonState, "erased"> | "any"

/** Everybody who has a role. */
export interface Grantees {
  /** Those who have it by a grant of their own, in the order of the list. */
  readonly users: ReadonlyArray<UserId>
  readonly groups: ReadonlyArray<Catalog.Group>
  /** How many users have it, in either way. */
  readonly userCount: number
}

export interface Directory {
  /** With those of the expansions that are asked for. Default: all. */
  readonly person: (id: UserId, asked?: ReadonlyArray<string>) => Person.WrittenPerson | undefined
  /** The state of somebody; `undefined`: nobody knows who it was. */
  readonly state: (id: UserId) => Exclude<State, "any"> | undefined
  /** Who is in a state, in the order of the list. */
  readonly inState: (state: State) => ReadonlyArray<UserId>
  readonly grantees: (role: RoleId) => Grantees
  /** The roles and groups of somebody; none of somebody who is not active. */
  readonly access: (id: UserId) => Access.Access
}

export interface DirectoryOptions {
  readonly origin: Person.Origin
  readonly people: ReadonlyMap<UserId, Person.PersonOptions>
  readonly users: Users
  readonly definitions: ReadonlyArray<LicenseDefinition>
  readonly roles: ReadonlyArray<Catalog.Role>
  readonly groups: ReadonlyArray<Catalog.Group>
}

export const make = ({ definitions, groups, origin, people, roles, users }: DirectoryOptions): Directory => {
  const { seed } = origin
  const stateNow = (id: UserId, chance = MadeUp.about(seed, id)) => people.get(id)?.state ?? Person.stateOf(chance)

  const state = (id: UserId, chance?: MadeUp.Chance) => {
    const isKnown = people.has(id) || users.byId.has(id)
    const now = isKnown ? stateNow(id, chance) : "erased"
    return now === "erased" ? undefined : now
  }

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

  const accessFrom = Access.make(definitions, roles, groups)
  const access = (id: UserId, chance = MadeUp.about(seed, id)): Access.Access => {
    const said = people.get(id)
    if (said?.roles !== undefined || stateNow(id, chance) !== "active") {
      return { roles: said?.roles ?? [], groups: said?.groups ?? [] }
    }
    const made = accessFrom(chance, initially(users, id))
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
  const managerOf = (id: UserId, chance: MadeUp.Chance) => {
    managed ??= Managers.make(seed, inState("active"))
    const manager = managed(chance)
    return manager === undefined || manager === id ? {} : { manager: { id: manager } }
  }

  /** Without roles and groups. Somebody of whom nothing was said is made without copies: a page has 500 of them. */
  const personOf = (id: UserId, chance: MadeUp.Chance): Types.Mutable<Person.WrittenPerson> => {
    const person = Person.personOf(origin, id, chance)
    Object.assign(person, managerOf(id, chance), Person.lastSeen(origin, chance))
    const said = people.get(id)
    if (said === undefined) return person
    const { groups: _groups, roles: _roles, unusedRoles: _unusedRoles, ...fields } = said
    return withoutNulls({ ...person, ...fields })
  }

  const names = new Map(roles.map(({ id, name }) => [id, name]))
  const references = (ids: ReadonlyArray<RoleId>) => ids.map((id) => ({ id, name: names.get(id) ?? id }))

  /** Somebody who is not there uses nothing. */
  const unusedOf = (id: UserId, chance: MadeUp.Chance, roles: ReadonlyArray<RoleId>, logins: Person.LastSeen) => {
    const said = people.get(id)?.unusedRoles
    if (said !== undefined || !chance.isMadeUp) return said ?? []
    const isAway = !(Date.parse(Person.seen(logins)) > origin.now - 30 * 86_400_000)
    return roles.filter((role) => isAway || chance.isOneOf(10, `${role}/unused`))
  }

  return {
    person: (id, asked = Expansion.expansions) => {
      const chance = MadeUp.about(seed, id)
      if (state(id, chance) === undefined) return undefined
      const person = personOf(id, chance)
      const wanted = Expansion.asked(asked)
      // Roles take as long as all else, so that nothing is made of them for those who do not ask.
      if (wanted.includes("groups") || wanted.includes("authorization")) {
        const has = access(id, chance)
        const roles = rolesIn(has)
        const unused = wanted.includes("authorization.unusedRoles") ? unusedOf(id, chance, roles, person) : undefined
        person.groups = has.groups.map((id) => ({ id }))
        person.authorization = { roles: references(roles), ...(unused && { unusedRoles: references(unused) }) }
      }
      return Expansion.only(person, wanted)
    },
    state: (id) => state(id),
    inState,
    grantees: (role) => {
      counted ??= count()
      const { userCount = 0, users = [] } = counted.get(role) ?? {}
      return { users, userCount, groups: groups.filter((group) => group.roles.includes(role)) }
    },
    access: (id) => access(id)
  }
}
