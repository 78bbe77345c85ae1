/**
 * The rate limit, and the one owner of 429: spends the budget, and when the server
 * says 429 all the same, closes the gate and sends again.
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

/** 429s of one call that are waited out, in whichever of its attempts. */
export const maxWaits = 5

/** A 429 of this call, and not of its login, which has waited already. */
const isWaitable = (error: GenesysError, call: Call) =>
  error.reason._tag === "RateLimited" && error.operation === call.operation && !Delay.isTooLong(error.retryAfter)

/** Lets requests through at the rate of the server, and repeats those that it answers with 429. */
export const apply = (
  send: Send,
  { budget, gate }: { readonly budget: Budget.Budget; readonly gate: Gate.Gate }
): Send => {
  const closeGate = Effect.fnUntraced(function* (error: GenesysError, call: Call) {
    const { retryAfter } = error
    // "Now" is no answer to "when": it would be asked again at once.
    const isTold = retryAfter !== undefined && !Duration.isZero(retryAfter)
    const wait = isTold ? retryAfter : yield* Delay.backoff(call.rateLimited)
    call.rateLimited += 1
    // Also for a call that does not wait itself: all others must.
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
    // Closed by another call, and for longer than this one has.
    return Effect.fail(new GenesysError({ operation: call.operation, reason: new RateLimited({ retryAfter }) }))
  }
}
