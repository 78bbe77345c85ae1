import { LicenseService } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Catalog from "@genesys-license/emulator/organization/Catalog"
import type { UserLicenses } from "@genesys-license/schema/license/User"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import fc from "fast-check"
import * as Audit from "../../../packages/admin/src/look/Audit.ts"
import * as People from "../../../packages/admin/src/people/People.ts"
import * as UserFacts from "../../../packages/admin/src/people/UserFacts.ts"
import { inOrganization, run, user } from "../organization.ts"

const pagesOf = (users: ReadonlyArray<UserLicenses>) => Stream.make({ users })
const audit = (users: ReadonlyArray<UserLicenses>, options?: Audit.Options) =>
  Audit.of(pagesOf(users), Catalog.definitions, options)
const peopleOf = (csv: string) => Effect.flatMap(UserFacts.parse(csv), People.ofFacts)

describe("Audit", () => {
  it.effect("counts holders, shares, and who holds nothing", () =>
    Effect.gen(function* () {
      const { licenses, unlicensed, users } = yield* audit([
        user("a", "cloudCX2"),
        user("b", "wallboardUser", "cloudCX2"),
        user("c"),
        user("d", "wallboardUser", "cloudCX2")
      ])
      expect({ users, unlicensed }).toEqual({ users: 4, unlicensed: 1 })
      expect(licenses.slice(0, 3)).toEqual([
        { licenseId: "cloudCX2", users: 3, share: 0.75, description: "Genesys Cloud CX 2", isDefined: true },
        { licenseId: "wallboardUser", users: 2, share: 0.5, description: "Wallboard User", isDefined: true },
        expect.objectContaining({ licenseId: "agentAssistLicense", users: 0, share: 0 })
      ])
    })
  )

  it.effect("takes licenses for a set, in whatever order and how often they are listed", () =>
    Effect.gen(function* () {
      const { combinations, licenses } = yield* audit([
        user("a", "cloudCX2", "wallboardUser"),
        user("b", "wallboardUser", "cloudCX2", "wallboardUser"),
        user("c", "cloudCX2")
      ])
      expect(combinations).toEqual([
        { licenseIds: ["cloudCX2", "wallboardUser"], users: 2 },
        { licenseIds: ["cloudCX2"], users: 1 }
      ])
      expect(licenses.find(({ licenseId }) => licenseId === "wallboardUser")?.users).toBe(2)
    })
  )

  it.effect("finds licenses that another one of the same user comprises, each once and at any depth", () =>
    Effect.gen(function* () {
      const { overlaps } = yield* audit(
        [
          user("a", "cloudCX3", "communicate"),
          user("b", "cloudCX3", "cloudCX2", "communicate"),
          user("c", "cloudCX2", "wallboardUser")
        ],
        { listed: 10 }
      )
      expect(overlaps).toEqual([
        { licenseId: "communicate", comprisedBy: "cloudCX3", users: 2, userIds: ["a", "b"] },
        { licenseId: "cloudCX2", comprisedBy: "cloudCX3", users: 1, userIds: ["b"] }
      ])
    })
  )

  it.effect("finds prerequisites that are not met, and takes a license that comprises one for it", () =>
    Effect.gen(function* () {
      const { unmetPrerequisites } = yield* audit(
        [user("a", "gcSTAupgrade"), user("b", "gcSTAupgrade", "cloudCX2"), user("c", "gcSTAupgrade", "cloudCX3")],
        { listed: 10 }
      )
      expect(unmetPrerequisites).toEqual([
        { licenseId: "gcSTAupgrade", prerequisite: "cloudCX2", users: 1, userIds: ["a"] }
      ])
    })
  )

  it.effect("ends when definitions comprise each other or need each other", () =>
    Effect.gen(function* () {
      const definition = (id: string, other: string) => ({
        id,
        comprises: [{ id: other, comprises: [], prerequisites: [] }],
        prerequisites: [{ id: other }]
      })
      const { overlaps } = yield* Audit.of(pagesOf([user("u", "a", "b")]), [definition("a", "b"), definition("b", "a")])
      expect(overlaps.map(({ licenseId }) => licenseId)).toEqual(["a", "b"])
    })
  )

  it.effect("tells what is defined and not held, and what is held and not defined", () =>
    Effect.gen(function* () {
      const { licenses, undefinedLicenses, unheld } = yield* audit([user("a", "retired")], { listed: 1 })
      expect(unheld).toEqual(Catalog.definitions.map(({ id }) => id))
      expect(undefinedLicenses).toEqual([{ licenseId: "retired", users: 1, userIds: ["a"] }])
      expect(licenses[0]).toEqual({ licenseId: "retired", users: 1, share: 1, isDefined: false })
    })
  )

  it.effect("names as many users as are wanted, and counts all of them", () =>
    Effect.gen(function* () {
      const users = Array.from({ length: 10 }, (_, n) => user(`u${n}`))
      expect(yield* audit(users)).toMatchObject({ unlicensed: 10, unlicensedUserIds: [] })
      expect(yield* audit(users, { listed: 2 })).toMatchObject({ unlicensed: 10, unlicensedUserIds: ["u0", "u1"] })
      expect((yield* audit(users, { listed: Infinity })).unlicensedUserIds).toHaveLength(10)
    })
  )

  it.effect("says what the License API cannot tell", () =>
    Effect.gen(function* () {
      const people = yield* peopleOf("userId,lastLogin\n")
      const { caveats } = yield* audit([])
      expect(caveats.join("\n")).toMatch(/billed(.|\n)*bought(.|\n)*last logged in/)
      expect((yield* audit([], { people })).caveats.join("\n")).not.toMatch(/last active/)
    })
  )

  it.effect("reads an organization, tells how far it is, and whether it stood still", () =>
    Effect.gen(function* () {
      const progress: Array<unknown> = []
      const found = yield* Audit.run({
        read: { pageSize: 60 },
        onProgress: (read) => Effect.sync(() => void progress.push(read))
      })
      const users = yield* LicenseService.use((license) => Stream.runCollect(license.users()))
      expect(found).toEqual({
        ...(yield* audit(users)),
        drift: expect.objectContaining({ users: 150, total: 150, possiblyMissed: 0 })
      })
      expect(progress).toEqual([60, 120, 150].map((users) => ({ users, total: 150 })))
    }).pipe(inOrganization({ users: 150 }))
  )

  it.effect("is plain JSON, with the fields that programs read today", () =>
    Effect.gen(function* () {
      const people = yield* peopleOf("userId,lastLogin,division\na,1970-01-01,Sales\n")
      const found = yield* audit([user("a", "cloudCX2")], { people, listed: 1 })
      const json = JSON.parse(JSON.stringify(found))
      expect(json).toEqual(found)
      expect(json).toMatchObject({
        users: 1,
        unlicensed: 0,
        licenses: expect.arrayContaining([expect.objectContaining({ licenseId: "cloudCX2", users: 1 })])
      })
    })
  )

  it("agrees with counting one user after the other, however the pages are cut", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.uniqueArray(fc.constantFrom(...Catalog.definitions.map(({ id }) => id), "retired"), { maxLength: 4 }),
          { maxLength: 40 }
        ),
        fc.integer({ min: 1, max: 10 }),
        async (holdings, pageSize) => {
          const users = holdings.map((licenses, n) => user(`u${n}`, ...licenses))
          const pages = Array.from({ length: Math.ceil(users.length / pageSize) }, (_, n) => ({
            users: users.slice(n * pageSize, (n + 1) * pageSize)
          }))
          const found = await run(Audit.of(Stream.fromIterable(pages), Catalog.definitions))
          expect(found.users).toBe(users.length)
          expect(found.unlicensed).toBe(users.filter(({ licenses }) => licenses.length === 0).length)
          for (const { licenseId, users: holders } of found.licenses) {
            expect(holders).toBe(users.filter(({ licenses }) => licenses.includes(licenseId)).length)
          }
          expect(found.combinations.reduce((sum, { users }) => sum + users, found.unlicensed)).toBe(users.length)
        }
      ),
      { seed: 6, numRuns: 50 }
    ))
})
