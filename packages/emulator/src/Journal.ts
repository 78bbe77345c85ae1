/**
 * What was asked of the emulator and how it answered, for tests to assert on.
 * Nothing of it is secret: no header, no body.
 */
import type { OperationName } from "@genesys-license/schema/LicenseApi"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** One request. */
export interface Entry {
  /** When it arrived, in milliseconds of the `Clock`. */
  readonly at: number
  readonly method: string
  /** As sent, with any prefix and without the query. */
  readonly path: string
  readonly query: { readonly [name: string]: string }
  /** `token` is `POST /oauth/token`; absent where there is no such route. */
  readonly operation: OperationName | "token" | undefined
  /** Absent when the caller went away before the answer. */
  readonly status: number | undefined
  readonly correlationId: string
}

export interface JournalOptions {
  /** How many requests are kept; older ones are dropped. Default: 10,000. */
  readonly journalCapacity?: number | undefined
}

export class Journal extends Context.Service<
  Journal,
  {
    /** The requests in the order in which they were answered. */
    readonly requests: Effect.Effect<ReadonlyArray<Entry>>
    readonly record: (entry: Entry) => Effect.Effect<void>
    readonly clear: Effect.Effect<void>
  }
>()("@genesys-license/emulator/Journal") {
  static readonly make = ({ journalCapacity: capacity = 10_000 }: JournalOptions = {}): Effect.Effect<
    Journal["Service"]
  > =>
    Effect.sync(() => {
      let ring: Array<Entry> = []
      let oldest = 0

      return Journal.of({
        requests: Effect.sync(() => [...ring.slice(oldest), ...ring.slice(0, oldest)]),
        record: (entry) =>
          Effect.sync(() => {
            if (ring.length < capacity) {
              ring.push(entry)
            } else if (capacity > 0) {
              ring[oldest] = entry
              oldest = (oldest + 1) % capacity
            }
          }),
        clear: Effect.sync(() => {
          ring = []
          oldest = 0
        })
      })
    })

  static readonly layer = (options?: JournalOptions): Layer.Layer<Journal> =>
    Layer.effect(Journal, Journal.make(options))
}
