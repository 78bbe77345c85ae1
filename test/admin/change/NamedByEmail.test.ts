/** Desired states that name people by e-mail address. */
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Desired from "../../../packages/admin/src/change/Desired.ts"
import * as NamedByEmail from "../../../packages/admin/src/change/NamedByEmail.ts"
import * as Planning from "../../../packages/admin/src/change/Planning.ts"
import { inOrganization, reasonOf, user } from "../organization.ts"

const three = {
  users: [user("a", "cloudCX3"), user("b"), user("c", "cloudCX3"), user("d")],
  people: [
    { id: "a", email: "ann@example.com" },
    { id: "b", email: "Bob@Example.com", state: "inactive" as const },
    { id: "c", email: "both@example.com" },
    { id: "d", email: "both@example.com" }
  ]
}

/** Nothing of the API goes wrong in these tests. */
const resolve = (desired: Desired.Desired) =>
  Effect.catchTag(NamedByEmail.resolve(desired), "GenesysError", (error) => Effect.die(error))

describe("NamedByEmail", () => {
  it.effect.each([
    ["a column email", Desired.parseCsv("email,licenseId\nANN@example.com,cloudCX2\nbob@example.com,cloudCX2\n")],
    ["a cell of userId", Desired.parseCsv("userId,licenseId\nann@example.com,cloudCX2\n BOB@example.com ,cloudCX2\n")],
    [
      "JSON",
      Desired.parseJson(
        '{"assignments":[{"email":"ann@example.com","licenseId":"cloudCX2"},{"userId":"bob@example.com","licenseId":"cloudCX2"}]}'
      )
    ],
    [
      "NDJSON",
      Desired.parseNdjson(
        '{"email":"ann@example.com","licenseId":"cloudCX2"}\n{"email":"bob@example.com","licenseId":"cloudCX2"}'
      )
    ]
  ] as const)("finds who is meant by %s", ([, written]) =>
    Effect.gen(function* () {
      expect((yield* resolve(yield* written)).assignments).toEqual([
        { userId: "a", licenseId: "cloudCX2", state: "present" },
        { userId: "b", licenseId: "cloudCX2", state: "present" }
      ])
    }).pipe(inOrganization(three))
  )

  it.effect("finds who shall be the only ones to hold a license, and takes it from nobody else by mistake", () =>
    Effect.gen(function* () {
      const json = '{"exactly":{"cloudCX3":["ann@example.com","a","c"]}}'
      const desired = yield* resolve(yield* Desired.parseJson(json))
      expect(desired.exactly).toEqual([{ licenseId: "cloudCX3", userIds: ["a", "c"] }])
      expect((yield* Planning.make(desired)).changes).toEqual([])
    }).pipe(inOrganization(three))
  )

  it.effect("leaves an address that nobody has to the plan, which does not know this user", () =>
    Effect.gen(function* () {
      const csv = "email,licenseId\nnobody@example.com,cloudCX3\nann@example.com,cloudCX3\n"
      const { changes, warnings } = yield* Planning.make(yield* resolve(yield* Desired.parseCsv(csv)))
      expect(changes).toEqual([])
      expect(warnings).toEqual([{ _tag: "UnknownUser", userId: "nobody@example.com", licenseIds: ["cloudCX3"] }])
      const exactly = yield* resolve(yield* Desired.parseCsv(csv, { exact: true }))
      const planning = Effect.catchTag(Planning.make(exactly), "GenesysError", (error) => Effect.die(error))
      const reason = yield* reasonOf(planning)
      expect(reason).toMatchObject({ _tag: "UnknownUsers", userIds: ["nobody@example.com"] })
    }).pipe(inOrganization(three))
  )

  it.effect("refuses an address that two people have, and sends no change", () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      const desired = yield* Desired.parseCsv("email,licenseId\nboth@example.com,cloudCX2\n")
      expect(yield* reasonOf(resolve(desired))).toMatchObject({
        _tag: "AmbiguousEmail",
        people: [{ userId: "c" }, { userId: "d" }]
      })
      expect((yield* journal.requests).filter(({ method }) => method === "POST")).toEqual([
        expect.objectContaining({ operation: "token" })
      ])
    }).pipe(inOrganization(three))
  )

  it.effect("refuses somebody of whom the id says one thing and the address another", () =>
    Effect.gen(function* () {
      const csv = "userId,licenseId,state\na,cloudCX2,present\nann@example.com,cloudCX2,absent\n"
      expect(yield* reasonOf(resolve(yield* Desired.parseCsv(csv)))).toMatchObject({
        _tag: "InvalidInput",
        problem:
          "user a has two entries, by id and by e-mail address: cloudCX2 is absent in one and present in the other"
      })
    }).pipe(inOrganization(three))
  )

  it.effect("asks for nobody where all are named by id, and puts no address into a request", () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      const byId = yield* Desired.parseCsv("userId,licenseId\na,cloudCX2\n")
      expect(yield* resolve(byId)).toBe(byId)
      expect(yield* journal.requests).toEqual([])
      const byEmail = yield* resolve(yield* Desired.parseCsv("email,licenseId\nnobody@example.com,cloudCX2\n"))
      yield* Planning.make(byEmail)
      const sent = yield* journal.requests
      expect(sent.length).toBeGreaterThan(0)
      expect(JSON.stringify(sent)).not.toContain("nobody")
    }).pipe(inOrganization(three))
  )

  it.effect.each<[string, string, object]>([
    ["neither userId nor email is there", "licenseId\ncloudCX2\n", { line: 1 }],
    ["a cell of email is no address", "email,licenseId\nAnn,cloudCX2\n", { line: 2, column: "email" }],
    ["a cell of email is empty", "email,licenseId\n,cloudCX2\n", { line: 2, column: "email" }]
  ])("is for naught where %s", ([, csv, reason]) =>
    Effect.gen(function* () {
      expect(yield* reasonOf(Desired.parseCsv(csv))).toMatchObject({ _tag: "InvalidInput", ...reason })
    })
  )

  it.effect("needs an address in JSON that has no userId", () =>
    Effect.gen(function* () {
      for (const [json, problem] of [
        ['{"licenseId":"cloudCX2"}', /userId/],
        ['{"email":"Ann","licenseId":"cloudCX2"}', /email/]
      ] as const) {
        const reason = yield* reasonOf(Desired.parseNdjson(json))
        expect(reason.message).toMatch(problem)
      }
    })
  )
})
