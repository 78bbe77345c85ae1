/**
 * What was asked of the emulator and how it answered, for tests to assert on.
 * Nothing of it is secret: no header, and a body only of an operation, never of a login.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Expectation from "./Expectation.ts"
import type { Entry } from "./JournalEntry.ts"

/** How much is remembered. */
export interface JournalOptions {
  /** How many requests are kept; older ones are dropped. Default: 10,000. */
  readonly journalCapacity?: number | undefined
}

/** The requests to login and API. Control routes, and what a browser was refused, are not among them. */
export class Journal extends Context.Service<
  Journal,
  {
    /** The requests in the order in which they were answered. */
    readonly requests: Effect.Effect<ReadonlyArray<Entry>>
    /** How many requests are no longer there, because newer ones took their place. */
    readonly dropped: Effect.Effect<number>
    /** The requests that fit, and whether they are as many as expected. */
    readonly verify: (
      expectation: Expectation.Expectation
    ) => Effect.Effect<ReadonlyArray<Entry>, Expectation.ExpectationFailed>
    /** Adds a request, which takes the place of the oldest when the journal is full. */
    readonly record: (entry: Entry) => Effect.Effect<void>
    /** Forgets all requests, and that any were dropped. */
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
