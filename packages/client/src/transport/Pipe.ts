/**
 * The order of the policies that every request passes, innermost first:
 *
 * 1. `Attempt`: sends one request and reads the complete response, up to `maxResponseBytes`; a
 *    status that is not 2xx becomes an error
 * 2. `Timeout.perAttempt`: `attemptTimeout`, for headers and body
 * 3. `Bearer`: adds the token, and replaces it once on 401
 * 4. `RateLimit`: waits for the budget, and alone handles 429
 * 5. `Timeout.perCall`: `callTimeout`
 * 6. `Retry`: retries what is safe to retry, except 429
 * 7. `Breaker`: only if the options have a `circuitBreaker`
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as HttpClient from "effect/http/HttpClient"
import type * as RateLimiter from "effect/persistence/RateLimiter"
import * as AccessToken from "./login/AccessToken.ts"
import * as CallOptions from "./call/CallOptions.ts"
import type { GenesysCloud } from "../cloud/GenesysCloud.ts"
import { InvalidConfiguration, GenesysError } from "../errors/GenesysError.ts"
import * as Bearer from "./login/Bearer.ts"
import * as Breaker from "./retry/Breaker.ts"
import * as Budget from "./limits/Budget.ts"
import * as BudgetKey from "./limits/BudgetKey.ts"
import * as Deadlines from "./call/Deadlines.ts"
import * as Attempt from "./attempt/Attempt.ts"
import * as Gate from "./limits/Gate.ts"
import * as OwnCount from "./limits/OwnCount.ts"
import * as RateLimit from "./limits/RateLimit.ts"
import * as RateWindow from "./limits/RateWindow.ts"
import * as Redaction from "./call/Redaction.ts"
import * as Retry from "./retry/Retry.ts"
import * as RetryQuota from "./retry/RetryQuota.ts"
import * as SharedCount from "./limits/SharedCount.ts"
import * as Timeout from "./call/Timeout.ts"
import type { Send } from "./call/Call.ts"

/**
 * Makes the pipes of a client: one to the API, and one to the login. `limiter` counts their
 * requests (default: each pipe counts its own).
 */
export const make = Effect.fnUntraced(function* (
  cloud: GenesysCloud["Service"],
  options: CallOptions.ClientOptions,
  limiter?: RateLimiter.RateLimiter
) {
  const problem = CallOptions.problem(options)
  if (problem !== undefined) {
    return yield* new GenesysError({ operation: "configure", reason: new InvalidConfiguration(problem) })
  }
  const { circuitBreaker: breaker, transformClient = identity } = options
  const http = transformClient(yield* HttpClient.HttpClient)
  const { maxResponseBytes = CallOptions.defaults.maxResponseBytes, rateLimit = CallOptions.defaults.rateLimit } =
    options
  // One quota for both, because a failing login usually has the same cause as failing requests.
  const quota = RetryQuota.make()
  const deadlines = yield* Deadlines.make

  const pipe = (
    base: string,
    authorize: (send: Send) => Send,
    { key, limit }: { readonly key: string; readonly limit: CallOptions.RateLimit }
  ): Send => {
    const window = RateWindow.make({
      limit: limit.limit,
      lengthMillis: Duration.toMillis(Duration.fromInputUnsafe(limit.window))
    })
    const gate = Gate.make()
    const count = limiter === undefined ? OwnCount.make(window) : SharedCount.make({ limiter, window, key, deadlines })
    const budget = Budget.make({ gate, window, count })
    const attempt = Timeout.perAttempt(Attempt.make(http, { base, maxResponseBytes, window }), deadlines)
    const limited = RateLimit.apply(authorize(attempt), { gate, budget })
    const retried = Retry.apply(Timeout.perCall(limited, deadlines), { quota, deadlines })
    return breaker === undefined ? retried : Breaker.apply(retried, { breaker, key, deadlines })
  }

  const redaction = Redaction.make()
  const keyOf = yield* BudgetKey.make(cloud.credentials)
  // The configured limit is for API requests with a token. It does not apply to the login.
  const login = pipe(cloud.loginUrl, (attempt) => attempt, {
    key: `${keyOf(cloud.loginUrl)}:login`,
    limit: CallOptions.defaults.rateLimit
  })
  const tokens = yield* AccessToken.make(cloud.credentials, login, CallOptions.resolve(options, {}), redaction)
  const send = pipe(cloud.apiUrl, (attempt) => Bearer.apply(attempt, tokens), {
    key: keyOf(cloud.apiUrl),
    limit: rateLimit
  })
  return { send, tokens, redaction }
})
