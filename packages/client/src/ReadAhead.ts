/**
 * Several requests on their way, whose answers are taken one by one.
 *
 * What `Stream.mapEffect` does, without a queue between those who ask and the one who
 * takes: for a page of users that is a good part of what the page costs.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

export interface ReadAhead<Query, Answer> {
  /**
   * The next answer, and what it answers; `undefined` when nothing is asked any more.
   * First as many queries as may be are on their way.
   */
  readonly take: Effect.Effect<readonly [Query, Answer] | undefined>
  /** Gives up all that are on their way. */
  readonly clear: Effect.Effect<void>
}

export interface Options<Query, Answer> {
  /** The next query; `undefined` while there is none. */
  readonly ask: () => Query | undefined
  readonly answer: (query: Query) => Effect.Effect<Answer>
  /** At the same time, at most. A single one is answered by whoever takes. */
  readonly concurrency: number
  /** Answers in the order of their queries, or as they arrive. */
  readonly order: "list" | "arrival"
}

export const make = <Query, Answer>(options: Options<Query, Answer>): ReadAhead<Query, Answer> => {
  const { answer, ask, concurrency, order } = options
  if (concurrency === 1) {
    const take = Effect.suspend(() => {
      const query = ask()
      return query === undefined ? Effect.undefined : Effect.map(answer(query), (it) => [query, it] as const)
    })
    return { take, clear: Effect.void }
  }

  const onTheirWay: Array<{ readonly query: Query; readonly fiber: Fiber.Fiber<Answer> }> = []
  const send = (query: Query) =>
    Effect.forkDetach(answer(query), { startImmediately: true }).pipe(
      Effect.map((fiber) => void onTheirWay.push({ query, fiber })),
      Effect.uninterruptible
    )
  const anyArrived = Effect.callback<void>((resume) => {
    const observed = onTheirWay.map(({ fiber }) => fiber.addObserver(() => resume(Effect.void)))
    return Effect.sync(() => observed.forEach((remove) => remove()))
  })
  /** What is taken next, once it has arrived. */
  const arrived = Effect.suspend(() =>
    order === "list"
      ? Effect.as(Fiber.await(onTheirWay[0]!.fiber), 0)
      : Effect.map(anyArrived, () => onTheirWay.findIndex(({ fiber }) => fiber.pollUnsafe() !== undefined))
  )

  const take: ReadAhead<Query, Answer>["take"] = Effect.suspend(() => {
    const query = onTheirWay.length < concurrency ? ask() : undefined
    if (query !== undefined) return Effect.andThen(send(query), take)
    if (onTheirWay.length === 0) return Effect.undefined
    return Effect.flatMap(arrived, (place) => {
      const [{ fiber, query }] = onTheirWay.splice(place, 1) as [(typeof onTheirWay)[number]]
      return Effect.map(Fiber.join(fiber), (it) => [query, it] as const)
    })
  })
  const clear = Effect.suspend(() => Fiber.interruptAll(onTheirWay.splice(0).map(({ fiber }) => fiber)))
  return { take, clear }
}
