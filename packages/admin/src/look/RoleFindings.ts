/**
 * Compares licenses with roles. Finds licenses that no role of the user needs, and licenses
 * that a role needs but the user does not hold.
 *
 * Asks the API once for each set of roles, not for each user. Leaves out users whose roles
 * are not known.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { LicenseService } from "@genesys-license/client/LicenseService"
import type { RoleService } from "@genesys-license/client/RoleService"
import type { UserService } from "@genesys-license/client/UserService"
import type { PermissionPolicy, Role } from "@genesys-license/schema/authorization/Role"
import type { LicenseId, RoleId, UserId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import * as Effect from "effect/Effect"
import * as Order from "effect/Order"
import * as CostingPermissions from "../licenses/CostingPermissions.ts"
import * as Relations from "../licenses/Relations.ts"
import * as RoleCost from "../licenses/RoleCost.ts"
import * as RoleDirectory from "../licenses/RoleDirectory.ts"
import type { Listener } from "../people/Directory.ts"
import * as RolesOfPeople from "../people/RolesOfPeople.ts"
import type { Combination } from "./Combinations.ts"
import * as RolesInUse from "./RolesInUse.ts"

/** The users of a finding: the exact number, and the first ids. */
export interface Found {
  /** The exact number of users. */
  readonly users: number
  readonly userIds: ReadonlyArray<UserId>
}

/** A license that no role of these users needs. */
export interface Unneeded extends Found {
  readonly licenseId: LicenseId
  /** Smaller licenses, included in this one, that the roles need instead. */
  readonly instead: ReadonlyArray<LicenseId>
}

/**
 * A license that a role needs but these users do not hold. A user with two such roles is in
 * two findings.
 */
export interface Missing extends Found {
  readonly licenseId: LicenseId
  /** The role whose permissions need the license. If that is not known, all roles of these users. */
  readonly roles: ReadonlyArray<{ readonly roleId: RoleId; readonly name?: string }>
}

/** Licenses that do not match roles. */
export interface RoleFindings {
  /** Licenses that no role needs. The most users come first. */
  readonly unneeded: ReadonlyArray<Unneeded>
  /** Licenses that a role needs but users do not hold. The most users come first. */
  readonly missing: ReadonlyArray<Missing>
  /** The roles that users have. The role that needs the most seats comes first. */
  readonly inUse: ReadonlyArray<RolesInUse.RoleInUse>
  /** Users whose roles are known. */
  readonly known: number
  /** Licensed users whose roles are not known: inactive users, and users without roles in the answer of the server. */
  readonly unknown: number
}

/** Collects users, their licenses and their roles. */
export interface Collector {
  /** Receives people with their roles. Must be complete before the first `add`. */
  readonly listener: Listener
  /** Reads the roles of all active users, except if the listener has received any. */
  readonly readPeople: (
    options?: Omit<RolesOfPeople.Options, "listed">
  ) => Effect.Effect<void, GenesysError, UserService>
  /** Counts a user with their licenses. */
  readonly add: (userId: UserId, combination: Combination) => void
  /** Asks the API what each set of roles needs, and makes the findings. */
  readonly findings: (definitions: ReadonlyArray<LicenseDefinition>) => Effect.Effect<RoleFindings, GenesysError>
}

/** A note for the reader of the findings. */
export const caveat =
  "A license that no role of the user needs was assigned manually, or auto-license is off. The API does not show which."

/**
 * Reads the roles, but not the people. A caller that reads the directory anyway passes the
 * people to the listener, so that the directory is read only once. `listed` is how many users
 * to name for each finding. Default: 0.
 */
export const start = Effect.fn("RoleFindings.start")(function* (
  listed = 0
): Effect.fn.Return<Collector, GenesysError, LicenseService | RoleService> {
  const services = yield* Effect.context<LicenseService | RoleService>()
  const roles = yield* RoleDirectory.all
  const listener = RolesOfPeople.make(0)
  let people: RolesOfPeople.RolesOfPeople | undefined
  const peopleNow = () => (people ??= listener.result())
  const { add, findings } = make(roles, peopleNow, listed)
  return {
    listener,
    readPeople: (options) =>
      Effect.suspend(() =>
        listener.result().people > 0
          ? Effect.void
          : Effect.map(RolesOfPeople.read(options), (read) => {
              people = read
            })
      ),
    add,
    findings: (definitions) => Effect.provide(findings(definitions), services)
  }
})

/** Like {@link start}, and also reads the roles of all active users. */
export const read = Effect.fn("RoleFindings.read")(function* ({
  listed,
  ...options
}: RolesOfPeople.Options = {}): Effect.fn.Return<Collector, GenesysError, LicenseService | RoleService | UserService> {
  const collector = yield* start(listed)
  yield* collector.readPeople(options)
  return collector
})

type Holders = Map<Combination, { users: number; userIds: Array<UserId> }>

