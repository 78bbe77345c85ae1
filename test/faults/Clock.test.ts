import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { failure, overEachClient, timed } from "../support/Attack.ts"
import * as AwakeClock from "../support/AwakeClock.ts"
import { error, json, token } from "../support/HostileServer.ts"

const hour = 3_600_000

/** The clock of the machine with an offset in milliseconds. Delays stay the same. */
const setWrong = (clock: { offset: number }) => (real: Clock.Clock) => ({
  sleep: (duration: any) => real.sleep(duration),
  currentTimeMillisUnsafe: () => real.currentTimeMillisUnsafe() + clock.offset,
  currentTimeMillis: Effect.sync(() => real.currentTimeMillisUnsafe() + clock.offset),
  currentTimeNanosUnsafe: () => real.currentTimeNanosUnsafe(),
  currentTimeNanos: real.currentTimeNanos,
  monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
  monotonicTimeNanos: real.monotonicTimeNanos
})

const withClock =
  (clock: { offset: number }) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Clock.clockWith((real) => Effect.provideService(effect, Clock.Clock, setWrong(clock)(real) as Clock.Clock))

overEachClient("A clock", (attack) => {
  it.live.each([
    ["an hour ahead", hour],
    ["an hour behind", -hour],
    ["in the year 1970", -Date.now()]
  ] as const)("%s changes nothing", ([, offset]) =>
    attack(function* (server, license) {
      const wrong = withClock({ offset })
      server.next(error(503), error(429, {}, { "retry-after": "1" }))
      const [millis] = yield* wrong(timed(license.getDefinitions))
      yield* wrong(license.getDefinitions)
      expect(server.logins).toHaveLength(1)
      expect(server.calls).toHaveLength(4)
      expect(millis).toBeLessThan(3_000)
    })
  )

  it.live.each([
    ["ahead of", hour],
    ["behind", -hour]
  ] as const)("an hour %s the server's reads a Retry-After date, with a typed error or a success soon", ([, offset]) =>
    attack(function* (server, license) {
      const clock = withClock({ offset })
      server.always((response, socket, request) =>
        error(429, {}, { "retry-after": new Date(AwakeClock.currentTimeMillis() + 2_000).toUTCString() })(
          response,
          socket,
          request
        )
      )
      const failed = yield* clock(failure(license.getDefinitions))
      expect(failed.reason._tag).toBe("RateLimited")
      expect(server.calls.length).toBeLessThanOrEqual(6)
    })
  )

  it.live("that jumps past the expiry of the token, as after sleep, gets a new token before the call", () =>
    attack(function* (server, license) {
      const clock = { offset: 0 }
      server.alwaysLogin(token("the-token", { expires_in: 3_600 }))
      yield* withClock(clock)(license.getDefinitions)
      clock.offset = 2 * hour
      yield* withClock(clock)(license.getDefinitions)
      expect(server.logins).toHaveLength(2)
      expect(server.calls).toHaveLength(2)
    })
  )

  describe("that jumps back an hour", () => {
    it.live("keeps a token too long, and replaces it after a 401", () =>
      attack(function* (server, license) {
        const clock = { offset: 0 }
        yield* withClock(clock)(license.getDefinitions)
        clock.offset = -hour
        server.next(error(401))
        yield* withClock(clock)(license.getDefinitions)
        expect(server.logins).toHaveLength(2)
      })
    )

    it.live("does not wait an hour after a 429", () =>
      attack({ callTimeout: "4 seconds" }, function* (server, license) {
        const clock = { offset: 0 }
        server.next(error(429, {}, { "retry-after": "1" }))
        const call = yield* Effect.forkChild(withClock(clock)(license.getDefinitions))
        yield* server.arrived(1)
        yield* Effect.sleep("200 millis")
        clock.offset = -hour
        yield* Fiber.join(call)
        expect(server.calls).toHaveLength(2)
      })
    )

    it.live("does not wait an hour for a used up rate window", () =>
      attack({ callTimeout: "4 seconds" }, function* (server, license) {
        const clock = { offset: 0 }
        const used = { "inin-ratelimit-allowed": "5", "inin-ratelimit-count": "5", "inin-ratelimit-reset": "1" }
        server.next(json([], { headers: used }))
        yield* withClock(clock)(license.getDefinitions)
        clock.offset = -hour
        yield* withClock(clock)(license.getDefinitions)
        expect(server.calls).toHaveLength(2)
      })
    )

    it.live("does not wait an hour for the client's rate limit", () =>
      attack({ callTimeout: "4 seconds", rateLimit: { limit: 2, window: "1 second" } }, function* (server, license) {
        const clock = { offset: 0 }
        yield* withClock(clock)(license.getDefinitions)
        yield* withClock(clock)(license.getDefinitions)
        clock.offset = -hour
        yield* withClock(clock)(license.getDefinitions)
        expect(server.calls).toHaveLength(3)
      })
    )
  })
})
