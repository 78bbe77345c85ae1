import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { failure, overEachClient, timed } from "../support/Attack.ts"
import * as AwakeClock from "../support/AwakeClock.ts"
import { error } from "../support/HostileServer.ts"

const inSeconds = (seconds: number) => new Date(AwakeClock.currentTimeMillis() + seconds * 1000).toUTCString()

/** Values that RFC 9110 does not allow. The client ignores them. */
const nonsense: ReadonlyArray<readonly [label: string, value: string | ReadonlyArray<string>]> = [
  ["a negative number", "-5"],
  ["a fraction", "1.5"],
  ["not a number", "NaN"],
  ["an empty value", ""],
  ["a list", "5, 10"],
  ["an exponent", "1e3"],
  ["a hexadecimal number", "0x10"],
  ["a number with a unit", "5s"],
  ["infinity", "Infinity"],
  ["a word", "soon"],
  ["a date without a time zone", "2099-01-01T00:00:00"],
  ["two headers", ["5", "10"]]
]

overEachClient("Retry-After", (attack) => {
  describe.each([
    ["429", 429, 6],
    ["503", 503, 4]
  ] as const)("of a %s", (_, status, attempts) => {
    it.live.each(nonsense)("is ignored when it is %s", ([, value]) =>
      attack(function* (server, license) {
        server.always(error(status, {}, { "retry-after": value }))
        const [millis, failed] = yield* timed(failure(license.getDefinitions))
        expect(failed.retryAfter).toBeUndefined()
        expect(server.calls).toHaveLength(attempts)
        expect(millis).toBeLessThan(2_000)
      })
    )

    it.live("causes no wait and no loop when it is 0", () =>
      attack(function* (server, license) {
        server.always(error(status, {}, { "retry-after": "0" }))
        const failed = yield* failure(license.getDefinitions)
        expect(Duration.toMillis(failed.retryAfter!)).toBe(0)
        expect(server.calls).toHaveLength(attempts)
      })
    )

    it.live("causes no wait and no loop when it is a date in the past", () =>
      attack(function* (server, license) {
        server.always(error(status, {}, { "retry-after": inSeconds(-3_600) }))
        const failed = yield* failure(license.getDefinitions)
        expect(Duration.toMillis(failed.retryAfter!)).toBe(0)
        expect(server.calls).toHaveLength(attempts)
      })
    )

    it.live("is respected as seconds", () =>
      attack(function* (server, license) {
        server.next(error(status, {}, { "retry-after": "1" }))
        yield* license.getDefinitions
        const [first, second] = server.calls
        expect(second!.atMillis - first!.atMillis).toBeGreaterThan(950)
      })
    )

    it.live("is respected as a date", () =>
      attack(function* (server, license) {
        server.next(error(status, {}, { "retry-after": inSeconds(2) }))
        yield* license.getDefinitions
        const [first, second] = server.calls
        // A date has no milliseconds.
        expect(second!.atMillis - first!.atMillis).toBeGreaterThan(900)
      })
    )

    it.live.each<readonly [label: string, value: string]>([
      ["three hours", "10800"],
      ["just over three minutes", "181"],
      ["thirteen digits", "9999999999999"],
      ["a date in three hours", inSeconds(10_800)],
      ["a date in a thousand years", "Fri, 01 Jan 3027 00:00:00 GMT"]
    ])("of %s fails at once", ([, value]) =>
      attack(function* (server, license) {
        server.always(error(status, {}, { "retry-after": value }))
        const [millis, failed] = yield* timed(failure(license.getDefinitions))
        expect(failed.reason._tag).toBe(status === 429 ? "RateLimited" : "ServerError")
        expect(Duration.toMillis(failed.retryAfter!)).toBeGreaterThan(180_000)
        expect(server.calls).toHaveLength(1)
        expect(millis).toBeLessThan(1_000)
      })
    )

    it.live("of exactly three minutes fails at once with a shorter call timeout", () =>
      attack({ callTimeout: "200 millis" }, function* (server, license) {
        server.always(error(status, {}, { "retry-after": "180" }))
        const failed = yield* failure(license.getDefinitions)
        expect(failed.reason).toMatchObject({ _tag: status === 429 ? "RateLimited" : "ServerError" })
        expect(Duration.toSeconds(failed.retryAfter!)).toBe(180)
        expect(server.calls).toHaveLength(1)
      })
    )
  })
})
