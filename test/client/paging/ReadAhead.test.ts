import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import * as ReadAhead from "../../../packages/client/src/paging/ReadAhead.ts"
import { elapse } from "../virtualTime.ts"

interface Query {
  readonly number: number
  /** In milliseconds. */
  readonly takes: number
  readonly fails: boolean
}

const queriesOf = fc
  .array(fc.record({ takes: fc.integer({ min: 0, max: 50 }), fails: fc.boolean() }), { maxLength: 20 })
  .map((queries) => queries.map((query, number): Query => ({ ...query, number })))

/** What was taken, when; and how many were on their way. */
interface Seen {
  readonly taken: ReadonlyArray<readonly [at: number, query: Query, exit: Exit.Exit<number, string>]>
  readonly most: number
}

const watched = (
  read: (
    answer: (query: Query) => Effect.Effect<number, string>
  ) => Stream.Stream<readonly [Query, Exit.Exit<number, string>]>
): Effect.Effect<Seen> => {
  let now = 0
  let most = 0
  const answer = ({ fails, number, takes }: Query) =>
    Effect.suspend(() => {
      most = Math.max(most, ++now)
      return Effect.sleep(takes).pipe(
        Effect.andThen(() => {
          now -= 1
          return fails ? Effect.fail(`no ${number}`) : Effect.succeed(number)
        })
      )
    })
  return read(answer).pipe(
    Stream.mapEffect(([query, exit]) => Effect.map(Clock.currentTimeMillis, (at) => [at, query, exit] as const)),
    Stream.runCollect,
    Effect.map((taken) => ({ taken, most })),
    elapse
  )
}

const plain = (queries: ReadonlyArray<Query>, concurrency: number, order: "list" | "arrival") =>
  watched((answer) =>
    Stream.fromIterable(queries).pipe(
      Stream.mapEffect((query) => Effect.map(Effect.exit(answer(query)), (exit) => [query, exit] as const), {
        concurrency,
        unordered: order === "arrival"
      })
    )
  )

const ahead = (queries: ReadonlyArray<Query>, concurrency: number, order: "list" | "arrival") =>
  watched((answer) => {
    const left = [...queries]
    const requests = ReadAhead.make({ ask: () => left.shift(), answer, concurrency, order })
    return Stream.unfold(undefined, () =>
      Effect.map(requests.take, (taken) => (taken === undefined ? undefined : [taken, undefined]))
    )
  })

describe("ReadAhead", () => {
  it.each(["list", "arrival"] as const)(
    "gives what Stream.mapEffect gives, at the same times and as many at once, in order of %s",
    (order) =>
      fc.assert(
        fc.asyncProperty(queriesOf, fc.integer({ min: 1, max: 5 }), async (queries, concurrency) => {
          const ours = await Effect.runPromise(Effect.provide(ahead(queries, concurrency, order), TestClock.layer()))
          const theirs = await Effect.runPromise(Effect.provide(plain(queries, concurrency, order), TestClock.layer()))
          expect(ours.most).toBe(theirs.most)
          // Those that arrive in the same moment may be taken in any order.
          const sorted = ({ taken }: Seen) => taken.toSorted(([a, { number: n }], [b, { number: m }]) => a - b || n - m)
          if (order === "list") expect(ours.taken).toEqual(theirs.taken)
          else expect(sorted(ours)).toEqual(sorted(theirs))
        }),
        { seed: 20_261_127, numRuns: 60 }
      )
  )
})
