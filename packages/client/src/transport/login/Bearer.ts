/**
 * Adds the access token to a request, and replaces the token once if the API rejects it.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as Redacted from "effect/Redacted"
import type { AccessToken } from "./AccessToken.ts"
import { GenesysError, Unauthorized } from "../../errors/GenesysError.ts"
import { elapsedMillis } from "../call/Deadlines.ts"
import type { Send } from "../call/Call.ts"

/** In milliseconds. A token that is rejected at a lower age may be too new: not every server knows it yet. */
const youngAge = 5_000
/** The age in milliseconds at which the request is retried with a token that replaced one that was too new. */
const settledAge = 1_000
/** The minimum time between two logins, in milliseconds, while new tokens are rejected. */
const loginPause = 30_000

/** Whether a new token may help. It does not if the IP address is not allowed. */
const isAboutToken = (error: GenesysError): boolean =>
  error.reason._tag === "Unauthorized" && error.reason.body?.code !== "ip.not.authorized"

/** Adds the current token to every request. */
export const apply = (send: Send, tokens: AccessToken["Service"]): Send => {
  /** The current token, and when it was first used, in {@link elapsedMillis}. */
  let current: { readonly token: Redacted.Redacted; readonly since: number } | undefined
  /** The last token that replaced a rejected one. */
  let replacement: Redacted.Redacted | undefined
  /** The last token that was not rejected. */
  let accepted: Redacted.Redacted | undefined

  return (request, call) => {
    const now = () => elapsedMillis(call.clock)
    const age = (token: Redacted.Redacted) =>
      current?.token === token ? now() - current.since : Number.POSITIVE_INFINITY
    const take = Effect.map(tokens.get, (token) => {
      if (current?.token !== token) current = { token, since: now() }
      return token
    })

    const sendWith = (token: Redacted.Redacted, onRefused: (error: GenesysError) => ReturnType<Send>) => {
      call.redaction.note(token)
      return Effect.matchEffect(send(HttpClientRequest.bearerToken(request, token), call), {
        onSuccess: (response) => {
          accepted = token
          return Effect.succeed(response)
        },
        onFailure: (error) => {
          if (isAboutToken(error)) return onRefused(error)
          accepted = token
          return Effect.fail(error)
        }
      })
    }

    /** A new token was rejected too. The client does not log in again before the pause is over. */
    const giveUp = (error: GenesysError, token: Redacted.Redacted) => {
      const body = "body" in error.reason ? error.reason.body : undefined
      const retryAfter = Duration.seconds(Math.max(1, Math.ceil((loginPause - age(token)) / 1_000)))
      const reason = new Unauthorized({ ...(body !== undefined && { body }), retryAfter })
      return Effect.fail(new GenesysError({ operation: call.operation, reason }))
    }

    const retryWith = (token: Redacted.Redacted, wasYoung: boolean) => {
      replacement = token
      const again = sendWith(token, (error) => giveUp(error, token))
      const wait = wasYoung ? settledAge - age(token) : 0
      return wait > 0 && wait < call.endsAt - now() ? Effect.delay(again, wait) : again
    }

    return Effect.flatMap(take, (token) =>
      sendWith(token, (error) => {
        if (token === replacement && token !== accepted && age(token) < loginPause) return giveUp(error, token)
        const wasYoung = age(token) < youngAge
        return Effect.flatMap(tokens.drop(token), (hasAnother) =>
          hasAnother ? Effect.flatMap(take, (token) => retryWith(token, wasYoung)) : Effect.fail(error)
        )
      })
    )
  }
}
