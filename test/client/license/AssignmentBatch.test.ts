import { AssignmentOutcome, CurrentCallOptions, GenesysError } from "@genesys-license/client"
import * as AssignmentBatch from "@genesys-license/client/AssignmentBatch"
import { describe, expect, it } from "@effect/vitest"
import type { Fault } from "@genesys-license/emulator/faults/Fault"
import { Organization } from "@genesys-license/emulator/organization/Organization"
import type { LicenseAssignmentRequest } from "@genesys-license/schema/license/Assignment"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import * as RequestSize from "../../../packages/client/src/license/RequestSize.ts"
import { only } from "../../support/outcomes.ts"
import type { Sent } from "../../support/Wire.ts"
import { type Answer, error, late, ok, refusedConnection, reply, reset, silence } from "../answers.ts"
import { failureOf, type Server, withAnswers } from "../clients.ts"

interface Change {
  readonly licenseId: string
  readonly userId: string
  readonly change: "add" | "remove"
}

const add = (licenseId: string, ...userIdsAdd: ReadonlyArray<string>) => ({ licenseId, userIdsAdd, userIdsRemove: [] })
const remove = (licenseId: string, ...userIdsRemove: ReadonlyArray<string>) => ({
  licenseId,
  userIdsAdd: [],
  userIdsRemove
})
const ids = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`)

const asked = ({ body }: Pick<Sent, "body">): ReadonlyArray<LicenseAssignmentRequest> => JSON.parse(body).assignments
/** The changes of a request, with add before remove in each assignment. */
const changesOf = (assignments: ReadonlyArray<LicenseAssignmentRequest>): ReadonlyArray<Change> =>
  assignments.flatMap(({ licenseId, userIdsAdd, userIdsRemove }) => [
    ...userIdsAdd.map((userId) => ({ licenseId, userId, change: "add" as const })),
    ...userIdsRemove.map((userId) => ({ licenseId, userId, change: "remove" as const }))
  ])

/** These licenses, and users who hold none of them. */
const organizationOf = (licenseIds: ReadonlyArray<string>, userIds: ReadonlyArray<string>) => ({
  definitions: licenseIds.map((id) => ({ id, prerequisites: [], comprises: [] })),
  users: userIds.map((id) => ({ id, licenses: [] }))
})
const organization = organizationOf(["b", "c", "cloudCX2", "cloudCX3"], ["a", "b", "c", "d", "e", ...ids(300)])
/** Who holds a license now. */
const holders = (server: Server, licenseId: string) =>
  Effect.map(server.organization.users, (users) =>
    users.flatMap(({ id, licenses }) => (licenses.includes(licenseId) ? [id] : []))
  )

/** The right answer, with another text for the first change. */
const saying = (result: string): Fault => ({
  type: "patch",
  operations: [{ op: "replace", path: "/0/result", value: result }]
})
/** The tokens end, the one of the request too. */
const revoked: Answer = [{ type: "revoke" }]
const tooManyForHours: Answer = [{ type: "status", status: 429, retryAfter: 10_800 }]

const tags = (outcomes: ReadonlyArray<AssignmentOutcome>) => outcomes.map(({ _tag }) => _tag)
const times = <A>(count: number, value: A) => Array.from({ length: count }, () => value)

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
        expect(error.message).toMatch(/cloudCX2 and user x{80}… make 10\d\d bytes, and a request may have 500/)
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

  describe("understands", () => {
    const understood: ReadonlyArray<
      readonly [result: string, change: Change["change"], tag: AssignmentOutcome["_tag"]]
    > = [
      ["Success", "add", "Done"],
      ["SUCCESS", "remove", "Done"],
      ["success.", "add", "Done"],
      ["Succeeded", "add", "Done"],
      [" OK\n", "add", "Done"],
      ["Added", "add", "Done"],
      ["Removed", "remove", "Done"],
      ["unassigned", "remove", "Done"],
      ["User not found", "add", "Refused"],
      ["user.not.found", "remove", "Refused"],
      ["LicenseNotFound", "add", "Refused"],
      ["NO_SUCH_USER", "add", "Refused"],
      ["Failed", "add", "Refused"],
      ["DENIED", "remove", "Refused"],
      // The opposite of what was asked.
      ["Removed", "add", "Unknown"],
      ["Assigned", "remove", "Unknown"],
      ["Already assigned", "remove", "Unknown"],
      // They can mean one or the other.
      ["", "add", "Unknown"],
      ["No change", "add", "Unknown"],
      ["Unchanged", "remove", "Unknown"],
      ["Pending", "add", "Unknown"],
      ["Accepted", "add", "Unknown"],
      ["Error", "add", "Unknown"],
      ["Internal error", "add", "Unknown"],
      ["No success", "add", "Unknown"],
      ["not: success", "add", "Unknown"],
      ["Success (0 of 1)", "add", "Unknown"],
      ["Unsuccessful", "add", "Unknown"],
      ["constructor", "add", "Unknown"]
    ]
    it.effect.each(understood)("%j about %s as %s, and keeps the text", ([result, change, _tag]) =>
      withAnswers({ api: [[saying(result)]], emulator: organization }, function* (license) {
        const assignments = [change === "add" ? add("b", "a") : remove("b", "a")]
        expect(yield* license.updateAssignments(assignments)).toEqual([
          { _tag, licenseId: "b", userId: "a", change, result }
        ])
      })
    )

    it.effect.each([
      ["AlreadyAssigned", "add"],
      ["ALREADY_ASSIGNED", "add"],
      ["already removed", "remove"]
    ] as const)("%j about %s as Done, and that it was so before", ([result, change]) =>
      withAnswers({ api: [[saying(result)]], emulator: organization }, function* (license) {
        const assignments = [change === "add" ? add("b", "a") : remove("b", "a")]
        expect(yield* license.updateAssignments(assignments)).toEqual([
          { _tag: "Done", licenseId: "b", userId: "a", change, result, alreadySo: true }
        ])
      })
    )

    it.effect("a text without the token that the server has put into it", () =>
      withAnswers({ emulator: organization }, function* (license, server) {
        yield* license.getDefinitions
        const fault = saying(`no: ${server.api[0]!.headers["authorization"]}`)
        yield* server.faults.add({ operation: "postLicenseOrganization", fault })
        expect(yield* only(license.updateAssignments([add("b", "a")]))).toMatchObject({
          _tag: "Unknown",
          result: "no: Bearer <redacted>"
        })
      })
    )
  })

  it.effect("says in a debug line how many rows it ignored", () => {
    const lines: Array<unknown> = []
    const logger = Logger.make<unknown, void>(({ fiber, logLevel, message }) => {
      lines.push([logLevel, message, fiber.getRef(References.CurrentLogAnnotations)])
    })
    const more = [
      { licenseId: "b", userId: "a", result: "Success" },
      { licenseId: "b", userId: "c", result: "Failed" },
      { licenseId: "b", userId: "d", result: "Failed" },
      {}
    ]
    const answer: Answer = [
      { type: "patch", operations: more.map((value) => ({ op: "add" as const, path: "/-", value })) }
    ]
    return withAnswers({ api: [answer], emulator: organization }, function* (license) {
      yield* license.updateAssignments([add("b", "a")])
      expect(lines).toEqual([
        [
          "Debug",
          ["Ignoring what was answered about changes that were not asked for"],
          { operation: "postLicenseOrganization", rows: 3 }
        ]
      ])
    }).pipe(Effect.provide(Logger.layer([logger])), Effect.provideService(References.MinimumLogLevel, "Debug"))
  })

  describe("when a request fails", () => {
    const thirty = [add("b", ...ids(30))]
    const byTen = { batchSize: 10 } as const
    const inTheMiddle: ReadonlyArray<readonly [string, Answer, AssignmentOutcome["_tag"], reason: string]> = [
      ["is lost", reset, "Unknown", "OutcomeUnknown"],
      ["is answered with 503", error(503), "Unknown", "OutcomeUnknown"],
      ["cannot be read", reply(200, "<html>"), "Unknown", "OutcomeUnknown"],
      ["never comes", silence, "Unknown", "OutcomeUnknown"],
      ["is refused with 400", error(400), "Refused", "Refused"],
      ["is refused with 404", error(404), "Refused", "NotFound"]
    ]
    it.effect.each(inTheMiddle)("tells of those before and after one that %s", ([, answer, tag, reason]) =>
      withAnswers({ api: [ok, answer, ok], emulator: organization }, function* (license, server) {
        const outcomes = yield* license.updateAssignments(thirty, byTen)
        expect(tags(outcomes)).toEqual([...times(10, "Done"), ...times(10, tag), ...times(10, "Done")])
        for (const outcome of outcomes.slice(10, 20)) {
          expect(outcome).toMatchObject({ error: { _tag: "GenesysError", reason: { _tag: reason } } })
        }
        expect(server.api).toHaveLength(3)
        expect(yield* holders(server, "b")).toEqual([...ids(10), ...ids(30).slice(20)])
      })
    )

    it.effect.each([
      ["413", error(413)],
      ["400, because there are too many", error(400, "too.many.users")],
      ["413 of a proxy", reply(413, "<html>")]
    ] as const)("halves one that is refused with %s", ([, answer]) =>
      withAnswers({ api: [ok, answer, ok], emulator: organization }, function* (license, server) {
        const outcomes = yield* license.updateAssignments(thirty, byTen)
        expect(tags(outcomes)).toEqual(times(30, "Done"))
        expect(outcomes.map(({ userId }) => userId)).toEqual(ids(30))
        // What fits is remembered: the last ten are not refused first.
        expect(server.api).toHaveLength(1 + 1 + 2 + 2)
        yield* license.updateAssignments([remove("b", ...ids(10))], byTen)
        expect(server.api).toHaveLength(8)
      })
    )

    it.effect("tells of the changes that are too large even alone", () =>
      withAnswers({ api: [error(413)], emulator: organization }, function* (license, server) {
        const outcomes = yield* license.updateAssignments(thirty, byTen)
        expect(tags(outcomes)).toEqual(times(30, "Refused"))
        // Once nothing at all has been taken, it is not tried in parts again.
        expect(server.api.length).toBeLessThanOrEqual(1 + 2 * RequestSize.maxSplits(10) + 2)
      })
    )

    it.effect("does not take one for undone that was carried out before its answer was lost", () =>
      withAnswers(
        { api: [ok, [{ type: "reset", performed: true }], ok], emulator: organization },
        function* (license, server) {
          const outcomes = yield* license.updateAssignments(thirty, byTen)
          expect(tags(outcomes)).toEqual([...times(10, "Done"), ...times(10, "Unknown"), ...times(10, "Done")])
          expect(yield* holders(server, "b")).toEqual(ids(30))
        }
      )
    )

    const stopping: ReadonlyArray<readonly [string, Answer, reason: string, requests: number]> = [
      ["401, twice", revoked, "Unauthorized", 2],
      ["403", error(403), "Forbidden", 1],
      ["a redirect", [{ type: "redirect" }], "UnexpectedRedirect", 1],
      ["429 for hours", tooManyForHours, "RateLimited", 1],
      ["no connection", refusedConnection, "ConnectionFailed", 4]
    ]
    it.effect.each(stopping)("sends no more after %s, and tells what was not sent", ([, answer, reason, requests]) =>
      withAnswers({ api: [ok, answer], emulator: organization }, function* (license, server) {
        const outcomes = yield* license.updateAssignments(thirty, byTen)
        expect(tags(outcomes)).toEqual([...times(10, "Done"), ...times(20, "NotSent")])
        for (const outcome of outcomes.slice(10)) expect(outcome).toMatchObject({ error: { reason: { _tag: reason } } })
        expect(server.api).toHaveLength(1 + requests)
        expect(yield* holders(server, "b")).toEqual(ids(10))
      })
    )

    it.effect.each(stopping)("fails after %s, when nothing was let in before", ([, answer, reason, requests]) =>
      withAnswers({ api: [answer], emulator: organization }, function* (license, server) {
        expect((yield* failureOf(license.updateAssignments(thirty, byTen))).reason._tag).toBe(reason)
        expect(server.api).toHaveLength(requests)
        expect(yield* holders(server, "b")).toEqual([])
      })
    )

    it.effect("fails with the error of the login, when there is no token", () =>
      withAnswers({ emulator: { clients: [] } }, function* (license, server) {
        expect(yield* failureOf(license.updateAssignments(thirty, byTen))).toMatchObject({
          operation: "authenticate",
          reason: { _tag: "AuthenticationFailed" }
        })
        expect(server.api).toHaveLength(0)
      })
    )

    it.effect("tells of changes that are not sent as the login breaks down in the middle", () =>
      withAnswers({ api: [ok, revoked, ok], token: [ok, error(503)], emulator: organization }, function* (license) {
        const outcomes = yield* license.updateAssignments(thirty, byTen)
        expect(tags(outcomes)).toEqual([...times(10, "Done"), ...times(20, "NotSent")])
        expect(outcomes[29]).toMatchObject({ error: { operation: "authenticate", reason: { _tag: "ServerError" } } })
      })
    )

    it.effect("lets those finish that are on their way", () =>
      withAnswers(
        { api: [late("500 millis", error(403)), late("1 second")], emulator: organization },
        function* (license, server) {
          const outcomes = yield* license.updateAssignments(thirty, { batchSize: 10, concurrency: 2 })
          expect(tags(outcomes)).toEqual([...times(10, "NotSent"), ...times(10, "Done"), ...times(10, "NotSent")])
          expect(server.api).toHaveLength(2)
        }
      )
    )

    it.effect("is not repeated, nor is one that was answered", () =>
      withAnswers({ api: [ok, reset, ok], emulator: organization }, function* (license, server) {
        yield* license.updateAssignments(thirty, byTen)
        const users = server.api.flatMap((sent) => changesOf(asked(sent)).map(({ userId }) => userId))
        expect(users).toEqual(ids(30))
      })
    )
  })

  it.effect("sends nothing more when it is interrupted", () =>
    withAnswers({ api: [ok, silence, ok], emulator: organization }, function* (license, server) {
      const changing = yield* Effect.forkChild(license.updateAssignments([add("b", ...ids(300))]))
      yield* Effect.sleep("10 seconds")
      yield* Fiber.interrupt(changing)
      yield* Effect.sleep("10 minutes")
      expect(server.api.map(({ aborted }) => aborted)).toEqual([false, true])
    })
  )
})

describe("AssignmentOutcome", () => {
  it.effect("is JSON, and comes back from it", () =>
    withAnswers({ api: [ok, reset, error(400), tooManyForHours, ok], emulator: organization }, function* (license) {
      const outcomes = yield* license.updateAssignments([add("b", ...ids(5))], { batchSize: 1 })
      expect(tags(outcomes)).toEqual(["Done", "Unknown", "Refused", "NotSent", "NotSent"])
      const codec = Schema.fromJsonString(Schema.Array(AssignmentOutcome))
      const back = yield* Schema.decodeEffect(codec)(yield* Schema.encodeEffect(codec)(outcomes))
      expect(back).toEqual(outcomes)
      const messages = (of: typeof outcomes) => of.map((outcome) => "error" in outcome && outcome.error?.message)
      expect(messages(back)).toEqual(messages(outcomes))
      expect(back.flatMap((outcome) => ("error" in outcome ? [outcome.error] : []))).toEqual(
        times(4, expect.any(GenesysError))
      )
    })
  )
})
