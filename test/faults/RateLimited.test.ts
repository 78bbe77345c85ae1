import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { failure, overEachClient, timed } from "../support/Attack.ts"
import { error, good, goodBody, type Headers, json } from "../support/HostileServer.ts"

const window = (allowed: string, count: string, reset: string) => ({
  "inin-ratelimit-allowed": allowed,
  "inin-ratelimit-count": count,
  "inin-ratelimit-reset": reset
})

const change = [{ licenseId: "cloudCX2", userIdsAdd: ["a"], userIdsRemove: [] }]

overEachClient("The rate limit", (attack) => {
  describe("of the API", () => {
    it.live("answers 429 once without headers, and the call succeeds", () =>
      attack(function* (server, license) {
        server.next(error(429))
        expect(yield* license.getDefinitions).toHaveLength(1)
        expect(server.calls).toHaveLength(2)
      })
    )

    it.live("answers 429 for ever, and the call gives up after five waits", () =>
      attack(function* (server, license) {
        server.always(error(429, { code: "too.many.requests" }))
        const failed = yield* failure(license.getDefinitions)
        expect(failed).toMatchObject({ attempts: 6, reason: { _tag: "RateLimited" } })
        expect(server.calls).toHaveLength(6)
      })
    )

    it.live("answers 429 for ever, and the number of retries does not change that", () =>
      attack({ retries: 20 }, function* (server, license) {
        server.always(error(429))
        expect((yield* failure(license.getDefinitions)).attempts).toBe(6)
        expect(server.calls).toHaveLength(6)
      })
    )

    it.live("answers 429 for three hours, and the call fails at once with that time", () =>
      attack(function* (server, license) {
        server.always(error(429, {}, { "retry-after": "10800" }))
        const failed = yield* failure(license.getDefinitions)
        expect(failed.reason).toMatchObject({ _tag: "RateLimited", retryAfter: Duration.hours(3) })
        expect(failed.message).toContain("3h")
        expect(server.calls).toHaveLength(1)
      })
    )

    it.live("lets a write through again after 429, because a refusal is definite", () =>
      attack(function* (server, license) {
        server.next(error(429))
        yield* license.updateAssignments(change)
        expect(server.calls).toHaveLength(2)
      })
    )

    it.live("delays many calls after one 429, and they continue spread out", () =>
      attack({ random: "real" }, function* (server, license) {
        server.next(error(429, {}, { "retry-after": "1" }))
        const first = yield* Effect.forkChild(license.getDefinitions)
        yield* server.arrived(1)
        yield* Effect.sleep("100 millis")
        yield* Effect.forEach(Array.from({ length: 50 }), () => license.getDefinitions, { concurrency: "unbounded" })
        yield* Fiber.join(first)
        const [refused, ...others] = server.calls.map((request) => request.atMillis)
        expect(others).toHaveLength(51)
        expect(Math.min(...others) - refused!).toBeGreaterThan(950)
        expect(Math.max(...others) - Math.min(...others)).toBeGreaterThan(40)
      })
    )
  })

  describe("of the login", () => {
    it.live("answers 429 once, and the token is requested again", () =>
      attack(function* (server, license) {
        server.nextLogin(error(429))
        yield* license.getDefinitions
        expect(server.logins).toHaveLength(2)
        expect(server.calls).toHaveLength(1)
      })
    )

    it.live("answers 429 for ever, and the call gives up after five waits, not after five times five", () =>
      attack(function* (server, license) {
        server.alwaysLogin(error(429))
        const failed = yield* failure(license.getDefinitions)
        expect(failed).toMatchObject({ operation: "authenticate", attempts: 6, reason: { _tag: "RateLimited" } })
        expect(server.logins).toHaveLength(6)
        expect(server.calls).toHaveLength(0)
      })
    )

    it.live("answers 429 for three hours, and the call fails at once", () =>
      attack(function* (server, license) {
        server.alwaysLogin(error(429, {}, { "retry-after": "10800" }))
        const failed = yield* failure(license.getDefinitions)
        expect(failed.reason).toMatchObject({ _tag: "RateLimited", retryAfter: Duration.hours(3) })
        expect(server.logins).toHaveLength(1)
      })
    )
  })

  describe("in headers", () => {
    it.live.each<readonly [label: string, headers: Headers]>([
      ["one is missing", { "inin-ratelimit-allowed": "2", "inin-ratelimit-count": "2" }],
      ["they are not numbers", window("two", "two", "sixty")],
      ["they are empty", window("", "", "")],
      ["they are negative", window("-2", "2", "60")],
      ["the limit is 0", window("0", "0", "60")],
      ["they are fractions", window("2.0", "2.0", "60.0")],
      ["reset is a time of day", window("2", "2", "1790000000")],
      ["reset is a time of day in milliseconds", window("2", "2", "1790000000000")],
      ["they have too many digits", window("9".repeat(400), "9".repeat(400), "9".repeat(400))],
      ["they are sent twice", { ...window("2", "2", "60"), "inin-ratelimit-reset": ["60", "60"] }]
    ])("changes nothing when %s", ([, headers]) =>
      attack(function* (server, license) {
        server.always((response, socket, request) => json(goodBody(request), { headers })(response, socket, request))
        const [millis] = yield* timed(
          Effect.forEach([1, 2, 3, 4], () => license.getDefinitions, { concurrency: 1, discard: true })
        )
        expect(millis).toBeLessThan(2_000)
        expect(server.calls).toHaveLength(4)
      })
    )

    it.live("delays the next call when the count exceeds the limit", () =>
      attack(function* (server, license) {
        server.next(json([], { headers: window("10", "11", "1") }))
        yield* license.getDefinitions
        const [millis] = yield* timed(license.getDefinitions)
        expect(millis).toBeGreaterThan(900)
        expect(millis).toBeLessThan(3_000)
      })
    )

    it.live("does not delay when the window closes now", () =>
      attack(function* (server, license) {
        server.next(json([], { headers: window("10", "10", "0") }))
        yield* license.getDefinitions
        const [millis] = yield* timed(license.getDefinitions)
        expect(millis).toBeLessThan(900)
      })
    )

    it.live("can change during a run", () =>
      attack(function* (server, license) {
        server.next(
          json([], { headers: window("300", "1", "60") }),
          json([], { headers: window("2", "2", "1") }),
          json([], { headers: window("300", "1", "60") })
        )
        server.always(good)
        const [millis] = yield* timed(
          Effect.forEach([1, 2, 3, 4, 5], () => license.getDefinitions, { concurrency: 1, discard: true })
        )
        const at = server.calls.map((request) => request.atMillis)
        expect(at[2]! - at[1]!).toBeGreaterThan(900)
        expect(millis).toBeLessThan(4_000)
      })
    )
  })
})
