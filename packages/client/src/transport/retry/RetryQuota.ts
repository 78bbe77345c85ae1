/**
 * Prevents retry storms: a client whose requests mostly fail runs out of retries; a client whose
 * requests mostly succeed never does.
 *
 * It is a token bucket with the capacity and prices of the AWS SDKs.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
import type { Reason } from "../../errors/GenesysError.ts"

/** The retry tokens of a new client, and its maximum. */
export const capacity = 500
/** The price of a retry in tokens. A retry after a timeout costs more, because it costs the server more. */
export const price = { retry: 5, timeout: 10 }
/** How many tokens a call without a retry adds. */
export const reward = 1

/** The retry tokens of one client. */
export interface RetryQuota {
  /** How many tokens are left. */
  readonly available: number
  /** Takes the tokens for a retry, and returns their number. `undefined` if too few are left. */
  readonly take: (reason: Reason) => number | undefined
  /** Call this after a success. Returns the price of the last retry, or adds the {@link reward} if there was none. */
  readonly refill: (paid: number) => void
}

export const make = (): RetryQuota => {
  let available = capacity
  return {
    get available() {
      return available
    },
    take: (reason) => {
      const cost = reason._tag === "Timeout" ? price.timeout : price.retry
      if (available < cost) return undefined
      available -= cost
      return cost
    },
    refill: (paid) => {
      available = Math.min(capacity, available + Math.max(paid, reward))
    }
  }
}
