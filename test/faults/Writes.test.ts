import { describe, expect, it } from "@effect/vitest"
import { CurrentCallOptions } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { aToken as token, client, failure, overEachClient } from "../support/Attack.ts"
import {
  answer,
  type Behaviour,
  bytes,
  close,
  closedPort,
  cut,
  drip,
  error,
  hang,
  json,
  make,
  reset
} from "../support/HostileServer.ts"
import { only, raised } from "../support/outcomes.ts"

const change = [{ licenseId: "cloudCX2", userIdsAdd: ["a"], userIdsRemove: [] }]
const short = { attemptTimeout: "150 millis" } as const

const lost: ReadonlyArray<readonly [label: string, because: string, behaviour: Behaviour]> = [
  ["the connection is reset after the request was read", "ConnectionFailed", reset],
  ["the connection is closed after the request was read", "ConnectionFailed", close],
  ["the answer is cut short by a reset", "ConnectionFailed", cut("[", "reset")],
  ["the answer is cut short by a close", "ConnectionFailed", cut("[", "close")],
  ["the answer is not HTTP", "ConnectionFailed", bytes("hello\r\n\r\n")],
  ["there is no answer", "Timeout", hang],
  ["the answer drips", "Timeout", drip(20)],
  ["it is answered with 408", "ServerError", error(408)],
  ["it is answered with 500", "ServerError", error(500)],
  ["it is answered with 502", "ServerError", error(502)],
  ["it is answered with 503", "ServerError", error(503)],
  ["it is answered with 503 and a long Retry-After", "ServerError", error(503, {}, { "retry-after": "10800" })],
  ["it is answered with 504", "ServerError", error(504)],
  ["the answer is not JSON", "UnexpectedResponse", answer({ body: "<html>" })],
  ["the answer is empty", "UnexpectedResponse", answer({})],
  ["the answer has another shape", "UnexpectedResponse", json({ done: true })],
  ["the answer is not UTF-8", "UnexpectedResponse", answer({ body: new Uint8Array([0x5b, 0xff, 0x5d]) })],
  ["the answer is too large", "ResponseTooLarge", answer({ body: new Uint8Array(2_000).fill(0x20) })]
]

/** The server read the change and refused it. */
const refused: ReadonlyArray<readonly [status: number, reason: string]> = [
  [400, "Refused"],
  [404, "NotFound"],
  [409, "Refused"],
  [413, "Refused"]
]

/** The server did not accept the request. */
const turnedAway: ReadonlyArray<readonly [status: number, reason: string]> = [
  [302, "UnexpectedRedirect"],
  [401, "Unauthorized"],
  [403, "Forbidden"]
]

