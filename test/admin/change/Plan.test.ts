import { GenesysError, LicenseService } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Catalog from "@genesys-license/emulator/organization/Catalog"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { type Assignment, type Desired, parseCsv } from "../../../packages/admin/src/change/Desired.ts"
import * as Plan from "../../../packages/admin/src/change/Plan.ts"
import * as Planning from "../../../packages/admin/src/change/Planning.ts"
import { inOrganization, reasonOf, run, user } from "../organization.ts"

const assign = (
  ...rows: ReadonlyArray<readonly [userId: string, licenseId: string, state?: Assignment["state"]]>
): Desired => ({
  assignments: rows.map(([userId, licenseId, state = "present"]) => ({ userId, licenseId, state })),
  exactly: []
})
const exactly = (licenseId: string, ...userIds: ReadonlyArray<string>): Desired => ({
  assignments: [],
  exactly: [{ licenseId, userIds }]
})
const add = (userId: string, licenseId: string) => ({ userId, licenseId, change: "add" as const })
const remove = (userId: string, licenseId: string) => ({ userId, licenseId, change: "remove" as const })

const example = { id: "o1", name: "Example", host: "api.example" }

const requests = (operation: string) =>
  Effect.gen(function* () {
    const { journal } = yield* Emulator
    return (yield* journal.requests).filter((request) => request.operation === operation).length
  })

