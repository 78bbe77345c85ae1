/**
 * The journal of requests, for the assertions of tests. It contains no secrets: no headers, and
 * bodies of operations only, never of a login.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Expectation from "./Expectation.ts"
import type { Entry } from "./JournalEntry.ts"

/** The size of the journal. */
export interface JournalOptions {
  /** The maximum number of requests. A full journal drops the oldest request. Default: 10,000. */
  readonly journalCapacity?: number | undefined
}

/** The requests to login and API. Calls of control routes and refused requests of web pages are not recorded. */
export class Journal extends Context.Service<
  Journal,
  {
    /** The requests in the order of their answers. */
    readonly requests: Effect.Effect<ReadonlyArray<Entry>>
    /** Number of requests that were dropped because the journal was full. */
    readonly dropped: Effect.Effect<number>
    /** The requests that match. Fails if their number is not the expected one. */
    readonly verify: (
      expectation: Expectation.Expectation
    ) => Effect.Effect<ReadonlyArray<Entry>, Expectation.ExpectationFailed>
    /** Adds a request. A full journal drops the oldest request. */
    readonly record: (entry: Entry) => Effect.Effect<void>
    /** Removes all requests, and sets `dropped` to 0. */
    readonly clear: Effect.Effect<void>
  }
>()("@genesys-license/emulator/Journal") {
  /** An empty journal. */
  static readonly make = ({ journalCapacity: capacity = 10_000 }: JournalOptions = {}): Effect.Effect<
    Journal["Service"]
  > =>
    Effect.sync(() => {
      let ring: Array<Entry> = []
      let oldest = 0
      let dropped = 0

      const requests = Effect.sync(() => [...ring.slice(oldest), ...ring.slice(0, oldest)])

      return Journal.of({
        requests,
        dropped: Effect.sync(() => dropped),
        verify: (expectation) =>
          Effect.flatMap(requests, (requests) => Expectation.verify(expectation, requests, dropped)),
        record: (entry) =>
          Effect.sync(() => {
            if (ring.length < capacity) {
              ring.push(entry)
              return
            }
            dropped += 1
            if (capacity > 0) {
              ring[oldest] = entry
              oldest = (oldest + 1) % capacity
            }
          }),
        clear: Effect.sync(() => {
          ring = []
          oldest = 0
          dropped = 0
        })
      })
    })

  /** {@link make} as a layer. */
  static readonly layer = (options?: JournalOptions): Layer.Layer<Journal> =>
    Layer.effect(Journal, Journal.make(options))
}
