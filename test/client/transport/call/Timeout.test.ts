import { CurrentCallOptions, GenesysError, NotFound } from "@genesys-license/client"
import * as CallOptions from "@genesys-license/client/CallOptions"
import { describe, expect, it } from "@effect/vitest"
import { definitions } from "@genesys-license/emulator/organization/Catalog"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Call from "../../../../packages/client/src/transport/call/Call.ts"
import * as Redaction from "../../../../packages/client/src/transport/call/Redaction.ts"
import * as Deadlines from "../../../../packages/client/src/transport/call/Deadlines.ts"
import * as Timeout from "../../../../packages/client/src/transport/call/Timeout.ts"
import { type Answer, error, late, limited, ok, silence } from "../../answers.ts"
import { failureOf, withAnswers } from "../../clients.ts"

/** One byte a second: the answer is not complete in time. */
const drip: Answer = [{ type: "drip", every: "1 second" }]

describe("Timeout", () => {
  describe("of an attempt", () => {
    it.effect("is 30 seconds", () =>
      withAnswers({ api: [late("29999 millis")] }, function* (license, server) {
        expect(yield* license.getDefinitions).toEqual([])
        expect(server.times).toEqual([0])
      })
    )

    it.effect("ends what takes longer, and closes the connection", () =>
      withAnswers({ api: [late("30001 millis")], retries: 0 }, function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error.reason).toMatchObject({ _tag: "Timeout", scope: "attempt" })
        expect(error.message).toContain("No complete response within 30s (attemptTimeout).")
        expect(error.isRetryable).toBe(true)
        expect(yield* Clock.currentTimeMillis).toBe(30_000)
        expect(server.api[0]!.aborted).toBe(true)
      })
    )

    it.effect.each<readonly [string, Answer]>([
      ["of a known length", drip],
      ["of a length that is not told", [...drip, { type: "headers", remove: ["content-length"] }]]
    ])("covers the body %s", ([, answer]) =>
      withAnswers({ api: [answer], emulator: { definitions }, retries: 0 }, function* (license) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error.reason).toMatchObject({ _tag: "Timeout", scope: "attempt" })
        expect(yield* Clock.currentTimeMillis).toBe(30_000)
      })
    )

    it.effect("leaves the body of an error after half of it: the status says enough", () =>
      withAnswers({ api: [drip], retries: 0 }, function* (license) {
        expect((yield* failureOf(license.getDefinition("none"))).reason).toMatchObject({ _tag: "NotFound" })
        expect(yield* Clock.currentTimeMillis).toBe(15_000)
      })
    )

    it.effect("covers the login, too", () =>
      withAnswers({ token: [silence], retries: 0 }, function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error).toMatchObject({ operation: "authenticate", reason: { _tag: "Timeout", scope: "attempt" } })
        expect(server.api).toHaveLength(0)
      })
    )

    it.effect("begins anew with each attempt", () =>
      withAnswers({ api: [late("20 seconds", error(503)), late("20 seconds")] }, function* (license, server) {
        yield* license.getDefinitions
        expect(server.times).toEqual([0, 20_250])
        expect(yield* Clock.currentTimeMillis).toBe(40_250)
      })
    )
  })

  describe("of a call", () => {
    it.effect("is 5 minutes, all attempts and all waits included", () =>
      withAnswers({ api: [silence], retries: 100 }, function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error.reason).toMatchObject({ _tag: "Timeout", scope: "call" })
        // Not by the client, whose time is over, but by whoever has more of it.
        expect(error.isRetryable).toBe(true)
        expect(error.attempts).toBe(server.times.length)
        expect(yield* Clock.currentTimeMillis).toBe(300_000)
      })
    )

    it.effect("covers the wait for a window", () =>
      withAnswers(
        { api: [ok], emulator: { rateLimit: { requests: 1, window: "1 minute" } }, callTimeout: "10 seconds" },
        function* (license, server) {
          const error = yield* failureOf(Effect.andThen(license.getDefinitions, license.getDefinitions))
          expect(error.reason).toMatchObject({ _tag: "Timeout", scope: "call" })
          expect(yield* Clock.currentTimeMillis).toBe(10_000)
          expect(server.times).toEqual([0])
        }
      )
    )

    it.effect.each<readonly [name: string, answer: Answer, reason: string, retryAfter: number | undefined]>([
      ["429 asks for", limited(120), "RateLimited", 120],
      ["429 asks for, to the millisecond,", limited(10), "RateLimited", 10],
      ["503 asks for", [{ type: "status", status: 503, retryAfter: 120 }], "ServerError", 120]
    ])("fails at once and says why when it cannot cover the wait that a %s", ([, answer, reason, seconds]) =>
      withAnswers({ api: [answer], callTimeout: "10 seconds" }, function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error).toMatchObject({ reason: { _tag: reason }, attempts: 1, isRetryable: true })
        expect(error.retryAfter && Duration.toSeconds(error.retryAfter)).toBe(seconds)
        expect(yield* Clock.currentTimeMillis).toBe(0)
        expect(server.times).toEqual([0])
      })
    )

    it.effect("fails at once and says why when it cannot cover a backoff", () =>
      withAnswers({ api: [error(503)], callTimeout: "700 millis" }, function* (license, server) {
        // 250 ms fit, and 500 more do not.
        expect(yield* failureOf(license.getDefinitions)).toMatchObject({ reason: { status: 503 }, attempts: 2 })
        expect(yield* Clock.currentTimeMillis).toBe(250)
        expect(server.times).toEqual([0, 250])
      })
    )

    it.effect("that does not wait for a 429 makes all others wait all the same", () =>
      withAnswers({ api: [limited(60), ok] }, function* (license, server) {
        yield* failureOf(
          license.getDefinitions.pipe(Effect.provideService(CurrentCallOptions, { callTimeout: "1 second" }))
        )
        yield* license.getDefinitions
        expect(server.times[1]).toBeGreaterThanOrEqual(60_000)
      })
    )

    it.effect("fails at once when another call has been told to wait for longer than it has", () =>
      withAnswers({ api: [limited(60), ok] }, function* (license, server) {
        const inAHurry = Effect.provideService(license.getDefinitions, CurrentCallOptions, {
          callTimeout: "10 seconds"
        })
        yield* failureOf(inAHurry)
        yield* TestClock.adjust("5 seconds")
        const error = yield* failureOf(inAHurry)
        expect(error.reason._tag).toBe("RateLimited")
        expect([error.attempts, Duration.toSeconds(error.retryAfter!)]).toEqual([undefined, 55])
        expect(yield* Clock.currentTimeMillis).toBe(5_000)
        expect(server.times).toEqual([0])
      })
    )
  })

  it.effect("is told for what it is, whatever an attempt before has ended with", () =>
    withAnswers(
      { api: [silence], attemptTimeout: "10 seconds", callTimeout: "15 seconds" },
      function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error.reason).toMatchObject({ _tag: "Timeout", scope: "call" })
        expect(server.times).toEqual([0, 10_250])
        expect(yield* Clock.currentTimeMillis).toBe(15_000)
      }
    )
  )

  it.effect.each([
    ["is answered", Effect.succeed(HttpClientResponse.fromWeb(HttpClientRequest.get("/"), new Response()))],
    ["fails", Effect.fail(new GenesysError({ operation: "getLicenseDefinitions", reason: new NotFound({}) }))],
    ["is interrupted", Effect.interrupt]
  ] as const)("is kept for no call that %s", ([, answer]) =>
    Effect.gen(function* () {
      const pending = new Set<() => void>()
      const deadlines: Deadlines.Deadlines = {
        add: (_, __, onLate) => {
          pending.add(onLate)
          return () => pending.delete(onLate)
        }
      }
      const send: Call.Send = () =>
        Effect.suspend(() => {
          expect(pending.size).toBe(2)
          return answer
        })
      yield* Effect.exit(
        Timeout.perCall(Timeout.perAttempt(send, deadlines), deadlines)(HttpClientRequest.get("/"), yield* call)
      )
      expect(pending.size).toBe(0)
    })
  )

  it.effect("is that of the call over that of the client", () =>
    withAnswers(
      { api: [silence], retries: 0, attemptTimeout: "10 seconds", callTimeout: "20 seconds" },
      function* (license) {
        const [client] = yield* timed(failureOf(license.getDefinitions))
        const [attempt] = yield* timed(
          failureOf(license.getDefinitions).pipe(
            Effect.provideService(CurrentCallOptions, { attemptTimeout: "3 seconds" })
          )
        )
        const [call, error] = yield* timed(
          failureOf(license.getDefinitions).pipe(
            Effect.provideService(CurrentCallOptions, { callTimeout: "2 seconds" })
          )
        )
        expect([client, attempt, call]).toEqual([10_000, 3_000, 2_000])
        expect(error.reason).toMatchObject({ scope: "call", after: Duration.seconds(2) })
      }
    )
  )
})

const call = Effect.contextWith((context: Context.Context<never>) =>
  Effect.succeed(
    Call.make({
      operation: "getLicenseDefinitions",
      permissions: [],
      writes: false,
      options: CallOptions.resolve({}, CallOptions.unchanged),
      redaction: Redaction.make(),
      context
    })
  )
)

const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const before = yield* Clock.currentTimeMillis
    const value = yield* effect
    return [(yield* Clock.currentTimeMillis) - before, value] as const
  })
