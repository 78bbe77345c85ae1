/**
 * Stops retry storms: a client that mostly fails runs out of retries, one that
 * mostly succeeds never does.
 *
 * A token bucket, with the capacity and prices that the AWS SDKs settled on.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
import type { Reason } from "../../errors/GenesysError.ts"

export const capacity = 500
/** The price of a retry, and that of one after a time-out, which costs the server more. */
export const price = { retry: 5, timeout: 10 }
/** What a call that needed no retry gives back. */
export const reward = 1

export interface RetryQuota {
  readonly available: number
  /** Pays for a retry and tells the price; nothing when there is not enough left. */
  readonly take: (reason: Reason) => number | undefined
  /** Gives back what the retry that helped had cost, or the reward of a call that needed none. */
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