overEachClient("A write", (attack, http) => {
  describe("with an unknown outcome", () => {
    it.live.each(lost)("is sent once, when %s", ([, because, behaviour]) =>
      attack({ ...(because === "Timeout" && short), maxResponseBytes: 1_500 }, function* (server, license) {
        server.always(behaviour)
        const outcome = yield* only(license.updateAssignments(change))
        expect(outcome).toMatchObject({ _tag: "Unknown", licenseId: "cloudCX2", userId: "a", change: "add" })
        const failed = yield* failure(raised(Effect.succeed([outcome])))
        expect(failed.reason).toMatchObject({ _tag: "OutcomeUnknown", because: { _tag: because } })
        expect(failed).toMatchObject({ operation: "postLicenseOrganization", attempts: 1, isRetryable: false })
        expect(failed.message).toContain("Check whether it was made before you send it again.")
        expect(server.calls).toHaveLength(1)
      })
    )

    it.live("is OutcomeUnknown when the call timeout ends", () =>
      attack({ callTimeout: "200 millis" }, function* (server, license) {
        server.always(hang)
        const failed = yield* failure(raised(license.updateAssignments(change)))
        expect(failed.reason).toMatchObject({ _tag: "OutcomeUnknown", because: { _tag: "Timeout", scope: "call" } })
      })
    )

    it.live("is OutcomeUnknown when a kept connection is closed on its reuse", () =>
      attack(function* (server, license) {
        yield* license.getDefinitions
        server.always(close)
        const failed = yield* failure(raised(license.updateAssignments(change)))
        expect(failed.reason).toMatchObject({ _tag: "OutcomeUnknown", because: { _tag: "ConnectionFailed" } })
        expect(server.calls).toHaveLength(2)
        const [last, ...before] = server.requests.map((request) => request.connection).reverse()
        expect(before).toContain(last)
      })
    )

    it.live("is sent once even with retries", () =>
      attack(function* (server, license) {
        server.always(error(503))
        const outcome = yield* only(
          license.updateAssignments(change).pipe(Effect.provideService(CurrentCallOptions, { retries: 10 }))
        )
        expect(outcome._tag).toBe("Unknown")
        expect(server.calls).toHaveLength(1)
      })
    )
  })

  describe("that was certainly not made", () => {
    it.live.each(refused)("has the error of its status %i", ([status, _tag]) =>
      attack(function* (server, license) {
        server.always(error(status))
        const outcome = yield* only(license.updateAssignments(change))
        expect(outcome).toMatchObject({ _tag: "Refused", userId: "a", error: { reason: { _tag } } })
        expect(server.calls).toHaveLength(1)
      })
    )

    it.live.each(turnedAway)("fails with status %i, when the server did not accept it", ([status, _tag]) =>
      attack(function* (server, license) {
        server.always(error(status))
        expect((yield* failure(license.updateAssignments(change))).reason._tag).toBe(_tag)
        // The second request has a second token.
        expect(server.calls).toHaveLength(status === 401 ? 2 : 1)
      })
    )

    it.live("is retried after 429", () =>
      attack(function* (server, license) {
        server.next(error(429), error(429))
        yield* license.updateAssignments(change)
        expect(server.calls).toHaveLength(3)
      })
    )

    it.live("is OutcomeUnknown when the answer after a 429 is lost", () =>
      attack(function* (server, license) {
        server.next(error(429), reset)
        expect((yield* failure(raised(license.updateAssignments(change)))).reason._tag).toBe("OutcomeUnknown")
        expect(server.calls).toHaveLength(2)
      })
    )

    it.live("is not OutcomeUnknown when Retry-After exceeds the call timeout", () =>
      attack({ callTimeout: "10 seconds" }, function* (server, license) {
        server.always(error(429, {}, { "retry-after": "60" }))
        const failed = yield* failure(license.updateAssignments(change))
        expect(failed.reason._tag).toBe("RateLimited")
      })
    )

    it.live("is replayed once after 401, with a new token", () =>
      attack(function* (server, license) {
        server.next(error(401))
        yield* license.updateAssignments(change)
        expect(server.calls.map((request) => request.headers.authorization)).toEqual([
          "Bearer CANARY-token-1",
          "Bearer CANARY-token-2"
        ])
      })
    )

    it.live("is ConnectionFailed after four attempts when nothing listens", () =>
      attack(function* (server, license) {
        // The client needs a token first.
        yield* license.getDefinitions
        const elsewhere = yield* client(http, yield* closedPort, { credentials: token })
        const failed = yield* failure(elsewhere.updateAssignments(change))
        expect(failed).toMatchObject({
          attempts: 4,
          reason: { _tag: "ConnectionFailed", phase: "connect", code: "ECONNREFUSED" }
        })
        expect(server.calls).toHaveLength(1)
      })
    )

    it.live("arrives exactly once when a server starts to listen later", () =>
      attack({ random: 0.6 }, function* () {
        const port = yield* closedPort
        const license = yield* client(http, port, { credentials: token })
        const sent = yield* Effect.forkChild(license.updateAssignments(change))
        yield* Effect.sleep("100 millis")
        const server = yield* make({ port })
        yield* Fiber.join(sent)
        expect(server.calls).toHaveLength(1)
        expect(JSON.parse(server.calls[0]!.body)).toEqual({ assignments: change })
      })
    )

    it.live("is an error of the login when there is no token", () =>
      attack({ retries: 0 }, function* (server, license) {
        server.alwaysLogin(reset)
        const failed = yield* failure(license.updateAssignments(change))
        expect(failed).toMatchObject({ operation: "authenticate", reason: { _tag: "ConnectionFailed" } })
        expect(server.calls).toHaveLength(0)
      })
    )

    it.live("is refused before it is sent, when it adds and removes the same license", () =>
      attack(function* (server, license) {
        const both = [{ licenseId: "cloudCX2", userIdsAdd: ["a"], userIdsRemove: ["a"] }]
        expect((yield* failure(license.updateAssignments(both))).reason._tag).toBe("InvalidRequest")
        expect(server.requests).toHaveLength(0)
      })
    )
  })

  it.live("of a toggle is not retried", () =>
    attack(function* (server, license) {
      server.always(error(503))
      expect((yield* failure(license.switchToggle("a"))).reason._tag).toBe("OutcomeUnknown")
      expect(server.calls).toHaveLength(1)
    })
  )
})
