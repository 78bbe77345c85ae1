/**
 * Checks a bearer token and its rate limit.
 */
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { OAuth, type Session } from "../oauth/OAuth.ts"
import * as RateWindow from "../oauth/RateWindow.ts"
import * as AnswerHeaders from "./AnswerHeaders.ts"
import * as ErrorResponse from "./ErrorResponse.ts"

/** Counts a request of a token. Returns the session of the token, or the answer that refuses the request. */
export const make = Effect.gen(function* () {
  const oauth = yield* OAuth
  const rateWindow = yield* RateWindow.RateWindow

  return Effect.fnUntraced(function* (
    credential: Redacted.Redacted
  ): Effect.fn.Return<Session | HttpServerResponse.HttpServerResponse> {
    const token = Redacted.value(credential)
    if (token === "") return yield* ErrorResponse.authenticationRequired
    const session = Option.getOrUndefined(yield* oauth.session(token))
    if (session === undefined) return yield* ErrorResponse.badCredentials

    const admission = yield* rateWindow.take(token, session.client.rateLimit)
    if (admission._tag === "Refused") return yield* ErrorResponse.tooManyRequests(admission.retryAfter)
    yield* AnswerHeaders.add(RateWindow.headers(admission))
    return session
  })
})
