import { ConnectionFailed, ServerError, Timeout } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as RetryQuota from "../../../../packages/client/src/transport/retry/RetryQuota.ts"

const failed = new ServerError({ status: 503 })
const broke = new ConnectionFailed({ phase: "exchange", host: "h" })
const late = new Timeout({ scope: "attempt", after: Duration.seconds(30) })

const emptied = () => {
  const quota = RetryQuota.make()
  while (quota.take(failed) !== undefined);
  return quota
}

describe("RetryQuota", () => {
  it("has 500, of which a retry costs 5 and one after a time-out 10", () => {
    const quota = RetryQuota.make()
    expect(quota.available).toBe(500)
    expect(quota.take(failed)).toBe(5)
    expect(quota.take(broke)).toBe(5)
    expect(quota.take(late)).toBe(10)
    expect(quota.available).toBe(480)
  })

  it("pays for 100 retries, or for 50 after time-outs, and no more", () => {
    for (const [reason, retries] of [
      [failed, 100],
      [late, 50]
    ] as const) {
      const quota = RetryQuota.make()
      for (let retry = 0; retry < retries; retry++) expect(quota.take(reason)).toBeDefined()
      expect(quota.take(reason)).toBeUndefined()
      expect(quota.available).toBe(0)
    }
  })

  it("refuses what is too dear, and leaves the rest", () => {
    const quota = emptied()
    quota.refill(9)
    expect(quota.take(late)).toBeUndefined()
    expect(quota.available).toBe(9)
    expect(quota.take(failed)).toBe(5)
  })

  it("gets back what the retry cost that helped", () => {
    const quota = emptied()
    quota.refill(10)
    expect(quota.available).toBe(10)
  })

  it("gets 1 back from a call that needed no retry", () => {
    const quota = emptied()
    for (let call = 0; call < 5; call++) quota.refill(0)
    expect(quota.available).toBe(5)
    expect(quota.take(failed)).toBe(5)
  })

  it("never has more than 500", () => {
    const quota = RetryQuota.make()
    quota.refill(10)
    expect(quota.available).toBe(500)
  })
})
