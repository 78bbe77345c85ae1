import { lifetime, usable } from "@genesys-license/client/AccessToken"
import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { late, ok, reply } from "../../answers.ts"
import { failureOf, withAnswers } from "../../clients.ts"
import { configured, living, tokenWith, borne } from "./tokens.ts"

describe("AccessToken", () => {
  it.each([
    [86_400, 86_400],
    [300, 300],
    [1, 1],
    [0.5, 0.5],
    ["3600", 3_600],
    [" 60 ", 60],
    [172_800, 172_800],
    [172_801, 172_800],
    [1e12, 172_800],
    [0, 300],
    [-1, 300],
    ["0", 300],
    ["", 300],
    [" ", 300],
    ["soon", 300],
    [undefined, 300],
    [null, 300],
    [true, 300],
    [[60], 300],
    [{}, 300],
    [Number.NaN, 300],
    [Number.POSITIVE_INFINITY, 300],
    ["Infinity", 300]
  ])("takes expires_in %j for a lifetime of %s seconds", (expiresIn, seconds) => {
    expect(Duration.toSeconds(lifetime(expiresIn))).toBe(seconds)
  })

  it.each([
    [86_400, 86_100],
    [3_600, 3_300],
    [3_000, 2_700],
    [2_999, 2_699.1],
    [300, 270],
    [60, 54],
    [1, 0.9]
  ])("uses one that lives for %i seconds for %s", (seconds, used) => {
    expect(Duration.toSeconds(usable(Duration.seconds(seconds)))).toBeCloseTo(used, 6)
  })

  it("is used for less than it lives, and for longer than nothing, whatever it says", () => {
    fc.assert(
      fc.property(fc.anything(), (expiresIn) => {
        const life = lifetime(expiresIn)
        const used = Duration.toMillis(usable(life))
        expect(used).toBeGreaterThanOrEqual(0)
        expect(used).toBeLessThanOrEqual(Duration.toMillis(life))
        expect(Duration.toHours(life)).toBeLessThanOrEqual(48)
      }),
      { seed: 20_260_723 }
    )
  })

  describe("is fetched", () => {
    it.effect("once for 100 cold calls", () =>
      withAnswers({ token: [late("1 second")] }, function* (license, server) {
        yield* Effect.all(
          Array.from({ length: 100 }, () => license.getDefinitions),
          { concurrency: "unbounded" }
        )
        expect(server.token).toHaveLength(1)
        expect(server.api).toHaveLength(100)
        expect(new Set(server.times)).toEqual(new Set([1_000]))
      })
    )

    it.effect.each([
      [86_400, [0, 86_100]],
      [3_600, [0, 3_300]],
      [300, [0, 270]]
    ] as const)("again before it expires: one for %i seconds at %j", ([expiresIn, seconds]) =>
      withAnswers({ emulator: living(expiresIn) }, function* (license, server) {
        yield* license.getDefinitions
        yield* Effect.sleep(`${seconds[1] * 1_000 - 1} millis`)
        yield* license.getDefinitions
        expect(server.token).toHaveLength(1)
        yield* Effect.sleep("1 millis")
        yield* license.getDefinitions
        expect(server.token.map(({ at }) => at / 1_000)).toEqual(seconds)
        expect(borne(server)).toEqual([1, 1, 2])
      })
    )

    it.effect("once for its own call when it lives for a millisecond, and does not loop", () =>
      withAnswers({ emulator: living(0.001) }, function* (license, server) {
        yield* license.getDefinitions
        yield* license.getDefinitions
        expect(server.token.length).toBeLessThanOrEqual(2)
        expect(server.api).toHaveLength(2)
      })
    )

    it.effect.each([undefined, null, 0, -1, "a day", {}])("for five minutes when expires_in is %j", (expiresIn) =>
      withAnswers({ token: [tokenWith("expires_in", expiresIn)] }, function* (license, server) {
        yield* license.getDefinitions
        yield* Effect.sleep("269 seconds")
        yield* license.getDefinitions
        expect(server.token).toHaveLength(1)
        yield* Effect.sleep("1 second")
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
      })
    )

    it.effect("again by the next call when it could not be had", () =>
      withAnswers({ token: [reply(400), ok], retries: 0 }, function* (license, server) {
        yield* failureOf(license.getDefinitions)
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
      })
    )

    it.effect("once for all who wait for one that cannot be had", () =>
      withAnswers(
        { token: [late("1 second")], emulator: configured({ secret: "another" }) },
        function* (license, server) {
          const all = Array.from({ length: 20 }, () => Effect.exit(license.getDefinitions))
          const exits = yield* Effect.all(all, { concurrency: "unbounded" })
          expect(exits.every(Exit.isFailure)).toBe(true)
          expect(server.token).toHaveLength(1)
          expect(server.api).toHaveLength(0)
        }
      )
    )
  })

  describe("that a waiter no longer waits for", () => {
    it.effect.each(Array.from({ length: 40 }, (_, seed) => seed))(
      "is fetched once for the others: interleaving %i",
      (seed) =>
        withAnswers({ token: [late("50 millis")] }, (license, server) =>
          Effect.gen(function* () {
            const size = 8
            const fibers = yield* Effect.forEach(Array.from({ length: size }), () =>
              Effect.flatMap(Random.nextIntBetween(0, 40), (millis) =>
                Effect.forkChild(Effect.delay(license.getDefinitions, millis))
              )
            )
            const survivors = yield* Effect.forEach(fibers, (fiber, index) =>
              Effect.gen(function* () {
                const leaves = index < size - 1 && (yield* Random.nextBoolean)
                const after = yield* Random.nextIntBetween(0, 60)
                if (leaves) yield* Effect.forkChild(Effect.delay(Fiber.interrupt(fiber), after))
                return leaves ? [] : [fiber]
              })
            )
            for (const fiber of survivors.flat()) expect(yield* Fiber.join(fiber)).toEqual([])
            // Those who come after everybody has left may have to ask again; nobody asks while another does.
            const asked = server.token.filter(({ aborted }) => !aborted)
            expect(asked).toHaveLength(1)
          }).pipe(Random.withSeed(seed))
        )
    )
  })

  describe("when the clock", () => {
    it.effect("is an hour off, is used as long as it says it lives", () =>
      withAnswers({ emulator: living(3_600) }, function* (license, server) {
        yield* TestClock.setTime(-3_600_000)
        yield* server.clock.advance(Duration.hours(1))
        yield* license.getDefinitions
        yield* Effect.sleep("54 minutes")
        yield* license.getDefinitions
        expect(server.token).toHaveLength(1)
        yield* Effect.sleep("1 minute")
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
        expect(borne(server)).toEqual([1, 1, 2])
      })
    )

    it.effect("jumps back, is kept until the API refuses it, and then replaced", () =>
      withAnswers({ emulator: living(3_600) }, function* (license, server) {
        yield* TestClock.setTime(10_000_000)
        yield* license.getDefinitions
        yield* TestClock.setTime(0)
        // That of the server goes on.
        yield* server.clock.advance(Duration.millis(10_000_000))
        yield* license.getDefinitions
        expect(server.token).toHaveLength(1)
        yield* server.clock.advance(Duration.hours(1))
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
        expect(borne(server)).toEqual([1, 1, 1, 2])
      })
    )

    it.effect("was asleep past the end, is replaced before anything is asked", () =>
      withAnswers({ emulator: living(3_600) }, function* (license, server) {
        yield* license.getDefinitions
        yield* TestClock.setTime(100_000_000)
        yield* license.getDefinitions
        expect(borne(server)).toEqual([1, 2])
      })
    )
  })
})
