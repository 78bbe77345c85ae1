import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as AwakeClock from "../support/AwakeClock.ts"
import * as HostileServer from "../support/HostileServer.ts"

/** Blocks the whole process, as on a busy machine. */
const standStill = Effect.sync(() => {
  for (const until = performance.now() + 300; performance.now() < until;);
})

describe("The clock of tests with sockets", () => {
  it.live("does not count the time in which the process is blocked", () =>
    Effect.gen(function* () {
      const [time, day] = [AwakeClock.elapsedMillis(), yield* Clock.currentTimeMillis]
      yield* standStill
      yield* Effect.sleep("1 millis")
      expect(AwakeClock.elapsedMillis() - time).toBeLessThan(150)
      expect((yield* Clock.currentTimeMillis) - day).toBeLessThan(150)
    }).pipe(AwakeClock.provide)
  )

  it.live("delivers an answer before a timeout that was due while the process was blocked", () =>
    Effect.gen(function* () {
      const server = yield* HostileServer.make()
      const answer = Effect.promise(() => fetch(server.url).then(({ status }) => status))
      const answered = Effect.timeoutOption(Effect.andThen(Effect.andThen(Effect.yieldNow, standStill), answer), 200)
      expect(yield* answered).toMatchObject({ value: 200 })
    }).pipe(Effect.scoped, AwakeClock.provide)
  )

  it.live("wakes the shorter sleep first, and no interrupted one", () =>
    Effect.gen(function* () {
      const woken: Array<number> = []
      const sleeper = (millis: number) =>
        Effect.tap(
          Effect.sleep(millis),
          Effect.sync(() => woken.push(millis))
        )
      const interrupted = yield* Effect.forkChild(sleeper(50), { startImmediately: true })
      yield* Fiber.interrupt(interrupted)
      yield* Effect.forEach([60, 20, 40], sleeper, { concurrency: "unbounded" })
      expect(woken).toEqual([20, 40, 60])
    }).pipe(AwakeClock.provide)
  )
})
