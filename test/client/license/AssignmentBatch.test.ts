import { CurrentCallOptions } from "@genesys-license/client"
import * as AssignmentBatch from "@genesys-license/client/AssignmentBatch"
import { describe, expect, it } from "@effect/vitest"
import { Organization } from "@genesys-license/emulator/organization/Organization"
import type { LicenseAssignmentRequest } from "@genesys-license/schema/license/Assignment"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { late } from "../answers.ts"
import { failureOf, withAnswers } from "../clients.ts"
import {
  type Change,
  add,
  remove,
  ids,
  asked,
  changesOf,
  organizationOf,
  organization,
  holders,
  tags,
  times
} from "./assignments.ts"

describe("updateAssignments", () => {
  describe("before anything is sent", () => {
    it.effect.each([
      { assignments: [] },
      { assignments: [add("cloudCX2")] },
      { assignments: [add("cloudCX2"), remove("cloudCX3")] }
    ])("sends nothing when there is nothing to change: %j", ({ assignments }) =>
      withAnswers({}, function* (license, server) {
        expect(yield* license.updateAssignments(assignments)).toEqual([])
        expect(server.requests).toHaveLength(0)
      })
    )

    it.effect("names each change once, and each license once", () =>
      withAnswers({ emulator: organization }, function* (license, server) {
        const outcomes = yield* license.updateAssignments([
          add("cloudCX2", "a", "b", "a"),
          { licenseId: "cloudCX3", userIdsAdd: ["b"], userIdsRemove: ["c", "c"] },
          { licenseId: "cloudCX2", userIdsAdd: ["b", "d"], userIdsRemove: ["e"] },
          remove("cloudCX3", "c", "a")
        ])
        expect(asked(server.api[0]!)).toEqual([
          { licenseId: "cloudCX2", userIdsAdd: ["a", "b", "d"], userIdsRemove: ["e"] },
          { licenseId: "cloudCX3", userIdsAdd: ["b"], userIdsRemove: ["c", "a"] }
        ])
        expect(server.api).toHaveLength(1)
        expect(outcomes.map(({ licenseId, userId, change }) => `${change} ${licenseId} ${userId}`)).toEqual([
          "add cloudCX2 a",
          "add cloudCX2 b",
          "add cloudCX3 b",
          "remove cloudCX3 c",
          "add cloudCX2 d",
          "remove cloudCX2 e",
          "remove cloudCX3 a"
        ])
        expect(tags(outcomes)).toEqual(times(7, "Done"))
      })
    )

    it.effect("takes the names of an object's own parts for ids", () => {
      const names = ["constructor", "toString", "hasOwnProperty", "__proto__"]
      return withAnswers({ emulator: organizationOf(names, names) }, function* (license, server) {
        const outcomes = yield* license.updateAssignments(names.map((name) => add(name, ...names)))
        expect(tags(outcomes)).toEqual(times(16, "Done"))
        for (const name of names) expect(yield* holders(server, name)).toEqual(names)
      })
    })

    const contradictions: ReadonlyArray<readonly [string, ReadonlyArray<LicenseAssignmentRequest>]> = [
      ["of one assignment", [{ licenseId: "cloudCX2", userIdsAdd: ["a", "b"], userIdsRemove: ["c", "b"] }]],
      ["of two assignments", [add("cloudCX2", "b"), add("cloudCX3", "a"), remove("cloudCX2", "b")]],
      ["in the other order", [remove("cloudCX2", "b"), add("cloudCX2", "b")]],
      ["of requests that would be two", [add("cloudCX2", ...ids(150), "b"), remove("cloudCX2", "b")]]
    ]
    it.effect.each(contradictions)("refuses to give and to take the same license: %s", ([, assignments]) =>
      withAnswers({ emulator: organization }, function* (license, server) {
        const error = yield* failureOf(license.updateAssignments(assignments))
        expect(error).toMatchObject({ operation: "postLicenseOrganization", reason: { _tag: "InvalidRequest" } })
        expect(error.message).toContain("cloudCX2 is both given to and taken from user b")
        expect(server.requests).toHaveLength(0)
      })
    )

    it.effect("does not repeat a long id, or one that moves a cursor, in what it says", () =>
      withAnswers({ emulator: organization }, function* (license) {
        const long = `\u001b[2J\u202e${"x".repeat(10_000)}`
        const error = yield* failureOf(license.updateAssignments([add(long, long), remove(long, long)]))
        expect(error.message.length).toBeLessThan(400)
        expect(error.message).not.toMatch(/\p{C}/u)
        expect(error.message).toContain("xxx…")
      })
    )

    it.effect.each([
      [[{ licenseId: "", userIdsAdd: ["a"], userIdsRemove: [] }], "assignments[0].licenseId: must not be empty"],
      [[add("b", "a"), add("b", "a", "")], "assignments[1].userIdsAdd[1]: must not be empty"],
      [[remove("b", "\ud800")], "assignments[0].userIdsRemove[0]: must not contain a lone surrogate"],
      [[{ licenseId: "b", userIdsAdd: ["a"] }], "assignments[0].userIdsRemove: "],
      [[{ licenseId: "b", userIdsAdd: [1], userIdsRemove: [] }], "assignments[0].userIdsAdd[0]: "]
    ] as const)("refuses %j", ([assignments, problem]) =>
      withAnswers({ emulator: organization }, function* (license, server) {
        const error = yield* failureOf(license.updateAssignments(assignments as never))
        expect(error).toMatchObject({ operation: "postLicenseOrganization", reason: { _tag: "InvalidRequest" } })
        expect(error.message).toContain(problem)
        expect(server.requests).toHaveLength(0)
      })
    )

    it.effect.each([
      [{ batchSize: 0 }, "batchSize must be"],
      [{ batchSize: 1.5 }, "batchSize must be"],
      [{ maxRequestBytes: Number.NaN }, "maxRequestBytes must be"],
      [{ concurrency: -1 }, "concurrency must be"],
      [{ concurrency: Number.POSITIVE_INFINITY }, "concurrency must be"]
    ] as const)("refuses the option %j", ([options, problem]) =>
      withAnswers({ emulator: organization }, function* (license, server) {
        const error = yield* failureOf(license.updateAssignments([add("b", "a")], options))
        expect(error.reason).toMatchObject({ _tag: "InvalidRequest", problem: expect.stringContaining(problem) })
        expect(server.requests).toHaveLength(0)
      })
    )

    it.effect("refuses a change that is larger than a request may be, however many others could be sent", () =>
      withAnswers({ emulator: organization }, function* (license, server) {
        const assignments = [add("cloudCX2", "a", "x".repeat(1_000), "b")]
        const error = yield* failureOf(license.updateAssignments(assignments, { maxRequestBytes: 500 }))
        expect(error.message).toMatch(
          /the change of cloudCX2 for user x{80}… takes 10\d\d bytes, but maxRequestBytes is 500; raise it/
        )
        expect(server.requests).toHaveLength(0)
      })
    )
  })

  describe("in requests", () => {
    it.effect("has 100 changes in each, across licenses, one after the other", () =>
      withAnswers({ api: [late("1 second")], emulator: organization }, function* (license, server) {
        const outcomes = yield* license.updateAssignments([
          add("cloudCX2", ...ids(130)),
          remove("cloudCX3", ...ids(120))
        ])
        expect(server.api.map((sent) => asked(sent).map((one) => [one.licenseId, changesOf([one]).length]))).toEqual([
          [["cloudCX2", 100]],
          [
            ["cloudCX2", 30],
            ["cloudCX3", 70]
          ],
          [["cloudCX3", 50]]
        ])
        expect(server.times).toEqual([0, 1_000, 2_000])
        expect(tags(outcomes)).toEqual(times(250, "Done"))
      })
    )

    it.effect("sends some at the same time when told to, and keeps the order of the outcomes", () =>
      withAnswers({ api: [late("5 seconds"), late("1 second")], emulator: organization }, function* (license, server) {
        const users = ids(50)
        const outcomes = yield* license.updateAssignments([add("b", ...users)], { batchSize: 10, concurrency: 2 })
        expect(server.times).toEqual([0, 0, 1_000, 2_000, 3_000])
        expect(outcomes.map(({ userId }) => userId)).toEqual(users)
      })
    )

    it.effect("stays under 256 KiB", () => {
      const long = ids(100).map((id) => `${id}${"é".repeat(5_000)}`)
      return withAnswers({ emulator: organizationOf(["cloudCX2"], long) }, function* (license, server) {
        expect(tags(yield* license.updateAssignments([add("cloudCX2", ...long)]))).toEqual(times(100, "Done"))
        const sizes = server.api.map(({ body }) => new TextEncoder().encode(body).length)
        for (const size of sizes) expect(size).toBeLessThanOrEqual(256 * 1024)
        expect(sizes).toHaveLength(4)
      })
    })

    it.effect("fills each to its last bytes", () =>
      withAnswers({ emulator: organization }, function* (license, server) {
        const assignments = [add("cloudCX2".repeat(50), ...ids(10))]
        const bytes = new TextEncoder().encode(JSON.stringify({ assignments })).length
        // Two commas are counted that are not there.
        yield* license.updateAssignments(assignments, { maxRequestBytes: bytes + 2 })
        expect(server.api.map((sent) => changesOf(asked(sent)).length)).toEqual([10])
        yield* license.updateAssignments(assignments, { maxRequestBytes: bytes - 1 })
        expect(server.api.map((sent) => changesOf(asked(sent)).length)).toEqual([10, 9, 1])
      })
    )

    it.effect("goes license by license, in the order in which they are named", () =>
      withAnswers({ emulator: organization }, function* (license, server) {
        const mixed = ids(4).flatMap((id) => [add("b", id), remove("c", id)])
        const outcomes = yield* license.updateAssignments(mixed, { batchSize: 4 })
        expect(server.api.map(asked)).toEqual([[add("b", ...ids(4))], [remove("c", ...ids(4))]])
        expect(outcomes.map(({ licenseId, userId }) => `${licenseId} ${userId}`)).toEqual(
          ids(4).flatMap((id) => [`b ${id}`, `c ${id}`])
        )
      })
    )

    it.effect("has the time of a call for each", () =>
      withAnswers({ api: [late("4 minutes")], emulator: organization }, function* (license) {
        const changing = license.updateAssignments([add("b", ...ids(300))])
        const outcomes = yield* changing.pipe(
          Effect.provideService(CurrentCallOptions, { attemptTimeout: "5 minutes" })
        )
        expect(tags(outcomes)).toEqual(times(300, "Done"))
        expect(yield* Clock.currentTimeMillis).toBe(12 * 60_000)
      })
    )

    /** Assignments in which nobody is given what is taken, with many that name the same. */
    const assignments = fc
      .array(
        fc.record({
          licenseId: fc.constantFrom("a", "b", 'quoted"', "日本", "__proto__"),
          userIds: fc.array(fc.oneof(fc.nat(40).map(String), fc.string({ minLength: 1, unit: "grapheme" })))
        }),
        { maxLength: 12 }
      )
      .map((entries) =>
        entries.map(({ licenseId, userIds }) => {
          const isGiven = (userId: string) => (licenseId.length + userId.length) % 2 === 0
          return {
            licenseId,
            userIdsAdd: userIds.filter(isGiven),
            userIdsRemove: userIds.filter((userId) => !isGiven(userId))
          }
        })
      )
    /** Whether the organization has both; the server refuses the others. */
    const isKnown = ({ licenseId, userId }: Change) => licenseId !== "b" && userId.length === 1
    const key = ({ change, licenseId, userId }: Change) => JSON.stringify([licenseId, userId, change])

    it("asks for each change exactly once, within both limits, whatever the changes are", () => {
      fc.assert(
        fc.property(
          assignments,
          fc.record({
            batchSize: fc.integer({ min: 1, max: 30 }),
            maxRequestBytes: fc.integer({ min: 400, max: 2_000 })
          }),
          (input, options) => {
            const known = changesOf(input).filter(isKnown)
            const [licenseIds, userIds] = [known.map(({ licenseId }) => licenseId), known.map(({ userId }) => userId)]
            const server = Effect.runSync(Organization.make(organizationOf(licenseIds, userIds)))
            const sent: Array<ReadonlyArray<LicenseAssignmentRequest>> = []
            const post = (assignments: ReadonlyArray<LicenseAssignmentRequest>) => {
              sent.push(assignments)
              return Effect.map(server.assign(assignments), (statuses) => statuses.toReversed())
            }
            const outcomes = Effect.runSync(AssignmentBatch.make(post)(input, options))

            const wanted = [...new Set(changesOf(input).map(key))]
            expect(sent.flatMap(changesOf).map(key).sort()).toEqual([...wanted].sort())
            expect(outcomes.map(key)).toEqual(wanted)
            expect(tags(outcomes)).toEqual(outcomes.map((outcome) => (isKnown(outcome) ? "Done" : "Refused")))
            for (const assignments of sent) {
              expect(changesOf(assignments).length).toBeLessThanOrEqual(options.batchSize)
              const bytes = new TextEncoder().encode(JSON.stringify({ assignments })).length
              expect(bytes).toBeLessThanOrEqual(options.maxRequestBytes)
              expect(new Set(assignments.map(({ licenseId }) => licenseId)).size).toBe(assignments.length)
            }
          }
        ),
        { seed: 20_261_124, numRuns: 300 }
      )
    })

    it.effect("change who holds what", () =>
      withAnswers(
        { emulator: { ...organization, users: ids(250).map((id) => ({ id, licenses: ["cloudCX2"] })) } },
        function* (license, server) {
          const outcomes = yield* license.updateAssignments([
            add("cloudCX3", ...ids(250), "nobody"),
            remove("cloudCX2", ...ids(125)),
            add("noSuchLicense", "u0")
          ])
          expect(tags(outcomes)).toEqual([...times(250, "Done"), "Refused", ...times(125, "Done"), "Refused"])
          const users = yield* server.organization.users
          expect(users.map(({ licenses }) => [...licenses].sort())).toEqual([
            ...times(125, ["cloudCX3"]),
            ...times(125, ["cloudCX2", "cloudCX3"])
          ])
        }
      )
    )
  })
})
