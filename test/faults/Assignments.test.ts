import { describe, expect, it } from "@effect/vitest"
import type { AssignmentOutcome } from "@genesys-license/client"
import type { LicenseAssignmentRequest } from "@genesys-license/schema/license/Assignment"
import { aToken, overEachClient } from "../support/Attack.ts"
import { type Behaviour, cut, error, json, reset } from "../support/HostileServer.ts"

type Assignments = ReadonlyArray<LicenseAssignmentRequest>
type Row = Readonly<Record<string, unknown>>

const change: Assignments = [
  { licenseId: "cloudCX2", userIdsAdd: ["a", "b"], userIdsRemove: ["c"] },
  { licenseId: "cloudCX3", userIdsAdd: ["a"], userIdsRemove: [] }
]
const row = (licenseId: string, userId: string, result = "Success"): Row => ({ licenseId, userId, result })
const all = [row("cloudCX2", "a"), row("cloudCX2", "b"), row("cloudCX2", "c"), row("cloudCX3", "a")]

const summaryOf = (outcome: AssignmentOutcome) =>
  "result" in outcome ? [outcome._tag, outcome.result] : [outcome._tag]
const done = ["Done", "Success"]

/** Each about `change`, in its order. */
const answers: ReadonlyArray<readonly [label: string, body: ReadonlyArray<unknown>, ReadonlyArray<Array<unknown>>]> = [
  ["all rows", all, [done, done, done, done]],
  ["all rows in another order", all.toReversed(), [done, done, done, done]],
  ["fewer rows", [all[0], all[3]], [done, ["Unknown"], ["Unknown"], done]],
  ["no rows", [], [["Unknown"], ["Unknown"], ["Unknown"], ["Unknown"]]],
  [
    "additional rows for other changes",
    [...all, row("cloudCX2", "d"), row("cloudCX3", "b", "Failed"), row("cloudCX4", "a", "Failed")],
    [done, done, done, done]
  ],
  ["rows for other changes only", [row("cloudCX4", "a")], [["Unknown"], ["Unknown"], ["Unknown"], ["Unknown"]]],
  [
    "an unknown result text",
    [row("cloudCX2", "a", "ok-ish"), ...all.slice(1)],
    [["Unknown", "ok-ish"], done, done, done]
  ],
  [
    "mixed results",
    [row("cloudCX2", "a", "User not found"), all[1], row("cloudCX2", "c", "FAILED"), row("cloudCX3", "a", "Queued")],
    [["Refused", "User not found"], done, ["Refused", "FAILED"], ["Unknown", "Queued"]]
  ],
  ["a row twice", [all[0], ...all], [done, done, done, done]],
  [
    "rows that contradict each other",
    [...all, row("cloudCX2", "a", "Failed"), row("cloudCX2", "c", "Queued")],
    [["Unknown", "Success | Failed"], done, ["Unknown", "Success | Queued"], done]
  ],
  [
    "equal rows in two spellings",
    [...all, row("cloudCX2", "b", "Added")],
    [done, ["Done", "Success | Added"], done, done]
  ],
  [
    "an unknown license",
    [...all.slice(0, 3), row("cloudCX3", "a", "License not found")],
    [done, done, done, ["Refused", "License not found"]]
  ],
  [
    "a row without its user",
    [...all.slice(0, 3), { licenseId: "cloudCX3", result: "Success" }],
    [done, done, done, ["Unknown"]]
  ],
  [
    "a row without its license",
    [...all.slice(0, 3), { userId: "a", result: "Failed" }],
    [done, done, done, ["Unknown"]]
  ],
  [
    "a row without its result",
    [...all.slice(0, 3), { licenseId: "cloudCX3", userId: "a" }],
    [done, done, done, ["Unknown"]]
  ],
  [
    "two rows, one without a result",
    [...all, { licenseId: "cloudCX3", userId: "a" }],
    [done, done, done, ["Unknown", "Success"]]
  ],
  ["a result that is null", [...all.slice(0, 3), { ...all[3], result: null }], [done, done, done, ["Unknown"]]],
  ["empty rows", [{}, {}, ...all], [done, done, done, done]],
  [
    "ids in other letter case",
    [row("CLOUDCX2", "a"), row("cloudCX2", "A"), ...all.slice(1)],
    [["Unknown"], done, done, done]
  ]
]

