/**
 * The counters of the client. Their only attribute is the name of the operation.
 */
import * as Metric from "effect/Metric"
import type { Call } from "./Call.ts"

/** A counter with a series for each operation. */
export interface Counter {
  readonly id: string
  readonly of: (operation: string) => Metric.Counter<number>
}

/** Adds to a counter, for the operation of a call. */
export const count = (counter: Counter, { context, operation }: Pick<Call, "context" | "operation">, by = 1): void =>
  counter.of(operation).updateUnsafe(by, context)

const counter = (id: string, description: string): Counter => {
  const series = new Map<string, Metric.Counter<number>>()
  return {
    id,
    of: (operation) => {
      const known = series.get(operation)
      if (known !== undefined) return known
      const made = Metric.counter(id, { description, incremental: true, attributes: { operation } })
      series.set(operation, made)
      return made
    }
  }
}

/** Requests sent to the API and to the login, including retries. */
export const requests = counter("genesys_cloud_requests_total", "Requests sent")
/** Retries after a failure other than 429. */
export const retries = counter("genesys_cloud_retries_total", "Requests retried after a failure")
/** Responses with status 429. */
export const rateLimited = counter("genesys_cloud_rate_limited_total", "Responses with status 429")
/** Waits for the budget of requests, which prevent a 429. */
export const waits = counter("genesys_cloud_rate_limit_waits_total", "Waits for the rate limit")
/** Logins that returned a token. */
export const tokens = counter("genesys_cloud_token_fetches_total", "Access tokens fetched")
/** Entities on the pages of lists, such as users. */
export const entities = counter("genesys_cloud_entities_total", "Entities read from pages")
