/**
 * The pipe that every request goes through, innermost first:
 *
 * 1. base URL and headers
 * 2. `Attempt`: the whole answer under the body cap; non-2xx becomes a reason
 * 3. `Timeout`: per attempt, headers and body
 * 4. `Bearer`: the token, replaced once on 401
 * 5. `RateLimit`: the budget; sole owner of 429
 * 6. `Timeout`: all of these within the time of the call
 * 7. `Retry`: what may be repeated, never 429
 * 8. `Breaker`: if the options have a `circuitBreaker`
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
 * Both transports of a client: to the API, and to the login. Their requests are counted by
 * `limiter`, if there is one, and otherwise by themselves.
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
  // One quota for both: a login that fails is part of the same storm.
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
    const retried = Retry.apply(Timeout.perCall(limited, deadlines), { quota })
    return breaker === undefined ? retried : Breaker.apply(retried, { breaker, key })
  }

  const redaction = Redaction.make()
  const keyOf = yield* BudgetKey.make(cloud.credentials)
  // The limit that is set is that of a token; the login counts otherwise.
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
