/** One license that some people shall get or lose. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as OneLicense from "../../../packages/admin/src/change/OneLicense.ts"
import * as Planning from "../../../packages/admin/src/change/Planning.ts"
import * as NamedPeople from "../../../packages/admin/src/people/NamedPeople.ts"
import { asked, inOrganization, reasonOf, user } from "../organization.ts"

const four = {
  users: [user("a", "cloudCX3"), user("b"), user("c", "cloudCX3"), user("d", "retired")],
  people: [
    { id: "a", name: "Ann Abe", email: "ann@example.com" },
    { id: "b", name: "Bob Berg", email: "bob@example.com" },
    { id: "c", name: "Cy Chen", email: "cy@example.com" },
    { id: "d", name: "Di Dorn", email: "di@example.com" }
  ]
}

const guid = "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa4"

/** Nothing of the API goes wrong in these tests. */
const plan = (change: "add" | "remove", licenseId: string, ...who: ReadonlyArray<string>) =>
  Effect.catchTag(OneLicense.plan({ change, licenseId, people: who.map(NamedPeople.read) }), "GenesysError", (error) =>
    Effect.die(error)
  )

describe("one license", () => {
  it.effect("is planned for those whom it changes, and the others are told", () =>
    Effect.gen(function* () {
      const given = yield* plan("add", "cloudCX3", "Bob Berg", "ann@example.com", "Nobody", guid)
      expect(given.plan.changes).toEqual([{ userId: "b", licenseId: "cloudCX3", change: "add" }])
      expect(given.alreadySo).toEqual(["a"])
      expect(given.unknown).toEqual([{ by: "name", text: "Nobody" }])
      expect(given.plan.warnings).toEqual([{ _tag: "UnknownUser", userId: guid, licenseIds: ["cloudCX3"] }])

      const taken = yield* plan("remove", "cloudCX3", "Bob Berg", "ann@example.com", "cy chen")
      expect(taken.plan.changes.map(({ change, userId }) => [change, userId])).toEqual([
        ["remove", "a"],
        ["remove", "c"]
      ])
      expect(taken.alreadySo).toEqual(["b"])
    }).pipe(inOrganization(four))
  )

  it.effect("is planned as a desired state that says the same", () =>
    Effect.gen(function* () {
      const assignments = ["a", "b"].map((userId) => ({ userId, licenseId: "cloudCX3", state: "present" as const }))
      expect((yield* plan("add", "cloudCX3", "Ann Abe", "Bob Berg")).plan).toEqual(
        yield* Planning.make({ assignments, exactly: [] })
      )
    }).pipe(inOrganization(four))
  )

  it.effect("that is not defined is not given, and nobody is looked up for it", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(plan("add", "cloudCX33", "Bob Berg"))
      expect(reason).toMatchObject({ _tag: "UnknownLicenses", licenseIds: ["cloudCX33"] })
      expect(reason.message).toMatch(
        /^The organization has no license cloudCX33\. Did you mean cloudCX3 or cloudCX2\? /
      )
      expect(yield* asked).toEqual({ token: 1, getLicenseDefinitions: 1 })
    }).pipe(inOrganization(four))
  )

  it.effect("that is not defined any more can be taken from who holds it, and only then", () =>
    Effect.gen(function* () {
      const { plan: taken } = yield* plan("remove", "retired", "Di Dorn")
      expect(taken.changes).toEqual([{ userId: "d", licenseId: "retired", change: "remove" }])
      expect(yield* reasonOf(plan("remove", "retired", "Ann Abe"))).toMatchObject({ _tag: "UnknownLicenses" })
    }).pipe(inOrganization(four))
  )
})