const make = (roles: ReadonlyArray<Role>, people: () => RolesOfPeople.RolesOfPeople, listed: number) => {
  const bySet = new Map<RolesOfPeople.RoleSet, Holders>()
  let known = 0
  let unknown = 0

  const add = (userId: UserId, combination: Combination): void => {
    const set = people().of(userId)
    if (set === undefined) {
      if (combination.ids.length > 0) unknown += 1
      return
    }
    known += 1
    const holders: Holders = bySet.get(set) ?? new Map()
    bySet.set(set, holders)
    const found = holders.get(combination) ?? { users: 0, userIds: [] }
    holders.set(combination, found)
    found.users += 1
    if (found.userIds.length < listed) found.userIds.push(userId)
  }

  const findings = Effect.fn("RoleFindings.findings")(function* (
    definitions: ReadonlyArray<LicenseDefinition>
  ): Effect.fn.Return<RoleFindings, GenesysError, LicenseService | RoleService> {
    const relations = Relations.make(definitions)
    const costing = CostingPermissions.make(definitions)
    const needs = yield* RoleCost.ofSets(bySet.keys())
    const unneeded = tally<Omit<Unneeded, keyof Found>>(listed)
    const lacking: Array<[set: RolesOfPeople.RoleSet, licenseId: LicenseId, found: Found]> = []
    for (const [set, holders] of bySet) {
      const needed = needs.get(set) ?? []
      for (const [{ ids: held }, found] of holders) {
        const { missing, surplus } = compare(held, needed, relations)
        for (const one of surplus) unneeded.add(one, found)
        for (const licenseId of missing) lacking.push([set, licenseId, found])
      }
    }

    const policies = yield* policiesOf(
      roles,
      lacking.flatMap(([{ roleIds }]) => roleIds)
    )
    const names = new Map(roles.map(({ id, name }) => [id, name]))
    const missing = tally<Omit<Missing, keyof Found>>(listed)
    const named = (roleId: RoleId) => {
      const name = names.get(roleId) ?? people().names.get(roleId)
      return { roleId, ...(name !== undefined && { name }) }
    }
    for (const [{ roleIds }, licenseId, found] of lacking) {
      const costly = roleIds.filter((id) => costing.among(policies.get(id), licenseId).length > 0)
      const blamed = costly.length > 0 ? costly.map((id) => [id]) : [roleIds]
      for (const ids of blamed) missing.add({ licenseId, roles: ids.map(named) }, found)
    }
    // A set of one role gives the needs of that role.
    const costs = new Map([...needs].flatMap(([{ roleIds }, of]) => (roleIds.length === 1 ? [[roleIds[0]!, of]] : [])))
    const inUse = yield* RolesInUse.byCost(
      [...usersOf(bySet)].map(([id, users]) => ({ ...named(id), users })),
      costs
    )
    return { unneeded: unneeded.all(), missing: missing.all(), inUse, known, unknown }
  })

  return { add, findings }
}

/** How many users have each role. */
const usersOf = (bySet: ReadonlyMap<RolesOfPeople.RoleSet, Holders>): ReadonlyMap<RoleId, number> => {
  const users = new Map<RoleId, number>()
  for (const [{ roleIds }, holders] of bySet) {
    const found = [...holders.values()].reduce((sum, { users }) => sum + users, 0)
    for (const roleId of roleIds) users.set(roleId, (users.get(roleId) ?? 0) + found)
  }
  return users
}

/** The licenses that are held but not needed, and needed but not held. */
export const compare = (
  held: ReadonlyArray<LicenseId>,
  needed: ReadonlyArray<LicenseId>,
  relations: Relations.Relations
): {
  readonly surplus: ReadonlyArray<Omit<Unneeded, keyof Found>>
  readonly missing: ReadonlyArray<LicenseId>
} => {
  const isNeeded = (id: LicenseId) => needed.some((one) => one === id || relations.impliedBy(one).has(id))
  const isHeld = (id: LicenseId) => held.some((one) => one === id || relations.partsOf(one).has(id))
  return {
    surplus: held
      .filter((id) => !isNeeded(id))
      .map((licenseId) => ({ licenseId, instead: needed.filter((id) => relations.partsOf(licenseId).has(id)) })),
    missing: needed.filter((id) => !isHeld(id))
  }
}

const policiesOf = Effect.fnUntraced(function* (
  roles: ReadonlyArray<Role>,
  roleIds: ReadonlyArray<RoleId>
): Effect.fn.Return<ReadonlyMap<RoleId, ReadonlyArray<PermissionPolicy> | undefined>, GenesysError, RoleService> {
  const wanted = new Set(roleIds)
  const policies = yield* Effect.forEach(
    roles.filter(({ id }) => wanted.has(id)),
    (role) => Effect.map(RoleDirectory.policiesOf(role), (policies) => [role.id, policies] as const),
    { concurrency: RoleCost.concurrency }
  )
  return new Map(policies)
})

/** Adds up the users of equal findings. */
const tally = <F extends object>(listed: number) => {
  const sums = new Map<string, F & { users: number; userIds: Array<UserId> }>()
  return {
    add: (finding: F, { userIds, users }: Found) => {
      const key = JSON.stringify(finding)
      const sum = sums.get(key) ?? { ...finding, users: 0, userIds: [] }
      sums.set(key, sum)
      sum.users += users
      for (const userId of userIds) if (sum.userIds.length < listed) sum.userIds.push(userId)
    },
    all: (): ReadonlyArray<F & Found> =>
      [...sums].sort(([a, one], [b, other]) => other.users - one.users || Order.String(a, b)).map(([, sum]) => sum)
  }
}
