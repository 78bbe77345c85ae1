import { LicenseService } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import { definitions } from "@genesys-license/emulator/organization/Catalog"
import type { Fault } from "@genesys-license/emulator/faults/Fault"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import { error, late, limited, ok, withHeaders } from "../../answers.ts"
import { always, failureOf, type Options, type Server, serviceOf, withAnswers, withEmulator } from "../../clients.ts"

/** The right answer, with nothing said about the window. */
const untold: ReadonlyArray<Fault> = [
  { type: "headers", remove: ["inin-ratelimit-allowed", "inin-ratelimit-count", "inin-ratelimit-reset"] }
]
/** With this said about it. */
const told = (allowed: string, count: string, reset: string) =>
  withHeaders({ "inin-ratelimit-allowed": allowed, "inin-ratelimit-count": count, "inin-ratelimit-reset": reset })

const calls = <A, E, R>(count: number, concurrency: number, call: Effect.Effect<A, E, R>) =>
  Effect.forEach(Array.from({ length: count }), () => call, { concurrency, discard: true })

/** The requests that were answered with 429. */
const refusals = ({ journal }: Server) =>
  Effect.map(journal.requests, (requests) => requests.filter(({ status }) => status === 429))

describe("RateLimit", () => {
  describe("after a 429", () => {
    it.effect.each([
      ["0", "backs off instead", 250],
      ["1", "waits for it", 1_000],
      ["5", "waits for it", 5_000],
      ["180", "waits for it", 180_000],
      ["Thu, 01 Jan 1970 00:00:30 GMT", "waits until then", 30_000],
      ["Wed, 31 Dec 1969 00:00:00 GMT", "backs off instead", 250],
      ["-5", "backs off instead", 250],
      ["1.5", "backs off instead", 250],
      ["NaN", "backs off instead", 250],
      ["", "backs off instead", 250],
      ["5, 10", "backs off instead", 250],
      ["1e3", "backs off instead", 250]
    ] as const)("with Retry-After %j %s, and asks again after %i ms", ([after, , millis]) =>
      withAnswers({ api: [limited(after), ok] }, function* (license, server) {
        yield* license.getDefinitions
        // The spread is a tenth of the wait, at most a second; here half of that.
        expect(server.times).toEqual([0, millis + Math.min(1_000, millis / 10) / 2])
      })
    )

    it.effect("never asks before the time that it was given", () =>
      withAnswers({ api: [limited("5"), ok] }, function* (license, server) {
        yield* license.getDefinitions.pipe(always(0))
        expect(server.times).toEqual([0, 5_000])
      })
    )

    it.effect.each(["181", "10800", "1784808000000"])("with Retry-After %s fails at once", (after) =>
      withAnswers({ api: [limited(after)] }, function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error).toMatchObject({ reason: { _tag: "RateLimited" }, attempts: 1 })
        expect(Duration.toSeconds(error.retryAfter!)).toBe(Number(after))
        expect(server.times).toEqual([0])
        expect(yield* Clock.currentTimeMillis).toBe(0)
      })
    )

    it.effect.each([
      ["with Retry-After", "1"],
      ["without", undefined]
    ] as const)("for ever, %s, sends 6 requests and fails", ([, after]) =>
      withAnswers({ api: [limited(after)] }, function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error).toMatchObject({ reason: { _tag: "RateLimited" }, attempts: 6 })
        expect(error.isRetryable).toBe(true)
        expect(server.times).toHaveLength(6)
      })
    )

    it.effect("is waited out five times a call, whatever else goes wrong in between", () =>
      withAnswers(
        {
          api: [
            limited("1"),
            limited("1"),
            error(503),
            limited("1"),
            limited("1"),
            error(503),
            limited("1"),
            limited("1")
          ]
        },
        function* (license, server) {
          const failed = yield* failureOf(license.getDefinitions)
          expect(failed).toMatchObject({ reason: { _tag: "RateLimited" }, attempts: 8 })
          expect(server.times).toHaveLength(8)
        }
      )
    )

    it.effect("without the header backs off: longer each time", () =>
      withAnswers({ api: [limited()] }, function* (license, server) {
        yield* failureOf(license.getDefinitions).pipe(always(0.5))
        // Half of 0.5, 1, 2, 4 and 8 seconds, and half of the spread over a tenth.
        const waits = [250, 500, 1_000, 2_000, 4_000].map((wait) => wait + Math.min(1_000, wait / 10) / 2)
        const gaps = server.times.slice(1).map((at, index) => at - server.times[index]!)
        gaps.forEach((gap, index) => expect(gap).toBeCloseTo(waits[index]!, 6))
      })
    )

    it.effect("repeats a write, as it was refused", () =>
      withAnswers(
        { api: [limited(2), ok], emulator: { users: [{ id: "u", licenses: [] }], definitions } },
        function* (license, server) {
          yield* license.updateAssignments([{ licenseId: "cloudCX2", userIdsAdd: ["u"], userIdsRemove: [] }])
          expect(server.api.map(({ method }) => method)).toEqual(["POST", "POST"])
          expect(server.times).toEqual([0, 2_100])
          expect(yield* server.organization.users).toEqual([{ id: "u", licenses: ["cloudCX2"] }])
        }
      )
    )

    it.effect("lets 50 fibers wait, loses none, and lets them go spread out", () =>
      withAnswers(
        { api: [late("10 millis", untold)], emulator: { rateLimit: { requests: 51, window: "5 seconds" } } },
        function* (license, server) {
          // One more than may.
          const first = yield* Effect.forkChild(calls(52, 52, license.getDefinitions))
          yield* Effect.sleep("1 second")
          yield* calls(50, 50, license.getDefinitions).pipe(Random.withSeed("a crowd"))
          yield* Fiber.join(first)
          expect(server.times).toHaveLength(52 + 51)
          expect(yield* refusals(server)).toHaveLength(1)
          const after = server.times.slice(52)
          // The gate opens 5 seconds after the answer of the 429.
          expect(Math.min(...after)).toBeGreaterThanOrEqual(5_010)
          expect(Math.max(...after)).toBeLessThanOrEqual(5_010 + 500)
          expect(new Set(after.map((at) => Math.floor(at / 10))).size).toBeGreaterThan(20)
        }
      )
    )

    it.effect("closes the gate for those who are refused together only once", () =>
      withAnswers(
        { api: [late("10 millis", untold)], emulator: { rateLimit: { requests: 50, window: "5 seconds" } } },
        function* (license, server) {
          yield* calls(100, 100, license.getDefinitions).pipe(Random.withSeed("a crowd"))
          expect(yield* refusals(server)).toHaveLength(50)
          expect(server.times).toHaveLength(150)
          expect(Math.min(...server.times.slice(100))).toBeGreaterThanOrEqual(5_010)
          expect(Math.max(...server.times)).toBeLessThanOrEqual(5_010 + 500)
        }
      )
    )

    it.effect("of the login waits as well, and is the login's own", () =>
      withAnswers({ token: [limited("5"), ok] }, function* (license, server) {
        yield* license.getDefinitions
        expect(server.token.map(({ at }) => at)).toEqual([0, 5_250])
        expect(server.times).toEqual([5_250])
      })
    )

    it.effect("of the login for ever sends 6 requests, and none to the API", () =>
      withAnswers({ token: [limited("1")] }, function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error).toMatchObject({ operation: "authenticate", reason: { _tag: "RateLimited" }, attempts: 6 })
        expect(server.token).toHaveLength(6)
        expect(server.api).toHaveLength(0)
      })
    )
  })

  describe("by the window", () => {
    const twoInAMinute = { rateLimit: { requests: 2, window: "1 minute" } } as const

    it.effect("waits when what is used and what is on its way are all there is", () =>
      withAnswers({ api: [ok, late("10 seconds"), ok], emulator: twoInAMinute }, function* (license, server) {
        yield* license.getDefinitions
        yield* calls(2, 2, license.getDefinitions)
        // The count of requests is as exact: its window is half a hundredth longer, and began with the first of them.
        expect(server.times.slice(0, 2)).toEqual([0, 0])
        expect(Math.round(server.times[2]! / 100)).toBe(603)
      })
    )

    it.effect("is not stopped by a count above what is allowed, nor by a rest of 0 seconds", () =>
      withAnswers({ api: [told("5", "9", "3"), told("5", "9", "0"), ok] }, function* (license, server) {
        yield* calls(3, 1, license.getDefinitions)
        expect(server.times).toEqual([0, 3_000, 3_000])
      })
    )

    it.effect("learns nothing from a rest that is a time of day", () =>
      withAnswers({ api: [told("5", "5", "1784808000")] }, function* (license, server) {
        yield* calls(10, 1, license.getDefinitions)
        expect(server.times).toEqual(Array.from({ length: 10 }, () => 0))
      })
    )

    it.effect("is 300 in 60 seconds when no header says otherwise", () =>
      withAnswers({ api: [untold], callTimeout: "1 hour" }, function* (license, server) {
        yield* calls(900, 50, license.getDefinitions)
        expect(server.times).toEqual([
          ...Array.from({ length: 300 }, () => 0),
          ...Array.from({ length: 300 }, () => 60_300),
          ...Array.from({ length: 300 }, () => 120_600)
        ])
      })
    )

    it.effect("is as configured when no header says otherwise", () =>
      withAnswers(
        {
          api: [untold],
          emulator: { rateLimit: { requests: 2, window: "1 second" } },
          rateLimit: { limit: 2, window: "1 second" }
        },
        function* (license, server) {
          yield* calls(7, 7, license.getDefinitions)
          expect(server.times).toEqual([0, 0, 1_005, 1_005, 2_010, 2_010, 3_015])
        }
      )
    )
  })

  describe("uses the whole budget and meets no 429", () => {
    /** Five full windows of the emulator; `ideal` is the time in which the server would have let them all through. */
    const fiveWindows = (run: {
      readonly requests: number
      readonly seconds: number
      readonly concurrency: number
      readonly distance: Effect.Effect<Duration.Input>
      readonly client?: Options
    }) =>
      withEmulator(
        {
          emulator: { users: 1, rateLimit: { requests: run.requests, window: `${run.seconds} seconds` } },
          client: { callTimeout: "1 hour", ...run.client },
          distance: run.distance
        },
        function* (license, server) {
          yield* calls(5 * run.requests, run.concurrency, license.inferFromRoles([]))
          expect(yield* refusals(server)).toHaveLength(0)
          const all = (yield* server.journal.requests).filter(({ operation }) => operation !== "token")
          expect(all).toHaveLength(5 * run.requests)
          // When the last window begins: what comes after it is the caller's own speed.
          return all[4 * run.requests]!.at - all[0]!.at
        }
      )

    const near = Effect.succeed("10 millis" as const)
    const slow = Effect.succeed("150 millis" as const)
    /** Requests and answers overtake each other. */
    const uneven = Random.nextIntBetween(5, 60)
    const configured: Options = { rateLimit: { limit: 300, window: "6 seconds" } }

    it.effect.each([
      ["300 in 6 s, one at a time", { requests: 300, seconds: 6, concurrency: 1, distance: near }],
      ["300 in 6 s, 4 at a time", { requests: 300, seconds: 6, concurrency: 4, distance: near }],
      ["300 in 6 s, 50 at a time", { requests: 300, seconds: 6, concurrency: 50, distance: near }],
      ["300 in 6 s, 1,000 at a time", { requests: 300, seconds: 6, concurrency: 1_000, distance: near }],
      [
        "300 in 6 s and known, one at a time",
        { requests: 300, seconds: 6, concurrency: 1, distance: near, client: configured }
      ],
      [
        "300 in 6 s and known, 4 at a time",
        { requests: 300, seconds: 6, concurrency: 4, distance: near, client: configured }
      ],
      [
        "300 in 6 s and known, 50 at a time",
        { requests: 300, seconds: 6, concurrency: 50, distance: near, client: configured }
      ],
      ["300 in 6 s, uneven, 8 at a time", { requests: 300, seconds: 6, concurrency: 8, distance: uneven }],
      ["300 in 6 s, uneven, 50 at a time", { requests: 300, seconds: 6, concurrency: 50, distance: uneven }],
      ["300 in 60 s, one at a time", { requests: 300, seconds: 60, concurrency: 1, distance: near }],
      ["300 in 60 s, 4 at a time", { requests: 300, seconds: 60, concurrency: 4, distance: near }],
      ["300 in 60 s, 50 at a time", { requests: 300, seconds: 60, concurrency: 50, distance: near }],
      ["300 in 60 s, slow, 50 at a time", { requests: 300, seconds: 60, concurrency: 50, distance: slow }],
      ["180 in 60 s, one at a time", { requests: 180, seconds: 60, concurrency: 1, distance: near }],
      ["180 in 60 s, 4 at a time", { requests: 180, seconds: 60, concurrency: 4, distance: near }],
      ["180 in 60 s, 50 at a time", { requests: 180, seconds: 60, concurrency: 50, distance: near }],
      ["600 in 60 s, 50 at a time", { requests: 600, seconds: 60, concurrency: 50, distance: near }]
    ] as const)("%s: at 97 percent or more of what the server allows", ([, run]) =>
      Effect.gen(function* () {
        const took = yield* fiveWindows(run)
        const ideal = 4 * run.seconds * 1_000
        expect(ideal / took).toBeGreaterThanOrEqual(0.97)
        expect(ideal / took).toBeLessThanOrEqual(1.000_1)
      })
    )

    it.effect("when somebody else has opened the window and used a part of it", () =>
      withEmulator({ emulator: { users: 1 }, distance: Effect.succeed("10 millis") }, function* (_, server) {
        const accessToken = yield* server.oauth.issue()
        const client = LicenseService.layer({
          region: "us-east-1",
          credentials: { _tag: "AccessToken", accessToken }
        })
        const other = yield* serviceOf(LicenseService, client)
        yield* calls(200, 50, other.inferFromRoles([]))
        yield* Effect.sleep("30 seconds")
        yield* server.journal.clear
        const joiner = yield* serviceOf(LicenseService, client)
        yield* calls(700, 4, joiner.inferFromRoles([]))
        const seen = yield* server.journal.requests
        expect(yield* refusals(server)).toHaveLength(0)
        const began = seen[0]!.at
        // 100 are left of the first window, then come whole ones.
        const inWindow = (from: number, to: number) =>
          seen.filter(({ at }) => at - began >= from && at - began < to).length
        expect([inWindow(0, 29_000), inWindow(29_000, 85_000), inWindow(85_000, 200_000)]).toEqual([100, 300, 300])
        expect(seen[400]!.at - began).toBeLessThanOrEqual(30_000 + 60_000 * 1.03)
      })
    )

    it.effect.each([
      ["rises", 100, 300],
      ["falls", 300, 100]
    ] as const)("when what is allowed %s in mid-run from %i to %i", ([, before, after]) =>
      withEmulator(
        {
          emulator: { users: 1, rateLimit: { requests: before, window: "6 seconds" } },
          client: { callTimeout: "1 hour" },
          distance: near
        },
        function* (license, server) {
          const change = server.rateWindow.configure({ requests: after, window: "6 seconds" })
          yield* Effect.forkChild(Effect.delay(change, "12 seconds"))
          yield* calls(2 * before + 3 * after, 10, license.inferFromRoles([]))
          expect(yield* refusals(server)).toHaveLength(0)
          expect(server.times).toHaveLength(2 * before + 3 * after)
          expect(server.times.at(-1)).toBeLessThanOrEqual((4 * 6_000) / 0.97 + 6_000)
          expect(server.times[2 * before + 2 * after]).toBeLessThanOrEqual((4 * 6_000) / 0.97)
          expect(server.times[2 * before + 2 * after]).toBeGreaterThanOrEqual(4 * 6_000)
        }
      )
    )
  })
})
