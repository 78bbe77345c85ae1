/**
 * Keeps the rate limit, and alone handles 429. It waits for the budget before each request. If
 * the server still answers 429, it closes the gate and sends the request again.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { GenesysError, RateLimited } from "../../errors/GenesysError.ts"
import * as Metrics from "../call/Metrics.ts"
import type * as Budget from "./Budget.ts"
import { type Call, type Send, logged } from "../call/Call.ts"
import * as Delay from "../retry/Delay.ts"
import type * as Gate from "./Gate.ts"
import * as Timeout from "../call/Timeout.ts"

/** How many 429 responses of one call are waited for, over all its attempts. */
export const maxWaits = 5

/** Whether to wait: it is a 429 of this call, and not of its login, which has already waited itself. */
const isWaitable = (error: GenesysError, call: Call) =>
  error.reason._tag === "RateLimited" && error.operation === call.operation && !Delay.isTooLong(error.retryAfter)

/** Sends requests within the rate limit, and sends those again that get a 429. */
export const apply = (
  send: Send,
  { budget, gate }: { readonly budget: Budget.Budget; readonly gate: Gate.Gate }
): Send => {
  const closeGate = Effect.fnUntraced(function* (error: GenesysError, call: Call) {
    const { retryAfter } = error
    // A `retry-after` of 0 is ignored: it would cause another 429 at once.
    const hasWait = retryAfter !== undefined && !Duration.isZero(retryAfter)
    const wait = hasWait ? retryAfter : yield* Delay.backoff(call.rateLimited)
    call.rateLimited += 1
    // Even if this call gives up, all other calls must wait.
    yield* gate.close(wait)
    Metrics.count(Metrics.rateLimited, call)
    yield* Effect.annotateLogs(Effect.logDebug("Waiting for the rate limit"), logged(call, error))
    return call.rateLimited <= maxWaits && Timeout.isTimeFor(wait, call)
  })
  return (request, call) => {
    const spend = budget.spend(
      Effect.suspend(() => send(request, call)),
      call
    )
    const attempt: ReturnType<Send> = Effect.catchIf(
      spend,
      (error) => isWaitable(error, call),
      (error) => Effect.flatMap(closeGate(error, call), (waits) => (waits ? attempt : Effect.fail(error)))
    )
    const left = gate.leftMillis(call.clock.currentTimeMillisUnsafe())
    const retryAfter = Duration.millis(left)
    if (left === 0 || Timeout.isTimeFor(retryAfter, call)) return attempt
    // Another call closed the gate for longer than this call has time.
    return Effect.fail(new GenesysError({ operation: call.operation, reason: new RateLimited({ retryAfter }) }))
  }
}
