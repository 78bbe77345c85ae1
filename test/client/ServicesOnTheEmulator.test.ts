/** The services beside LicenseService, against the emulator: what they read is what its organization holds. */
import { describe, expect, it } from "@effect/vitest"
import {
  BillingService,
  GenesysTransport,
  LicenseService,
  OrganizationService,
  RoleService,
  UserService
} from "@genesys-license/client"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator/Emulator"
import type { LargestPage } from "@genesys-license/emulator/organization/Organization"
import { UserEntityListing } from "@genesys-license/schema/users/Person"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { clientCredentials } from "./clients.ts"
import { elapse } from "./virtualTime.ts"

const services = Layer.mergeAll(
  LicenseService.layerTransport,
  UserService.layerTransport,
  RoleService.layerTransport,
  OrganizationService.layerTransport,
  BillingService.layerTransport
)

/** All services on one transport to an emulator of 250 users. */
const withEmulator =
  (options?: EmulatorOptions) =>
  <A, E, R>(test: Effect.Effect<A, E, R>) =>
    test.pipe(
      Effect.provide(
        services.pipe(
          Layer.provide(GenesysTransport.layer({ region: "us-east-1", credentials: clientCredentials })),
          Layer.provideMerge(Emulator.layerTest({ users: 250, ...options }))
        )
      ),
      elapse
    )

const idsOf = (list: Iterable<{ readonly id: string }>) => Array.from(list, ({ id }) => id)

describe("OrganizationService", () => {
  it.effect("reads which organization it is", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      expect(yield* (yield* OrganizationService).me).toEqual(organization.identity)
    }).pipe(withEmulator())
  )
})

describe("UserService", () => {
  const states = ["active", "inactive", "deleted", "any"] as const

  it.effect.each(states)("streams who is %s, by number and by cursor", (state) =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      const users = yield* UserService
      const expected = organization.directory.inState(state)
      expect(expected.length).toBeGreaterThan(0)
      expect(idsOf(yield* Stream.runCollect(users.users({ state })))).toEqual(expected)
      expect(idsOf(yield* Stream.runCollect(users.usersByCursor({ state })))).toEqual(expected)
    }).pipe(withEmulator())
  )

  it.effect("reads who somebody is, and when they were last seen if asked", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      const users = yield* UserService
      const expand = ["dateLastLogin", "lasttokenissued", "authorization.unusedRoles", "groups"] as const
      const people = yield* Stream.runCollect(users.users({ expand }))
      const { inState, person } = organization.directory
      // What the emulator writes as `""` is read as no token.
      expect(inState("active").some((id) => person(id)?.lastTokenIssued === "")).toBe(true)
      const written = { entities: inState("active").map((id) => person(id)) }
      expect(people).toEqual((yield* Schema.decodeUnknownEffect(UserEntityListing)(written)).entities)
      const [first] = people
      expect(yield* users.getUser(first!.id, { expand })).toEqual(first)
      const { authorization: _, dateLastLogin: __, groups: ___, lastTokenIssued: ____, ...plain } = first!
      expect(yield* users.getUser(first!.id)).toEqual(plain)
    }).pipe(withEmulator())
  )

  it.effect("looks up any number of users by their ids, in hundreds", () =>
    Effect.gen(function* () {
      const { journal, organization } = yield* Emulator
      const ids = organization.directory.inState("any")
      const people = yield* (yield* UserService).byId([...ids, "nobody", ...ids])
      expect([...people.keys()].sort()).toEqual([...ids].sort())
      yield* journal.verify({ operation: "getUsers", times: 3 })
    }).pipe(withEmulator())
  )

  it.effect("finds nobody where nobody is known", () =>
    Effect.gen(function* () {
      expect((yield* (yield* UserService).byId(["nobody"])).size).toBe(0)
    }).pipe(withEmulator())
  )

  const limits: ReadonlyArray<LargestPage> = [
    { size: 100 },
    { size: 100, larger: "cut" },
    { size: 100, larger: "cutSilently" }
  ]
  it.effect.each(limits)("and LicenseService read all users where the largest page is %o", (largestPage) =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      const everybody = idsOf(yield* organization.users)
      expect(idsOf(yield* Stream.runCollect((yield* UserService).users({ state: "any" })))).toEqual(everybody)
      expect(idsOf(yield* Stream.runCollect((yield* LicenseService).users()))).toEqual(everybody)
    }).pipe(withEmulator({ largestPage }))
  )
})

describe("RoleService", () => {
  it.effect("reads the roles, with the permissions that they have", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      const service = yield* RoleService
      const roles = yield* Stream.runCollect(service.roles())
      const permissions = roles.map(({ permissionPolicies = [], id, name }) => ({
        id,
        name,
        permissions: permissionPolicies.flatMap(({ actionSet, domain, entityName }) =>
          actionSet.map((action) => `${domain}:${entityName}:${action}`)
        )
      }))
      expect(permissions).toEqual(organization.roles)
      expect(yield* service.getRole(roles[0]!.id)).toEqual(roles[0])
    }).pipe(withEmulator())
  )

  it.effect("reads who has a role", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      const service = yield* RoleService
      const { id } = organization.roles.find(({ name }) => name === "Agent")!
      const { groups, users } = organization.directory.grantees(id)
      expect(groups.length).toBeGreaterThan(0)
      expect(users.length).toBeGreaterThan(0)
      const grants = yield* Stream.runCollect(service.grants(id))
      expect(idsOf(grants)).toEqual([...idsOf(groups), ...users])
      const { division, name } = organization.directory.person(users[0]!)!
      expect(grants[groups.length]).toEqual({ id: users[0], name, type: "PC_USER", divisions: [division] })
    }).pipe(withEmulator())
  )
})

describe("BillingService", () => {
  const period = {
    startDate: DateTime.makeUnsafe("1969-01-01T00:00:00Z"),
    endDate: DateTime.makeUnsafe("1970-01-31T00:00:00Z")
  }

  it.effect("waits for the report, and reads who was billed by their e-mail addresses", () =>
    Effect.gen(function* () {
      const { journal, organization } = yield* Emulator
      const report = yield* (yield* BillingService).getUsage(period)
      yield* journal.verify({ operation: "getBillingReportsBillableusage", times: 2 })
      expect(report.status).toBe("Complete")
      const [holder] = (yield* organization.users)
        .filter(({ licenses }) => licenses.includes("cloudCX2"))
        .map(({ id }) => organization.directory.person(id)!)
        .filter(({ dateLastLogin }) => dateLastLogin && dateLastLogin > "1969-06")
      const usage = report.usages.find(({ name }) => name === "Genesys Cloud CX 2")!
      expect(usage.resources.map(({ name }) => name)).toContain(holder!.email)
      expect(Number(usage.totalUsage)).toBe(usage.resources.length)
    }).pipe(withEmulator())
  )

  it.effect("reads the contract, and what was bought and used in a period of it", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      const service = yield* BillingService
      const [contract, ...others] = yield* Stream.runCollect(service.contracts)
      expect(contract).toEqual(yield* organization.contract)
      expect(others).toEqual([])
      const billingPeriodId = contract!.billingPeriods[0]!.id
      const detail = yield* service.getContractPeriod({ contractId: contract!.id, billingPeriodId })
      const holders = (yield* organization.users).filter(({ licenses }) => licenses.includes("cloudCX2"))
      expect(detail.charges.find(({ id }) => id === "cloudCX2")?.actualQuantity).toBe(holders.length)
    }).pipe(withEmulator())
  )
})
