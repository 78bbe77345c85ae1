import { CurrentCallOptions, type GenesysError, type LicenseService } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { raised } from "../../../support/outcomes.ts"
import { type Answer, broken, late, ok, refusedConnection, reply, reset, silence } from "../../answers.ts"
import { always, failureOf, withAnswers } from "../../clients.ts"

type License = LicenseService["Service"]
type Operation = (license: License) => Effect.Effect<unknown, GenesysError>

const definitions: Operation = (license) => license.getDefinitions
const reads: ReadonlyArray<readonly [name: string, call: Operation]> = [
  ["GET definitions", definitions],
  ["GET user", (license) => license.getUser("u")],
  ["POST users", (license) => license.getUsers(["u"])],
  ["POST infer", (license) => license.inferFromRoles(["r"])],
  ["POST infer/permissions", (license) => license.inferFromPermissions(["p"])]
]
const write: Operation = (license) =>
  raised(license.updateAssignments([{ licenseId: "cloudCX2", userIdsAdd: ["u"], userIdsRemove: [] }]))

/** Linux says so of a connection that was there, too. */
const unreachable = broken(Object.assign(new Error("read EHOSTUNREACH"), { code: "EHOSTUNREACH", syscall: "read" }))

const status = (code: number, headers: Record<string, string> = {}) => reply(code, "", headers)

