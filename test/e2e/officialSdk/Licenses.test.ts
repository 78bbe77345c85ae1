import { describe, expect, it } from "@effect/vitest"
import { LicenseApi } from "@genesys-license/schema"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as OfficialSdk from "../../support/officialSdk.ts"
import { both, emulator, timeout } from "./clients.ts"

describe("the official SDK and LicenseService", () => {
  it("have the same operations", () => {
    expect([...OfficialSdk.operations].sort()).toEqual(Object.keys(LicenseApi.groups.license.endpoints).sort())
    expect(OfficialSdk.operations).toHaveLength(10)
  })

  it.live(
    "see the same definitions",
    () =>
      Effect.gen(function* () {
        const { license, organization, sdk } = yield* both()
        const definitions = yield* sdk.call((license) => license.getLicenseDefinitions())
        expect(definitions.map(({ id }) => id)).toEqual(organization.definitions.map(({ id }) => id))
        expect(definitions.length).toBeGreaterThan(10)
        expect(yield* license.getDefinitions).toStrictEqual(definitions)
      }).pipe(emulator()),
    timeout
  )

  it.live(
    "see the same definition by its id, down to what it comprises",
    () =>
      Effect.gen(function* () {
        const { license, organization, sdk } = yield* both()
        for (const { id } of organization.definitions) {
          const definition = yield* sdk.call((license) => license.getLicenseDefinition(id))
          expect(definition.id).toBe(id)
          expect(yield* license.getDefinition(id)).toStrictEqual(definition)
        }
        const cloudCX3 = yield* license.getDefinition("cloudCX3")
        expect(cloudCX3.comprises[0]?.comprises[0]?.comprises[0]?.id).toBe("collaboratePro")
      }).pipe(emulator()),
    timeout
  )

  it.live(
    "see the same toggles, read and switched",
    () =>
      Effect.gen(function* () {
        const { license, sdk } = yield* both()
        for (const name of ["licenseAutoAssignment", "a feature/of a peculiar?name", "100%"]) {
          const read = yield* sdk.call((license) => license.getLicenseToggle(name))
          expect(read).toStrictEqual({ featureName: name, enabled: true })
          expect(yield* license.getToggle(name)).toStrictEqual(read)
          const switched = yield* sdk.call((license) => license.postLicenseToggle(name))
          expect(yield* license.switchToggle(name)).toStrictEqual(switched)
        }
      }).pipe(emulator()),
    timeout
  )

  it.live(
    "see the same user, with whole definitions",
    () =>
      Effect.gen(function* () {
        const { license, organization, sdk } = yield* both()
        const users = yield* organization.users
        const holding = (count: number) => users.find(({ licenses }) => licenses.length === count)!.id
        for (const userId of [0, 1, 2, 3].map(holding)) {
          const user = yield* sdk.call((license) => license.getLicenseUser(userId))
          expect(user.id).toBe(userId)
          expect(yield* license.getUser(userId)).toStrictEqual(user)
        }
        const three = yield* license.getUser(holding(3))
        expect(three.licenses.map(({ permissions }) => permissions!.ids.length > 0)).toEqual([true, true, true])
      }).pipe(emulator()),
    timeout
  )

  for (const pageSize of [25, 100, 230, 500]) {
    it.live(
      `see the same users on every page of ${pageSize}, and nobody behind the last`,
      () =>
        Effect.gen(function* () {
          const { license, organization, sdk } = yield* both()
          const pages = Math.ceil(230 / pageSize)
          const seen = []
          for (let pageNumber = 1; pageNumber <= pages + 1; pageNumber += 1) {
            const page = yield* sdk.call((license) => license.getLicenseUsers({ pageSize, pageNumber }))
            expect(page).toMatchObject({ pageSize, pageNumber, pageCount: pages, total: 230 })
            expect(yield* license.getUsersPage({ pageSize, pageNumber })).toStrictEqual(page)
            seen.push(...(page.entities ?? []))
          }
          expect(seen.map(({ id, licenses }) => ({ id, licenses }))).toEqual(yield* organization.users)
          expect(yield* Stream.runCollect(license.users({ pageSize }))).toStrictEqual(seen)
        }).pipe(emulator()),
      timeout
    )
  }

  it.live(
    "see the same first page when the SDK leaves paging to the server",
    () =>
      Effect.gen(function* () {
        const { license, sdk } = yield* both()
        const page = yield* sdk.call((license) => license.getLicenseUsers())
        expect(page.entities).toHaveLength(25)
        expect(yield* license.getUsersPage({ pageSize: 25, pageNumber: 1 })).toStrictEqual(page)
      }).pipe(emulator()),
    timeout
  )

  it.live(
    "see the same licenses of many users, and nothing of unknown ones",
    () =>
      Effect.gen(function* () {
        const { license, organization, sdk } = yield* both()
        const users = (yield* organization.users).slice(0, 40)
        const ids = [...users.map(({ id }) => id), "3f4a6f3e-0000-4000-8000-000000000000", "constructor"]

        const answer = yield* sdk.call((license) => license.postLicenseUsers({ body: ids }))
        expect(answer).toStrictEqual(Object.fromEntries(users.map(({ id, licenses }) => [id, { licenses }])))

        const found = yield* license.getUsers(ids)
        expect(Object.fromEntries([...found].map(([id, licenses]) => [id, { licenses }]))).toStrictEqual(answer)

        const single = yield* Effect.forEach(ids, license.getUserLicenses, { concurrency: "unbounded" })
        expect(single.map(Option.getOrUndefined)).toEqual([
          ...users.map(({ licenses }) => licenses),
          undefined,
          undefined
        ])
      }).pipe(emulator()),
    timeout
  )

  it.live(
    "infer the same licenses from each role, from several and from all of them",
    () =>
      Effect.gen(function* () {
        const { license, organization, sdk } = yield* both()
        const infer = Effect.fnUntraced(function* (roleIds: ReadonlyArray<string>) {
          const inferred = yield* sdk.call((license) => license.postLicenseInfer({ body: [...roleIds] }))
          expect(yield* license.inferFromRoles(roleIds)).toStrictEqual(inferred)
          return inferred
        })
        const byRole: Record<string, ReadonlyArray<string>> = {}
        for (const { id, name } of organization.roles) byRole[name] = yield* infer([id])
        expect(byRole).toMatchObject({
          employee: ["collaboratePro"],
          "Communicate - User": ["communicate"],
          Agent: ["cloudCX2"],
          Supervisor: ["cloudCX3"],
          "Speech Analyst": ["cloudCX2", "gcSTAupgrade"],
          Planner: ["gc2WEMupgrade"],
          Wallboard: ["wallboardUser"],
          "Custom without permissions": [],
          "License Viewer": [],
          Admin: []
        })
        const several = ["Agent", "Supervisor", "Speech Analyst", "Planner", "Wallboard"]
        expect(yield* infer(organization.roles.flatMap(({ id, name }) => (several.includes(name) ? id : [])))).toEqual([
          "cloudCX3",
          "wallboardUser",
          "gc2WEMupgrade"
        ])
        expect(yield* infer(organization.roles.map(({ id }) => id))).toContain("cloudCX3")
        expect(yield* infer(["no-such-role"])).toEqual([])
        expect(yield* infer([])).toEqual([])
      }).pipe(emulator()),
    timeout
  )

  it.live(
    "infer the same licenses from each permission, and from all of them",
    () =>
      Effect.gen(function* () {
        const { license, organization, sdk } = yield* both()
        const infer = Effect.fnUntraced(function* (permissions: ReadonlyArray<string>) {
          const inferred = yield* sdk.call((license) => license.postLicenseInferPermissions({ body: [...permissions] }))
          expect(yield* license.inferFromPermissions(permissions)).toStrictEqual(inferred)
          return inferred
        })
        const all = organization.definitions.flatMap(({ permissions }) => permissions?.ids ?? [])
        for (const permission of new Set(all)) expect((yield* infer([permission])).length).toBeGreaterThan(0)
        expect(yield* infer(["wfm:schedule:view", "routing:queue:join"])).toEqual(["cloudCX2", "gc2WEMupgrade"])
        expect((yield* infer(all)).length).toBeGreaterThan(1)
        expect(yield* infer(["no:such:permission"])).toEqual([])
      }).pipe(emulator()),
    timeout
  )

  describe("give and take licenses", () => {
    const stranger = "3f4a6f3e-0000-4000-8000-000000000000"

    /** The same change for the same seed: `write` of an emulator of its own, and then what both read. */
    const change = <Statuses>(
      write: (
        clients: Effect.Success<ReturnType<typeof both>>,
        assignments: ReadonlyArray<{ licenseId: string; userIdsAdd: Array<string>; userIdsRemove: Array<string> }>
      ) => Effect.Effect<Statuses, unknown>
    ) =>
      Effect.gen(function* () {
        const clients = yield* both()
        const { license, organization, sdk } = clients
        const before = yield* organization.users
        const without = before.find(({ licenses }) => licenses.length === 0)!.id
        const withOne = before.find(({ licenses }) => licenses.join() === "cloudCX2")!.id
        const statuses = yield* write(clients, [
          { licenseId: "cloudCX3", userIdsAdd: [without, withOne, stranger], userIdsRemove: [] },
          { licenseId: "cloudCX2", userIdsAdd: [], userIdsRemove: [withOne] },
          { licenseId: "noSuchLicense", userIdsAdd: [without], userIdsRemove: [] }
        ])

        const after = before.map((user) =>
          user.id === without || user.id === withOne ? { ...user, licenses: ["cloudCX3"] } : user
        )
        const read = yield* sdk.allUsers(100)
        expect(read.map(({ id, licenses }) => ({ id, licenses }))).toEqual(after)
        expect(yield* Stream.runCollect(license.users())).toStrictEqual(read)
        const changed = yield* sdk.call((license) => license.getLicenseUser(withOne))
        expect(changed.licenses?.map(({ id }) => id)).toEqual(["cloudCX3"])
        expect(yield* license.getUser(withOne)).toStrictEqual(changed)
        return { statuses, without, withOne }
      }).pipe(emulator())

    it.live(
      "with the same statuses, and read each other's changes back",
      () =>
        Effect.gen(function* () {
          const official = yield* change(({ sdk }, assignments) =>
            sdk.call((license) => license.postLicenseOrganization({ body: { assignments: [...assignments] } }))
          )
          const ours = yield* change(({ license }, assignments) => license.updateAssignments(assignments))
          const { statuses, withOne, without } = official
          expect(ours).toStrictEqual({
            ...official,
            statuses: [
              { _tag: "Done", change: "add", ...statuses[0] },
              { _tag: "Done", change: "add", ...statuses[1] },
              { _tag: "Refused", change: "add", ...statuses[2] },
              { _tag: "Done", change: "remove", ...statuses[3] },
              { _tag: "Refused", change: "add", ...statuses[4] }
            ]
          })
          expect(statuses).toEqual([
            { userId: without, licenseId: "cloudCX3", result: "Success" },
            { userId: withOne, licenseId: "cloudCX3", result: "Success" },
            { userId: stranger, licenseId: "cloudCX3", result: "User not found" },
            { userId: withOne, licenseId: "cloudCX2", result: "Success" },
            { userId: without, licenseId: "noSuchLicense", result: "License not found" }
          ])
        }),
      timeout
    )
  })
})
