import { describe, expect, it } from "@effect/vitest"
import { FleetRun } from "@genesys-license/admin"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"

const ids = (count: number) => Array.from({ length: count }, (_, n) => `org-${n}`)

describe("work for many organizations", () => {
  it.effect("tells how each ended, in order, whatever the others do", () =>
    Effect.gen(function* () {
      const heard: Array<string> = []
      const running = yield* Effect.forkChild(
        FleetRun.run(
          ["good", "refused", "hangs", "dies", "slow"],
          (id): Effect.Effect<string, string> => {
            switch (id) {
              case "refused":
                return Effect.fail("401")
              case "hangs":
                return Effect.never
              case "dies":
                return Effect.die(new Error("a mistake"))
              case "slow":
                return Effect.as(Effect.sleep("10 minutes"), id)
              default:
                return Effect.succeed(id)
            }
          },
          { onEnded: (id, { _tag }) => Effect.sync(() => void heard.push(`${id} ${_tag}`)) }
        )
      )
      yield* TestClock.adjust("1 second")
      expect(heard).toEqual(["good Succeeded", "refused Failed", "dies Died"])
      yield* TestClock.adjust("14 minutes")
      expect(heard.at(-1)).toBe("slow Succeeded")
      yield* TestClock.adjust("1 minute")
      expect(yield* Fiber.join(running)).toMatchObject([
        { _tag: "Succeeded", value: "good" },
        { _tag: "Failed", error: "401" },
        { _tag: "TimedOut" },
        { _tag: "Died" },
        { _tag: "Succeeded", value: "slow" }
      ])
    })
  )

  it.effect("goes on in the other places while one organization hangs, and never in more places than it may", () =>
    Effect.gen(function* () {
      let now = 0
      let most = 0
      const done: Array<string> = []
      const running = yield* Effect.forkChild(
        FleetRun.run(
          ids(30),
          (id) =>
            Effect.suspend(() => {
              now += 1
              most = Math.max(most, now)
              return id === "org-0" ? Effect.never : Effect.sleep("1 second")
            }).pipe(Effect.ensuring(Effect.sync(() => void (now -= 1)))),
          { concurrency: 3, timeout: "1 hour", onEnded: (id) => Effect.sync(() => void done.push(id)) }
        )
      )
      yield* TestClock.adjust("15 seconds")
      expect(done).toEqual(ids(30).slice(1))
      expect(most).toBe(3)
      yield* TestClock.adjust("1 hour")
      expect(done.at(-1)).toBe("org-0")
      yield* Fiber.join(running)
    })
  )

  it.effect("builds a layer anew for each, also one that was built around all of them", () =>
    Effect.gen(function* () {
      class Token extends Context.Service<Token, number>()("test/Token") {}
      let built = 0
      const layer = Layer.sync(Token, () => (built += 1))
      const ended = yield* FleetRun.run(ids(4), () => Effect.provide(Token, layer)).pipe(
        Effect.provide(Layer.effectDiscard(Token).pipe(Layer.provideMerge(layer)))
      )
      expect(ended.map((one) => one._tag === "Succeeded" && one.value)).toEqual([2, 3, 4, 5])
    })
  )

  it.effect("ends when what became of an organization cannot be written down", () =>
    Effect.gen(function* () {
      let began = 0
      const error = yield* Effect.flip(
        FleetRun.run(ids(10), () => Effect.sync(() => (began += 1)), {
          concurrency: 1,
          onEnded: () => Effect.fail("the disk is full")
        })
      )
      expect({ error, began }).toEqual({ error: "the disk is full", began: 1 })
    })
  )
})