describe("Retry", () => {
  describe.each(reads)("of %s", (_, call) => {
    it.effect.each([408, 500, 502, 503, 504])("sends 4 requests on %i, at known times", (code) =>
      withAnswers({ api: [status(code)] }, function* (license, server) {
        const error = yield* failureOf(call(license))
        expect(error).toMatchObject({ reason: { _tag: "ServerError", status: code }, attempts: 4 })
        // Half of 500, 1,000 and 2,000 ms in between.
        expect(server.times).toEqual([0, 250, 750, 1_750])
      })
    )

    it.effect("sends 4 requests when the connection fails", () =>
      withAnswers({ api: [reset] }, function* (license, server) {
        const error = yield* failureOf(call(license))
        expect(error).toMatchObject({ reason: { _tag: "ConnectionFailed", phase: "exchange" }, attempts: 4 })
        expect(server.times).toEqual([0, 250, 750, 1_750])
      })
    )

    it.effect("sends 4 requests when nobody listens", () =>
      withAnswers({ api: [refusedConnection] }, function* (license, server) {
        expect(yield* failureOf(call(license))).toMatchObject({ reason: { phase: "connect" }, attempts: 4 })
        expect(server.times).toEqual([0, 250, 750, 1_750])
      })
    )

    it.effect("sends 4 requests when no answer comes in time", () =>
      withAnswers({ api: [silence] }, function* (license, server) {
        const error = yield* failureOf(call(license))
        expect(error).toMatchObject({ reason: { _tag: "Timeout", scope: "attempt" }, attempts: 4 })
        expect(server.times).toEqual([0, 30_250, 60_750, 91_750])
        expect(yield* Clock.currentTimeMillis).toBe(121_750)
      })
    )

    it.effect.each([300, 302, 400, 403, 404, 409, 410, 413, 415, 422, 499, 501, 505])("sends 1 request on %i", (code) =>
      withAnswers({ api: [status(code)] }, function* (license, server) {
        expect(yield* failureOf(call(license))).toMatchObject({ attempts: 1 })
        expect(server.times).toEqual([0])
      })
    )

    it.effect.each(["CERT_HAS_EXPIRED", "SELF_SIGNED_CERT_IN_CHAIN", "ERR_TLS_CERT_ALTNAME_INVALID"])(
      "sends 1 request on the TLS failure %s",
      (code) =>
        withAnswers({ api: [broken(code)] }, function* (license, server) {
          expect(yield* failureOf(call(license))).toMatchObject({ reason: { phase: "tls" }, attempts: 1 })
          expect(server.times).toEqual([0])
        })
    )
  })

  it.effect.each([
    [
      [status(503), ok],
      [0, 250]
    ],
    [
      [reset, ok],
      [0, 250]
    ],
    [
      [status(503), reset, ok],
      [0, 250, 750]
    ],
    [
      [reset, status(503), status(500), ok],
      [0, 250, 750, 1_750]
    ],
    [
      [silence, status(502), ok],
      [0, 30_250, 30_750]
    ],
    [
      [status(503, { "retry-after": "4" }), ok],
      [0, 4_000]
    ],
    [
      [status(503, { "retry-after": "0" }), ok],
      [0, 250]
    ],
    [
      [status(503), status(503, { "retry-after": "2" }), ok],
      [0, 250, 2_250]
    ],
    [
      [status(503, { "retry-after": "soon" }), ok],
      [0, 250]
    ],
    [
      [status(503, { "retry-after": "Thu, 01 Jan 1970 00:00:09 GMT" }), ok],
      [0, 9_000]
    ],
    [
      [status(503, { "retry-after": "180" }), ok],
      [0, 180_000]
    ]
  ] as ReadonlyArray<readonly [ReadonlyArray<Answer>, ReadonlyArray<number>]>)(
    "ends with the first answer that can be used: %#",
    ([api, times]) =>
      withAnswers({ api }, function* (license, server) {
        expect(yield* license.getDefinitions).toEqual([])
        expect(server.times).toEqual(times)
      })
  )

  it.effect("does not repeat when the server asks for more than 3 minutes", () =>
    withAnswers({ api: [status(503, { "retry-after": "181" })] }, function* (license, server) {
      const error = yield* failureOf(license.getDefinitions)
      expect(Duration.toSeconds(error.retryAfter!)).toBe(181)
      expect(server.times).toEqual([0])
    })
  )

  it.effect.each([0, 1, 2, 5, 8])("with %i retries sends that many more, whatever mix of failures", (retries) =>
    withAnswers(
      { api: Array.from({ length: 9 }, (_, n) => (n % 2 === 0 ? status(503) : reset)), retries },
      function* (license, server) {
        expect(yield* failureOf(license.getDefinitions)).toMatchObject({ attempts: retries + 1 })
        expect(server.times).toHaveLength(retries + 1)
      }
    )
  )

  it.effect("takes the retries of the call over those of the client", () =>
    withAnswers({ api: [status(503)], retries: 5 }, function* (license, server) {
      yield* failureOf(license.getDefinitions.pipe(Effect.provideService(CurrentCallOptions, { retries: 1 })))
      expect(server.times).toHaveLength(2)
    })
  )

  it.effect("waits for no more than 20 seconds, however often it repeats", () =>
    withAnswers({ api: [status(503)], retries: 9, callTimeout: "1 hour" }, function* (license, server) {
      yield* failureOf(license.getDefinitions).pipe(always(0.999_999))
      const gaps = server.times.slice(1).map((at, index) => at - server.times[index]!)
      const ceilings = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000, 20_000]
      gaps.forEach((gap, index) => {
        expect(gap).toBeLessThanOrEqual(ceilings[index]!)
        expect(gap).toBeGreaterThan(ceilings[index]! * 0.999)
      })
    })
  )

  it.effect("waits for anything from nothing to the ceiling", () =>
    withAnswers({ api: [status(503)], retries: 2 }, function* (license, server) {
      yield* Effect.forEach(Array.from({ length: 30 }), () => failureOf(license.getDefinitions)).pipe(
        Random.withSeed("jitter")
      )
      const first = server.times.flatMap((at, index) => (index % 3 === 1 ? [at - server.times[index - 1]!] : []))
      expect(Math.min(...first)).toBeLessThan(100)
      expect(Math.max(...first)).toBeGreaterThan(400)
      expect(Math.max(...first)).toBeLessThanOrEqual(500)
    })
  )

  it.effect("does not count the replay of a 401 or a 429 as a retry", () =>
    withAnswers(
      { api: [status(401), status(429, { "retry-after": "1" }), status(503), ok], retries: 1 },
      function* (license, server) {
        expect(yield* license.getDefinitions).toEqual([])
        expect(server.times).toHaveLength(4)
      }
    )
  )

  describe("when the quota is empty", () => {
    it.effect("surfaces the failure at once, and says so", () =>
      withAnswers({ api: [status(503)] }, function* (license, server) {
        const errors: Array<GenesysError> = []
        for (let call = 0; call < 35; call++) errors.push(yield* failureOf(license.getDefinitions))
        // 500 pay for 100 retries: 33 calls with 3 each, one with 1.
        expect(server.times).toHaveLength(35 + 100)
        expect(errors.slice(0, 33).every(({ attempts }) => attempts === 4)).toBe(true)
        expect(errors.slice(0, 33).some(({ retryQuotaExhausted }) => retryQuotaExhausted)).toBe(false)
        expect(errors[33]).toMatchObject({ attempts: 2, retryQuotaExhausted: true })
        expect(errors[34]).toMatchObject({ attempts: 1, retryQuotaExhausted: true })
        expect(errors[34]!.message).toContain("not retried: too many recent failures")
      })
    )

    it.effect("repeats again after enough calls have succeeded", () =>
      withAnswers({ api: [status(503)] }, function* (license, server) {
        const [outage] = yield* server.faults.rules
        const ends = server.faults.clear
        const begins = server.faults.add(outage!.rule)
        for (let call = 0; call < 34; call++) yield* failureOf(license.getDefinitions)
        yield* ends
        for (let call = 0; call < 4; call++) yield* license.getDefinitions
        yield* begins
        expect(yield* failureOf(license.getDefinitions)).toMatchObject({ attempts: 1, retryQuotaExhausted: true })
        yield* ends
        yield* license.getDefinitions
        yield* begins
        const sent = server.times.length
        expect(yield* failureOf(license.getDefinitions)).toMatchObject({ attempts: 2, retryQuotaExhausted: true })
        expect(server.times).toHaveLength(sent + 2)
      })
    )
  })

  describe("of the write", () => {
    it.effect.each([
      ["nobody listens", refusedConnection],
      ["the name is not found", broken("ENOTFOUND")],
      ["the connection is not made in time", broken("UND_ERR_CONNECT_TIMEOUT")]
    ] as const)("sends 4 requests when %s, as nothing was sent", ([, answer]) =>
      withAnswers({ api: [answer] }, function* (license, server) {
        expect(yield* failureOf(write(license))).toMatchObject({
          reason: { _tag: "ConnectionFailed", phase: "connect" },
          attempts: 4
        })
        expect(server.times).toEqual([0, 250, 750, 1_750])
      })
    )

    it.effect.each([
      ["408", status(408), "ServerError"],
      ["500", status(500), "ServerError"],
      ["502", status(502), "ServerError"],
      ["503", status(503), "ServerError"],
      ["503 with Retry-After", status(503, { "retry-after": "1" }), "ServerError"],
      ["504", status(504), "ServerError"],
      ["501", status(501), "ServerError"],
      ["a reset", reset, "ConnectionFailed"],
      ["a TLS record that breaks", broken("ERR_SSL_BAD_RECORD_TYPE"), "ConnectionFailed"],
      ["a host that is not reachable any more", unreachable, "ConnectionFailed"],
      ["headers beyond what the platform reads", broken("HPE_HEADER_OVERFLOW"), "UnexpectedResponse"],
      ["silence", silence, "Timeout"],
      ["an answer that comes too late", late("31 seconds", ok), "Timeout"],
      ["200 and no JSON", reply(200, "<html>"), "UnexpectedResponse"],
      ["200 and nothing", reply(200), "UnexpectedResponse"]
    ] as const)("sends 1 request on %s, whose outcome is unknown", ([, answer, because]) =>
      withAnswers({ api: [answer] }, function* (license, server) {
        const error = yield* failureOf(write(license))
        expect(error).toMatchObject({ reason: { _tag: "OutcomeUnknown", because: { _tag: because } }, attempts: 1 })
        expect(error.isRetryable).toBe(false)
        expect(server.times).toEqual([0])
      })
    )

    it.effect.each([
      [400, "Refused"],
      [403, "Forbidden"],
      [404, "NotFound"],
      [409, "Refused"],
      [413, "Refused"]
    ] as const)("sends 1 request on %i, which is definite", ([code, tag]) =>
      withAnswers({ api: [status(code)] }, function* (license, server) {
        expect(yield* failureOf(write(license))).toMatchObject({ reason: { _tag: tag }, attempts: 1 })
        expect(server.times).toEqual([0])
      })
    )

    it.effect("is definite when a second token is refused as well", () =>
      withAnswers({ api: [status(401)] }, function* (license) {
        expect(yield* failureOf(write(license))).toMatchObject({ reason: { _tag: "Unauthorized" }, attempts: 2 })
      })
    )

    it.effect("is definite when TLS fails", () =>
      withAnswers({ api: [broken("CERT_HAS_EXPIRED")] }, function* (license) {
        expect(yield* failureOf(write(license))).toMatchObject({ reason: { _tag: "ConnectionFailed", phase: "tls" } })
      })
    )

    it.effect("is repeated after a connection that was not made, and then not after one that broke", () =>
      withAnswers({ api: [refusedConnection, reset, ok] }, function* (license, server) {
        expect(yield* failureOf(write(license))).toMatchObject({ reason: { _tag: "OutcomeUnknown" }, attempts: 2 })
        expect(server.times).toEqual([0, 250])
      })
    )

    it.effect("is unknown when the call runs out of time while it is on its way", () =>
      withAnswers({ api: [silence], callTimeout: "5 seconds" }, function* (license) {
        expect(yield* failureOf(write(license))).toMatchObject({
          reason: { _tag: "OutcomeUnknown", because: { _tag: "Timeout", scope: "call" } }
        })
      })
    )

    it.effect("is definite when the call has no time to send it again", () =>
      withAnswers({ api: [status(429, { "retry-after": "60" })], callTimeout: "5 seconds" }, function* (license) {
        expect(yield* failureOf(write(license))).toMatchObject({ reason: { _tag: "RateLimited" } })
      })
    )
  })
})