/** A server that makes every change. */
const obey: Behaviour = (response, socket, request) => {
  const { assignments } = JSON.parse(request.body) as { assignments: Assignments }
  const rows = assignments.flatMap(({ licenseId, userIdsAdd, userIdsRemove }) =>
    [...userIdsAdd, ...userIdsRemove].map((userId) => row(licenseId, userId))
  )
  json(rows)(response, socket, request)
}

overEachClient("A change of licenses", (attack) => {
  describe("has an outcome for each license of each user, in the caller's order, when the answer has", () => {
    it.live.each(answers)("%s", ([, body, outcomes]) =>
      attack({ credentials: aToken }, function* (server, license) {
        server.always(json(body))
        const found = yield* license.updateAssignments(change)
        expect(found.map(summaryOf)).toEqual(outcomes)
        expect(found.map(({ change, licenseId, userId }) => [change, licenseId, userId])).toEqual([
          ["add", "cloudCX2", "a"],
          ["add", "cloudCX2", "b"],
          ["remove", "cloudCX2", "c"],
          ["add", "cloudCX3", "a"]
        ])
        expect(server.calls).toHaveLength(1)
      })
    )
  })

  it.live("that occurs twice is sent once", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(obey)
      const found = yield* license.updateAssignments([
        { licenseId: "cloudCX2", userIdsAdd: ["a", "a"], userIdsRemove: ["b"] },
        { licenseId: "cloudCX2", userIdsAdd: ["a"], userIdsRemove: ["b", "b"] }
      ])
      expect(found.map(summaryOf)).toEqual([done, done])
      expect(server.calls.map((request) => JSON.parse(request.body))).toEqual([
        { assignments: [{ licenseId: "cloudCX2", userIdsAdd: ["a"], userIdsRemove: ["b"] }] }
      ])
    })
  )

  describe("in the middle of three requests", () => {
    const users = Array.from({ length: 250 }, (_, index) => `user-${index}`)
    const middle: ReadonlyArray<readonly [label: string, behaviour: Behaviour, tag: string, reason: string]> = [
      ["is reset after it was read", reset, "Unknown", "OutcomeUnknown"],
      ["is answered with 503", error(503), "Unknown", "OutcomeUnknown"],
      ["has half an answer", cut("[", "close"), "Unknown", "OutcomeUnknown"],
      ["is refused with 400", error(400, { message: "No." }), "Refused", "Refused"],
      ["is refused with 404", error(404, { message: "No such license." }), "Refused", "NotFound"]
    ]
    it.live.each(middle)("that %s does not affect the requests before and after", ([, behaviour, tag, reason]) =>
      attack({ credentials: aToken }, function* (server, license) {
        server.always(obey)
        server.next(obey, behaviour)
        const found = yield* license.updateAssignments([
          { licenseId: "cloudCX2", userIdsAdd: users, userIdsRemove: [] }
        ])
        const expected = users.map((userId, index) =>
          index < 100 || index >= 200
            ? { _tag: "Done", userId }
            : { _tag: tag, userId, error: { reason: { _tag: reason } } }
        )
        expect(found).toMatchObject(expected)
        expect(server.calls).toHaveLength(3)
      })
    )

    it.live("that is too large is sent again in halves, and later requests are as small", () =>
      attack({ credentials: aToken }, function* (server, license) {
        server.always(obey)
        server.next(obey, error(413))
        const found = yield* license.updateAssignments([
          { licenseId: "cloudCX2", userIdsAdd: users, userIdsRemove: [] }
        ])
        expect(found).toMatchObject(users.map((userId) => ({ _tag: "Done", userId })))
        const idsOfRequests = server.calls.map((request) => JSON.parse(request.body).assignments[0].userIdsAdd)
        expect(idsOfRequests.map((ids) => ids.length)).toEqual([100, 100, 50, 50, 50])
        expect(idsOfRequests.toSpliced(1, 1).flat()).toEqual(users)
      })
    )

    it.live("that is forbidden stops the rest", () =>
      attack({ credentials: aToken }, function* (server, license) {
        server.always(obey)
        server.next(obey, error(403))
        const found = yield* license.updateAssignments([
          { licenseId: "cloudCX2", userIdsAdd: [], userIdsRemove: users }
        ])
        expect(found).toMatchObject(
          users.map((userId, index) =>
            index < 100
              ? { _tag: "Done", userId, change: "remove" }
              : { _tag: "NotSent", userId, error: { reason: { _tag: "Forbidden" } } }
          )
        )
        expect(server.calls).toHaveLength(2)
      })
    )
  })
})
