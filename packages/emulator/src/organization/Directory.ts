/**
 * The people of an organization: all users in the list of licenses, and everybody in `people` of the
 * options. Licenses are not part of it.
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
import { initialLicenses, type Users } from "./Users.ts"

export type State = Exclude<Person.PersonState, "erased"> | "any"

/** The users and groups that have a role. */
export interface Grantees {
  /** The users who have the role directly, in the order of the list. */
  readonly users: ReadonlyArray<UserId>
  readonly groups: ReadonlyArray<Catalog.Group>
  /** The number of users who have the role, directly or through a group. */
  readonly userCount: number
}

export interface Directory {
  /** A person with the requested expansions. Default: all expansions. */
  readonly person: (id: UserId, expand?: ReadonlyArray<string>) => Person.WrittenPerson | undefined
  /** The state of a person. `undefined` if the person is unknown or erased. */
  readonly state: (id: UserId) => Exclude<State, "any"> | undefined
  /** The ids of all people in a state, in the order of the list. */
  readonly inState: (state: State) => ReadonlyArray<UserId>
  readonly grantees: (role: RoleId) => Grantees
  /** The roles and groups of a person. Somebody who is not active has only those of the options. */
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
  const configuredOrGeneratedState = (id: UserId, chance = MadeUp.about(seed, id)) =>
    people.get(id)?.state ?? Person.stateOf(chance)

  const state = (id: UserId, chance?: MadeUp.Chance) => {
    const isKnown = people.has(id) || users.byId.has(id)
    const current = isKnown ? configuredOrGeneratedState(id, chance) : "erased"
    return current === "erased" ? undefined : current
  }

  // Computed on demand: clients mostly read the list of one state.
  const lists = new Map<State, ReadonlyArray<UserId>>()
  const inState = (state: State): ReadonlyArray<UserId> => {
    let list = lists.get(state)
    if (list === undefined) {
      const all = state === "any" ? [...new Set([...users.byId.keys(), ...people.keys()])] : inState("any")
      list = all.filter((id) => {
        const current = configuredOrGeneratedState(id)
        return state === "any" ? current !== "erased" : current === state
      })
      lists.set(state, list)
    }
    return list
  }

  const rolesOfGroup = new Map(groups.map(({ id, roles }) => [id, roles]))
  const rolesIn = ({ groups, roles }: Access.Access): ReadonlyArray<RoleId> =>
    groups.length === 0 ? roles : [...new Set([...roles, ...groups.flatMap((group) => rolesOfGroup.get(group) ?? [])])]

  const accessFrom = Access.make(definitions, roles, groups)
  const access = (id: UserId, chance = MadeUp.about(seed, id)): Access.Access => {
    const configured = people.get(id)
    if (configured?.roles !== undefined || configuredOrGeneratedState(id, chance) !== "active") {
      return { roles: configured?.roles ?? [], groups: configured?.groups ?? [] }
    }
    const generated = accessFrom(chance, initialLicenses(users, id))
    return configured?.groups === undefined ? generated : { roles: rolesIn(generated), groups: configured.groups }
  }

  let counted: ReadonlyMap<RoleId, { readonly users: Array<UserId>; userCount: number }> | undefined
  const count = () => {
    const counts = new Map(roles.map(({ id }) => [id, { users: new Array<UserId>(), userCount: 0 }]))
    for (const id of inState("any")) {
      const granted = access(id)
      for (const role of rolesIn(granted)) counts.get(role)!.userCount += 1
      for (const role of granted.roles) counts.get(role)!.users.push(id)
    }
    return counts
  }

  let managers: ReturnType<typeof Managers.make> | undefined
  const managerOf = (id: UserId, chance: MadeUp.Chance) => {
    managers ??= Managers.make(seed, inState("active"))
    const manager = managers(chance)
    return manager === undefined || manager === id ? {} : { manager: { id: manager } }
  }

  /** Without roles and groups. Does not copy a person without options, because a page has 500 of them. */
  const personOf = (id: UserId, chance: MadeUp.Chance): Types.Mutable<Person.WrittenPerson> => {
    const person = Person.personOf(origin, id, chance)
    Object.assign(person, managerOf(id, chance), Person.lastSeen(origin, chance))
    const configured = people.get(id)
    if (configured === undefined) return person
    const { groups: _groups, roles: _roles, unusedRoles: _unusedRoles, ...fields } = configured
    return withoutNulls({ ...person, ...fields })
  }

  const names = new Map(roles.map(({ id, name }) => [id, name]))
  const references = (ids: ReadonlyArray<RoleId>) => ids.map((id) => ({ id, name: names.get(id) ?? id }))

  /** All roles of somebody who was not seen for 30 days, and a tenth of the roles of others. */
  const unusedOf = (id: UserId, chance: MadeUp.Chance, roles: ReadonlyArray<RoleId>, logins: Person.LastSeen) => {
    const configured = people.get(id)?.unusedRoles
    if (configured !== undefined || !chance.isMadeUp) return configured ?? []
    const isAway = !(Date.parse(Person.seen(logins)) > origin.now - 30 * 86_400_000)
    return roles.filter((role) => isAway || chance.isOneOf(10, `${role}/unused`))
  }

  return {
    person: (id, expand = Expansion.expansions) => {
      const chance = MadeUp.about(seed, id)
      if (state(id, chance) === undefined) return undefined
      const person = personOf(id, chance)
      const expanded = Expansion.withImplied(expand)
      // Only on demand: roles take as long as everything else.
      if (expanded.includes("groups") || expanded.includes("authorization")) {
        const granted = access(id, chance)
        const roles = rolesIn(granted)
        const unused = expanded.includes("authorization.unusedRoles") ? unusedOf(id, chance, roles, person) : undefined
        person.groups = granted.groups.map((id) => ({ id }))
        person.authorization = { roles: references(roles), ...(unused && { unusedRoles: references(unused) }) }
      }
      return Expansion.only(person, expanded)
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
