/**
 * Keeps several requests running, and hands out their results one by one.
 *
 * It replaces `Stream.mapEffect`, whose queue kept pages in memory until the next full garbage
 * collection: reading a million users took 110 MB more than reading a hundred thousand. Now
 * the growth is under 15 % (`pnpm bench memory`). It also saves 5 of the 270 µs that a page
 * costs (`pnpm bench pieces`).
 */
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"

export interface ReadAhead<Query, Answer, Error> {
  /**
   * Starts as many requests as allowed, and waits for the next result. Returns it with its
   * query, or `undefined` if no request is running and there is no further query.
   */
  readonly take: Effect.Effect<readonly [Query, Exit.Exit<Answer, Error>] | undefined>
  /** Interrupts all running requests. */
  readonly clear: Effect.Effect<void>
}

export interface Options<Query, Answer, Error> {
  /** Returns the next query, or `undefined` if there is none yet. */
  readonly ask: () => Query | undefined
  readonly answer: (query: Query) => Effect.Effect<Answer, Error>
  /** Maximum of requests at the same time. With 1, the request runs in the fiber that takes its result. */
  readonly concurrency: number
  /** Hand out results in the order of their queries (`list`), or as they arrive. */
  readonly order: "list" | "arrival"
}

export const make = <Query, Answer, Error>(options: Options<Query, Answer, Error>): ReadAhead<Query, Answer, Error> => {
  const { answer, ask, concurrency, order } = options
  if (concurrency === 1) {
    const take = Effect.suspend(() => {
      const query = ask()
      return query === undefined
        ? Effect.undefined
        : Effect.map(Effect.exit(answer(query)), (exit) => [query, exit] as const)
    })
    return { take, clear: Effect.void }
  }

  const running: Array<{ readonly query: Query; readonly fiber: Fiber.Fiber<Answer, Error> }> = []
  /** Waits until the next result is there. Resumes at once if it already is. */
  const nextArrives = Effect.callback<void>((resume) => {
    const awaited = order === "list" ? running.slice(0, 1) : running
    const observed = awaited.map(({ fiber }) => fiber.addObserver(() => resume(Effect.void)))
    return Effect.sync(() => observed.forEach((remove) => remove()))
  })
  const takeNext = () => {
    const place = order === "list" ? 0 : running.findIndex(({ fiber }) => fiber.pollUnsafe() !== undefined)
    const [{ fiber, query }] = running.splice(place, 1) as [(typeof running)[number]]
    return [query, fiber.pollUnsafe()!] as const
  }

  const take = Effect.withFiber<readonly [Query, Exit.Exit<Answer, Error>] | undefined>((taker) => {
    const fork = Effect.runForkWith(taker.context)
    while (running.length < concurrency) {
      const query = ask()
      if (query === undefined) break
      running.push({ query, fiber: fork(answer(query)) })
    }
    if (running.length === 0) return Effect.undefined
    return Effect.map(nextArrives, takeNext)
  })
  const clear = Effect.suspend(() => Fiber.interruptAll(running.splice(0).map(({ fiber }) => fiber)))
  return { take, clear }
}
