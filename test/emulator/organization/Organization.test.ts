import { describe, expect, it } from "@effect/vitest"
import * as Catalog from "@genesys-license/emulator/organization/Catalog"
import { Organization } from "@genesys-license/emulator/organization/Organization"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

const define = (id: string, permissions: ReadonlyArray<string>) => ({
  id,
  permissions: { ids: permissions },
  prerequisites: [],
  comprises: []
})

const twoUsers = [
  { id: "ann", licenses: ["cloudCX2"] },
  { id: "bob", licenses: [] }
]

describe("Organization", () => {
  describe("seed", () => {
    const usersOf = (options: { readonly seed?: string; readonly users?: number }) =>
      Effect.flatMap(Organization.make(options), (organization) => organization.users)

    it.effect("generates the same users for the same seed", () =>
      Effect.gen(function* () {
        expect(yield* usersOf({ seed: "a" })).toEqual(yield* usersOf({ seed: "a" }))
        expect(yield* usersOf({ seed: "a" })).not.toEqual(yield* usersOf({ seed: "b" }))
      })
    )

    it.effect("generates the same first users for every number of users", () =>
      Effect.gen(function* () {
        const few = yield* usersOf({ users: 10 })
        const many = yield* usersOf({ users: 1000 })
        expect(many.slice(0, 10)).toEqual(few)
      })
    )

    it.effect("generates 200 users by default, and none for 0", () =>
      Effect.gen(function* () {
        expect(yield* usersOf({})).toHaveLength(200)
        expect(yield* usersOf({ users: 0 })).toEqual([])
      })
    )

    it.effect("gives 100,000 users 100,000 version 4 UUIDs", () =>
      Effect.gen(function* () {
        const ids = new Set((yield* usersOf({ users: 100_000 })).map(({ id }) => id))
        expect(ids.size).toBe(100_000)
        const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
        expect([...ids].filter((id) => !uuid.test(id))).toEqual([])
      })
    )

    it.effect("generates users with no, one and several licenses, and a license that nobody holds", () =>
      Effect.gen(function* () {
        const users = yield* usersOf({ users: 1000 })
        const counts = new Set(users.map(({ licenses }) => licenses.length))
        expect([...counts].sort()).toEqual([0, 1, 2, 3])
        const held = new Set(users.flatMap(({ licenses }) => licenses))
        expect(Catalog.definitions.map(({ id }) => id).filter((id) => !held.has(id))).toEqual([
          "examplePremiumAppUserLicense"
        ])
        expect([...held].filter((id) => !Catalog.definitions.some((definition) => definition.id === id))).toEqual([])
      })
    )

    it.effect("generates no licenses without a definition", () =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({ definitions: [define("communicate", [])] })
        const held = new Set((yield* organization.users).flatMap(({ licenses }) => licenses))
        expect([...held]).toEqual(["communicate"])
      })
    )
  })

  describe("page", () => {
    for (const pageSize of [1, 7, 25, 200, 1000]) {
      it.effect(`shows everybody once in pages of ${pageSize}`, () =>
        Effect.gen(function* () {
          const organization = yield* Organization.make({ users: 203 })
          const { pageCount = 0, total } = yield* organization.page({ pageNumber: 1, pageSize })
          expect(total).toBe(203)
          const seen: Array<string> = []
          for (let pageNumber = 1; pageNumber <= pageCount; pageNumber++) {
            const page = yield* organization.page({ pageNumber, pageSize })
            expect(page).toMatchObject({ pageNumber, pageSize, total: 203, pageCount })
            expect(page.entities.length).toBeGreaterThan(0)
            seen.push(...page.entities.map(({ id }) => id))
          }
          expect(seen).toEqual((yield* organization.users).map(({ id }) => id))
        })
      )
    }

    it.effect("is empty after the last page", () =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({ users: twoUsers })
        expect(yield* organization.page({ pageNumber: 2, pageSize: 25 })).toEqual({
          entities: [],
          pageNumber: 2,
          pageSize: 25,
          total: 2,
          pageCount: 1
        })
      })
    )

    it.effect("has no pages without users", () =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({ users: 0 })
        expect(yield* organization.page({ pageNumber: 1, pageSize: 25 })).toMatchObject({ total: 0, pageCount: 0 })
      })
    )

    it.effect("shows changed users", () =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({ users: twoUsers })
        yield* organization.updateUsers((users) => [{ id: "new", licenses: [] }, ...users])
        const page = yield* organization.page({ pageNumber: 2, pageSize: 2 })
        expect(page.entities.map(({ id }) => id)).toEqual(["bob"])
        expect(Option.isSome(yield* organization.user("new"))).toBe(true)
      })
    )
  })

  describe("user", () => {
    it.effect("has complete definitions, and only an id for a license without a definition", () =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({ users: [{ id: "ann", licenses: ["cloudCX2", "secretPilot"] }] })
        const ann = Option.getOrThrow(yield* organization.user("ann"))
        expect(ann.licenses).toEqual([
          Catalog.definitions.find(({ id }) => id === "cloudCX2"),
          { id: "secretPilot", prerequisites: [], comprises: [] }
        ])
      })
    )

    it.effect("is none for an unknown id", () =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({ users: twoUsers })
        expect(yield* organization.user("eve")).toEqual(Option.none())
      })
    )
  })

  describe("lookup", () => {
    it.effect("leaves out unknown users", () =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({ users: twoUsers })
        expect(yield* organization.lookup(["bob", "eve", "ann", "ann"])).toEqual({ bob: [], ann: ["cloudCX2"] })
      })
    )

    it.effect("finds a user whose id is __proto__", () =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({ users: [{ id: "__proto__", licenses: ["cloudCX2"] }] })
        expect(Object.entries(yield* organization.lookup(["__proto__", "constructor"]))).toEqual([
          ["__proto__", ["cloudCX2"]]
        ])
      })
    )
  })

  describe("infer", () => {
    const infer = (permissions: ReadonlyArray<string>, definitions = Catalog.definitions) =>
      Effect.flatMap(Organization.make({ definitions }), (organization) =>
        organization.inferFromPermissions(permissions)
      )

    it.effect("needs the license that grants the permission", () =>
      Effect.gen(function* () {
        expect(yield* infer(["routing:queue:join"])).toEqual(["cloudCX2"])
        expect(yield* infer(["no:such:permission"])).toEqual([])
        expect(yield* infer([])).toEqual([])
      })
    )

    it.effect("needs no license that another needed one comprises, however deep", () =>
      Effect.gen(function* () {
        expect(yield* infer(["directory:user:view", "performance:insights:view"])).toEqual(["cloudCX3"])
      })
    )

    it.effect("needs the cheapest of the licenses that comprise each other and grant the same", () =>
      Effect.gen(function* () {
        const base = define("base", ["a"])
        expect(yield* infer(["a"], [base, { ...define("all", ["a", "b"]), comprises: [base] }])).toEqual(["base"])
      })
    )

    it.effect("prefers WEM to STA, and takes STA where there is no WEM", () =>
      Effect.gen(function* () {
        const permissions = ["speechAndTextAnalytics:topic:view", "billing:user:staUpgrade"]
        expect(yield* infer(permissions)).toEqual(["gc2WEMupgrade"])
        expect(
          yield* infer(
            permissions,
            Catalog.definitions.filter(({ id }) => id !== "gc2WEMupgrade")
          )
        ).toEqual(["gcSTAupgrade"])
      })
    )

    it.effect("takes one add-on, the cheapest of its kind", () =>
      Effect.gen(function* () {
        const definitions = [
          define("gc1WEMupgrade", ["wfm", "speech"]),
          define("gc2WEMupgrade", ["wfm", "speech"]),
          define("gcSTAupgrade", ["speech", "sta"]),
          define("cloudCX1", ["base"])
        ]
        expect(yield* infer(["sta", "wfm", "base"], definitions)).toEqual(["gc1WEMupgrade", "cloudCX1"])
        expect(yield* infer(["sta", "wfm"], definitions.slice(1))).toEqual(["gc2WEMupgrade"])
        expect(yield* infer(["sta", "base"], definitions)).toEqual(["gcSTAupgrade", "cloudCX1"])
      })
    )

    it.effect("infers WEM from a role in one organization and STA in another", () =>
      Effect.gen(function* () {
        const roles = [{ id: "analyst", name: "Analyst", permissions: ["speechAndTextAnalytics:topic:view"] }]
        const inferIn = (definitions: ReadonlyArray<LicenseDefinition>) =>
          Effect.flatMap(Organization.make({ definitions, roles }), (organization) =>
            organization.inferFromRoles(["analyst"])
          )
        expect(yield* inferIn(Catalog.definitions)).toEqual(["gc2WEMupgrade"])
        expect(yield* inferIn(Catalog.definitions.filter(({ id }) => id !== "gc2WEMupgrade"))).toEqual(["gcSTAupgrade"])
      })
    )

    it.effect("uses the permissions of roles, and ignores unknown roles", () =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({
          roles: [
            { id: "r1", name: "Agent", permissions: ["routing:queue:join"] },
            { id: "r2", name: "Wallboard", permissions: ["wallboard:wallboard:view"] }
          ]
        })
        expect(yield* organization.inferFromRoles(["r2", "r1", "r3"])).toEqual(["cloudCX2", "wallboardUser"])
      })
    )
  })

  describe("assign", () => {
    const licensesOf = (organization: Organization["Service"]) =>
      Effect.map(organization.users, (users) => Object.fromEntries(users.map(({ id, licenses }) => [id, licenses])))

    it.effect("adds and removes", () =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({ users: twoUsers })
        const statuses = yield* organization.assign([
          { licenseId: "cloudCX3", userIdsAdd: ["ann", "bob"], userIdsRemove: [] },
          { licenseId: "cloudCX2", userIdsAdd: [], userIdsRemove: ["ann"] }
        ])
        expect(statuses).toEqual([
          { userId: "ann", licenseId: "cloudCX3", result: "Success" },
          { userId: "bob", licenseId: "cloudCX3", result: "Success" },
          { userId: "ann", licenseId: "cloudCX2", result: "Success" }
        ])
        expect(yield* licensesOf(organization)).toEqual({ ann: ["cloudCX3"], bob: ["cloudCX3"] })
      })
    )

    it.effect("changes nothing the second time, and reports success", () =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({ users: twoUsers })
        const batch = [{ licenseId: "cloudCX2", userIdsAdd: ["ann", "bob"], userIdsRemove: [] }]
        const first = yield* organization.assign(batch)
        expect(yield* organization.assign(batch)).toEqual(first)
        expect(yield* licensesOf(organization)).toEqual({ ann: ["cloudCX2"], bob: ["cloudCX2"] })
        yield* organization.assign([{ licenseId: "cloudCX3", userIdsAdd: [], userIdsRemove: ["bob"] }])
        expect(yield* licensesOf(organization)).toEqual({ ann: ["cloudCX2"], bob: ["cloudCX2"] })
      })
    )

    it.effect("applies the rest of a batch with an unknown user and an unknown license", () =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({ users: twoUsers })
        const statuses = yield* organization.assign([
          { licenseId: "cloudCX3", userIdsAdd: ["eve", "bob"], userIdsRemove: [] },
          { licenseId: "cloudCX9", userIdsAdd: ["bob"], userIdsRemove: ["eve"] }
        ])
        expect(statuses).toEqual([
          { userId: "eve", licenseId: "cloudCX3", result: "User not found" },
          { userId: "bob", licenseId: "cloudCX3", result: "Success" },
          { userId: "bob", licenseId: "cloudCX9", result: "License not found" },
          { userId: "eve", licenseId: "cloudCX9", result: "License not found" }
        ])
        expect(yield* licensesOf(organization)).toEqual({ ann: ["cloudCX2"], bob: ["cloudCX3"] })
      })
    )

    it.effect("does not change other users with the same licenses", () =>
      Effect.gen(function* () {
        const ids = ["ann", "bob", "cid", "dan"]
        const organization = yield* Organization.make({ users: ids.map((id) => ({ id, licenses: ["cloudCX2"] })) })
        const before = yield* organization.users
        yield* organization.assign([{ licenseId: "communicate", userIdsAdd: ["bob", "dan"], userIdsRemove: [] }])
        yield* organization.assign([{ licenseId: "cloudCX2", userIdsAdd: [], userIdsRemove: ["dan"] }])
        expect(yield* licensesOf(organization)).toEqual({
          ann: ["cloudCX2"],
          bob: ["cloudCX2", "communicate"],
          cid: ["cloudCX2"],
          dan: ["communicate"]
        })
        // Earlier results do not change.
        expect(before.map(({ licenses }) => licenses)).toEqual(Array(4).fill(["cloudCX2"]))
      })
    )

    it.effect("is visible in every later read", () =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({ users: twoUsers })
        yield* organization.assign([{ licenseId: "cloudCX3", userIdsAdd: ["bob"], userIdsRemove: [] }])
        const page = { pageNumber: 1, pageSize: 25 }
        expect((yield* organization.page(page)).entities[1]?.licenses).toEqual(["cloudCX3"])
        expect(JSON.parse(yield* organization.pageJson(page)).entities[1].licenses).toEqual(["cloudCX3"])
        expect(yield* organization.lookup(["bob"])).toEqual({ bob: ["cloudCX3"] })
        const bob = Option.getOrThrow(yield* organization.user("bob"))
        expect(bob.licenses.map(({ id }) => id)).toEqual(["cloudCX3"])
      })
    )

    it.effect("reports a pair once, and removes what is both added and removed", () =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({ users: twoUsers })
        const statuses = yield* organization.assign([
          { licenseId: "cloudCX2", userIdsAdd: ["bob"], userIdsRemove: ["bob"] },
          { licenseId: "cloudCX2", userIdsAdd: [], userIdsRemove: ["bob"] }
        ])
        expect(statuses).toEqual([{ userId: "bob", licenseId: "cloudCX2", result: "Success" }])
        expect((yield* licensesOf(organization)).bob).toEqual([])
      })
    )
  })

  describe("replace and reset", () => {
    it.effect("replace and restore the whole organization", () =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({ users: 3, seed: "acme" })
        const before = yield* organization.export
        yield* organization.assign([
          { licenseId: "cloudCX3", userIdsAdd: [(yield* organization.users)[0]!.id], userIdsRemove: [] }
        ])
        yield* organization.replace({ users: twoUsers, definitions: [define("a", ["p"])], roles: [] })
        expect(yield* organization.export).toMatchObject({
          seed: "genesys-license",
          users: twoUsers,
          definitions: [define("a", ["p"])],
          roles: []
        })
        expect(organization.definitions).toHaveLength(1)
        expect(organization.roles).toEqual([])
        expect(yield* organization.userCount).toBe(2)
        expect(yield* organization.inferFromPermissions(["p", "routing:queue:join"])).toEqual(["a"])
        yield* organization.reset
        expect(yield* organization.export).toEqual(before)
      })
    )

    it.effect("do not keep the effects of assignments on configured users", () =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({ users: twoUsers })
        yield* organization.assign([{ licenseId: "cloudCX3", userIdsAdd: ["bob"], userIdsRemove: [] }])
        yield* organization.reset
        expect(yield* organization.users).toEqual(twoUsers)
      })
    )
  })
})
