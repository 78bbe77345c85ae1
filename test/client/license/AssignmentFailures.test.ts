import { AssignmentOutcome } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as RequestSize from "../../../packages/client/src/license/RequestSize.ts"
import { type Answer, error, late, ok, refusedConnection, reply, reset, silence } from "../answers.ts"
import { failureOf, withAnswers } from "../clients.ts"
import {
  add,
  remove,
  ids,
  asked,
  changesOf,
  organization,
  holders,
  revoked,
  tooManyForHours,
  tags,
  times
} from "./assignments.ts"

describe("updateAssignments", () => {
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