describe("Plan", () => {
  it.effect("is what differs, with what its users held and when", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 31))
      const plan = yield* Planning.make(
        assign(
          ["a", "cloudCX2"],
          ["b", "cloudCX2"],
          ["c", "wallboardUser", "absent"],
          ["b", "wallboardUser", "absent"]
        ),
        { organization: example }
      )
      expect(plan).toEqual({
        createdAt: "2026-01-31T00:00:00.000Z",
        organization: example,
        changes: [add("a", "cloudCX2"), remove("c", "wallboardUser")],
        observed: [user("a"), user("c", "cloudCX2", "wallboardUser")],
        unchanged: 2,
        warnings: [],
        cost: { reads: 1, writes: 1 }
      })
      expect(Plan.summary(plan.changes)).toEqual({
        additions: 1,
        removals: 1,
        licenses: [
          { licenseId: "cloudCX2", additions: 1, removals: 0 },
          { licenseId: "wallboardUser", additions: 0, removals: 1 }
        ]
      })
    }).pipe(inOrganization({ users: [user("a"), user("b", "cloudCX2"), user("c", "wallboardUser", "cloudCX2")] }))
  )

  it.effect("can be only what users gain, or only what they lose", () =>
    Effect.gen(function* () {
      const desired = assign(["a", "cloudCX2"], ["b", "cloudCX2", "absent"])
      expect((yield* Planning.make(desired, { only: "add" })).changes).toEqual([add("a", "cloudCX2")])
      expect((yield* Planning.make(desired, { only: "remove" })).changes).toEqual([remove("b", "cloudCX2")])
    }).pipe(inOrganization({ users: [user("a"), user("b", "cloudCX2")] }))
  )

  it.effect("gives before it takes, and a license after what it needs", () =>
    Effect.gen(function* () {
      const plan = yield* Planning.make(
        assign(
          ["a", "gcSTAupgrade"],
          ["b", "cloudCX2", "absent"],
          ["a", "cloudCX2"],
          ["b", "gcSTAupgrade", "absent"],
          ["b", "wallboardUser"]
        )
      )
      expect(plan.changes).toEqual([
        add("a", "cloudCX2"),
        add("b", "wallboardUser"),
        add("a", "gcSTAupgrade"),
        remove("b", "gcSTAupgrade"),
        remove("b", "cloudCX2")
      ])
    }).pipe(inOrganization({ users: [user("a"), user("b", "cloudCX2", "gcSTAupgrade")] }))
  )

  it.effect("is made of licenses that need each other", () =>
    Effect.gen(function* () {
      expect((yield* Planning.make(assign(["u", "b"], ["u", "a"]))).changes).toHaveLength(2)
    }).pipe(
      inOrganization({
        users: [user("u")],
        definitions: [
          { id: "a", prerequisites: [{ id: "b" }], comprises: [] },
          { id: "b", prerequisites: [{ id: "a" }], comprises: [] }
        ]
      })
    )
  )

  it.effect("looks up the users that it is about, a hundred at a time, and nobody else", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      const users = (yield* organization.users).slice(0, 250)
      const plan = yield* Planning.make(assign(...users.map(({ id }) => [id, "examplePremiumAppUserLicense"] as const)))
      expect(plan.changes).toHaveLength(250)
      expect(plan.cost).toEqual({ reads: 3, writes: 3 })
      expect([yield* requests("postLicenseUsers"), yield* requests("getLicenseUsers")]).toEqual([3, 0])
    }).pipe(inOrganization({ users: 1_000 }))
  )

  it.effect("takes a license from everybody who shall not have it exactly", () =>
    Effect.gen(function* () {
      const plan = yield* Planning.make(exactly("cloudCX2", "a", "b"))
      expect(plan.changes).toEqual([add("a", "cloudCX2"), remove("c", "cloudCX2"), remove("d", "cloudCX2")])
      expect(plan.unchanged).toBe(1)
      expect(plan.drift).toMatchObject({ users: 5, possiblyMissed: 0 })
    }).pipe(
      inOrganization({
        users: [
          user("a"),
          user("b", "cloudCX2"),
          user("c", "cloudCX2"),
          user("d", "cloudCX2"),
          user("e", "communicate")
        ]
      })
    )
  )

  it.effect("takes a license from everybody when nobody shall have it", () =>
    Effect.gen(function* () {
      expect((yield* Planning.make(exactly("retired"))).changes).toEqual([remove("a", "retired")])
    }).pipe(inOrganization({ users: [user("a", "retired"), user("b")] }))
  )

  it.effect("does not give a license to who has left since the whole organization was read", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      const license = yield* LicenseService
      const plan = yield* Planning.make(exactly("cloudCX2", "a"), { unknownUsers: "leaveOut" }).pipe(
        Effect.provideService(LicenseService, {
          ...license,
          getUsers: (ids) =>
            Effect.andThen(
              organization.updateUsers((users) => users.filter(({ id }) => id !== "a")),
              license.getUsers(ids)
            )
        })
      )
      expect(plan.changes).toEqual([])
      expect(plan.warnings).toEqual([{ _tag: "UnknownUser", userId: "a", licenseIds: ["cloudCX2"] }])
    }).pipe(inOrganization({ users: [user("a"), user("b")] }))
  )

  it.effect("is not made for a list of all who shall hold a license on which somebody is not known", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(Planning.make(exactly("cloudCX2", "a", "ann@example.com", "nobody")))
      expect(reason).toMatchObject({
        _tag: "UnknownUsers",
        userIds: ["ann@example.com", "nobody"],
        licenseIds: ["cloudCX2"]
      })
      expect(reason.message).toBe(
        "The exact list of users for cloudCX2 has 2 unknown users: ann@example.com, nobody. These look like e-mail addresses, but no user was found for them. Users who are not on the list would lose the license, so nothing is planned. Correct the list, or allow unknown users."
      )
      const allowed = yield* Planning.make(exactly("cloudCX2", "a", "nobody"), { unknownUsers: "leaveOut" })
      expect(allowed.changes).toEqual([remove("b", "cloudCX2")])
      expect(allowed.warnings).toEqual([{ _tag: "UnknownUser", userId: "nobody", licenseIds: ["cloudCX2"] }])
    }).pipe(inOrganization({ users: [user("a", "cloudCX2"), user("b", "cloudCX2")] }))
  )

  it.effect.each([
    ["names", ["Ann Smith", "7"]],
    ["names", ["O’Neill, Zoë"]],
    ["e-mail addresses", ["Ann Smith", "ann@example.com"]],
    [undefined, ["u1", "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa1"]]
  ] as const)("that is not made says that those who are not known look like %s", ([resemblance, userIds]) =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(Planning.make(exactly("cloudCX2", ...userIds)))
      expect(reason._tag === "UnknownUsers" && reason.resemblance).toBe(resemblance)
    }).pipe(inOrganization({ users: [user("a")] }))
  )

  it.effect.each([
    ["in small letters", "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa"],
    ["in capitals", "0A1B2C3D-1111-4222-8333-AAAAAAAAAAA"]
  ] as const)("knows GUIDs whatever their case, and calls them as an organization does that spells them %s", ([, id]) =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      yield* organization.updateUsers(() => [user(`${id}1`, "cloudCX2"), user(`${id}2`), user(`${id}3`, "cloudCX2")])
      for (const spell of [(id: string) => id.toUpperCase(), (id: string) => id.toLowerCase()]) {
        const text = ["userId,licenseId", `${spell(`${id}1`)},cloudCX2`, `${spell(`${id}2`)},cloudCX2`].join("\n")
        const exact = yield* Planning.make(yield* parseCsv(text, { exact: true }))
        expect(exact.changes).toEqual([add(`${id}2`, "cloudCX2"), remove(`${id}3`, "cloudCX2")])
        expect(exact.unchanged).toBe(1)
        const some = yield* Planning.make(yield* parseCsv(text))
        expect(some.changes).toEqual([add(`${id}2`, "cloudCX2")])
        expect(some.warnings).toEqual([])
      }
    }).pipe(inOrganization({ users: [] }))
  )

  it.effect("leaves out users that the organization does not know, and warns of them", () =>
    Effect.gen(function* () {
      const plan = yield* Planning.make(
        assign(["nobody", "cloudCX2"], ["a", "cloudCX2"], ["nobody", "communicate", "absent"])
      )
      expect(plan.changes).toEqual([add("a", "cloudCX2")])
      expect(plan.warnings).toEqual([
        { _tag: "UnknownUser", userId: "nobody", licenseIds: ["cloudCX2", "communicate"] }
      ])
    }).pipe(inOrganization({ users: [user("a")] }))
  )

  it.effect("is not made for licenses that are not defined, before anybody is looked up", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(Planning.make(assign(["a", "cloudCX22"], ["a", "cloudCX2"])))
      expect(reason).toMatchObject({ _tag: "UnknownLicenses", licenseIds: ["cloudCX22"] })
      expect(reason.message).toContain("no license cloudCX22. It has collaboratePro, communicate, cloudCX2")
      expect(yield* requests("postLicenseUsers")).toBe(0)
    }).pipe(inOrganization({ users: [user("a")] }))
  )

  it.effect("takes away what is not defined, and warns that it does not come back", () =>
    Effect.gen(function* () {
      const plan = yield* Planning.make(assign(["a", "retired", "absent"]))
      expect(plan.changes).toEqual([remove("a", "retired")])
      expect(plan.warnings).toEqual([{ _tag: "NoDefinition", licenseId: "retired", userIds: ["a"] }])
    }).pipe(inOrganization({ users: [user("a", "retired")] }))
  )

  it.effect("warns of what a license needs and users will not have", () =>
    Effect.gen(function* () {
      const plan = yield* Planning.make(
        assign(
          ["a", "gcSTAupgrade"],
          ["b", "cloudCX2", "absent"],
          ["c", "gcSTAupgrade"],
          ["c", "cloudCX3"],
          ["d", "wallboardUser"]
        )
      )
      expect(plan.warnings).toEqual([
        { _tag: "PrerequisiteMissing", licenseId: "gcSTAupgrade", prerequisite: "cloudCX2", userIds: ["a", "b"] }
      ])
    }).pipe(
      inOrganization({
        users: [user("a"), user("b", "cloudCX2", "gcSTAupgrade"), user("c"), user("d", "gcSTAupgrade")]
      })
    )
  )

  it.effect("warns of licenses that users will hold within another, and not of those that they hold so today", () =>
    Effect.gen(function* () {
      const plan = yield* Planning.make(
        assign(
          ["a", "communicate"],
          ["b", "cloudCX3"],
          ["b", "cloudCX2", "absent"],
          ["c", "cloudCX3"],
          ["d", "wallboardUser"]
        )
      )
      expect(plan.warnings).toEqual([
        { _tag: "AlreadyComprised", licenseId: "communicate", comprisedBy: "cloudCX2", userIds: ["a"] },
        { _tag: "AlreadyComprised", licenseId: "cloudCX2", comprisedBy: "cloudCX3", userIds: ["c"] }
      ])
    }).pipe(
      inOrganization({
        users: [
          user("a", "cloudCX2"),
          user("b", "cloudCX2"),
          user("c", "cloudCX2"),
          user("d", "cloudCX2", "communicate")
        ]
      })
    )
  )

  it.effect("fails with what the License API says", () =>
    Effect.gen(function* () {
      const license = yield* LicenseService
      const error = yield* Effect.flip(
        Planning.make(assign(["a", "cloudCX2"])).pipe(
          Effect.provideService(LicenseService, {
            ...license,
            getDefinitions: Effect.andThen(license.getDefinition("none"), license.getDefinitions)
          })
        )
      )
      expect(error).toBeInstanceOf(GenesysError)
      expect(error).toMatchObject({ reason: { _tag: "NotFound" } })
    }).pipe(inOrganization())
  )

  it.effect.each<[requests: number, window: number]>([
    [0, 0],
    [1, 0],
    [300, 0],
    [301, 1],
    [601, 2]
  ])("of %s requests waits for so many whole windows of the rate limit", ([requests, windows]) =>
    Effect.sync(() => {
      const cost = { reads: Math.floor(requests / 2), writes: Math.ceil(requests / 2) }
      expect(Duration.toMillis(Plan.duration({ cost }))).toBe(windows * 60_000)
      expect(Duration.toMillis(Plan.duration({ cost }, { limit: 1, window: "1 second" }))).toBe(
        Math.max(0, requests - 1) * 1000
      )
    })
  )

  it.effect("of before, which only had a name for its organization, is read, and has the checksum that it had", () =>
    Effect.gen(function* () {
      const text = `{"kind":"genesys-license plan","version":1,"checksum":"sha256:08aedf296e535905da6e7d08ac2583687b4029ee39a2361eb240849accd2ffc4","createdAt":"2026-01-31T00:00:00.000Z","organization":"api.example","changes":[],"observed":[],"unchanged":0,"warnings":[],"cost":{"reads":0,"writes":0}}`
      const plan = yield* Plan.decode(text)
      expect(plan.organization).toBe("api.example")
      expect(yield* Plan.checksum(plan)).toBe(JSON.parse(text).checksum)
    })
  )

  it.effect("that was edited is refused", () =>
    Effect.gen(function* () {
      const plan = yield* Planning.make(assign(["a", "cloudCX2"]))
      const text = yield* Plan.encode(plan)
      expect(yield* Plan.decode(text)).toEqual(plan)
      const edited = text.replace(`"change":"add"`, `"change":"remove"`)
      const reason = yield* reasonOf(Plan.decode(edited, { source: "plan.json" }))
      expect(reason).toMatchObject({ _tag: "Corrupted", document: "plan" })
      expect(reason.message).toContain("Make a new plan")
    }).pipe(inOrganization({ users: [user("a")] }))
  )

  it("changes exactly what differs, whatever is held and desired", () =>
    fc.assert(
      fc.asyncProperty(organization, desired, async (users, assignments) => {
        const plan = await run(inOrganization({ users })(Planning.make({ assignments, exactly: [] })))
        const differs = assignments.filter(({ licenseId, state, userId }) => {
          const found = users.find(({ id }) => id === userId)
          return found !== undefined && found.licenses.includes(licenseId) !== (state === "present")
        })
        const sorted = (list: ReadonlyArray<object>) => list.map((item) => JSON.stringify(item)).sort()
        expect(
          sorted(
            plan.changes.map(({ change, licenseId, userId }) => ({
              userId,
              licenseId,
              state: change === "add" ? "present" : "absent"
            }))
          )
        ).toEqual(sorted(differs))
      }),
      { seed: 6, numRuns: 30 }
    ))
})

const licenseId = fc.constantFrom(...Catalog.definitions.map(({ id }) => id))
const userId = fc.constantFrom("a", "b", "c", "d", "e", "__proto__")
const organization = fc.uniqueArray(fc.record({ id: userId, licenses: fc.uniqueArray(licenseId, { maxLength: 4 }) }), {
  selector: ({ id }) => id
})
const desired = fc.uniqueArray(
  fc.record({ userId, licenseId, state: fc.constantFrom("present" as const, "absent" as const) }),
  { selector: ({ licenseId, userId }) => `${userId} ${licenseId}`, maxLength: 30 }
)
