/**
 * Sends the token, and replaces it once when the API refuses it.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as Redacted from "effect/Redacted"
import type { AccessToken } from "./AccessToken.ts"
import { GenesysError, Unauthorized } from "../../errors/GenesysError.ts"
import { elapsedMillis } from "../call/Deadlines.ts"
import type { Send } from "../call/Call.ts"

/** A token that is refused at this age, in milliseconds, may be too new: not every server knows it yet. */
const young = 5_000
/** Then the request is repeated when its token is this old. */
const settled = 1_000
/** Between two logins whose tokens are refused although they are new. */
const pause = 30_000

/** A new token does not help where the address is what is refused. */
const isAboutToken = (error: GenesysError): boolean =>
  error.reason._tag === "Unauthorized" && error.reason.body?.code !== "ip.not.authorized"

/** Requests carry the current token. */
export const apply = (send: Send, tokens: AccessToken["Service"]): Send => {
  /** The token in use, and since when, in {@link elapsedMillis}. */
  let current: { readonly token: Redacted.Redacted; readonly since: number } | undefined
  /** The last one that took the place of a refused one, and the last one that was not refused. */
  let replacement: Redacted.Redacted | undefined
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

    /** A new token was refused like the one before it: no other is fetched before the pause is over. */
    const giveUp = (error: GenesysError, token: Redacted.Redacted) => {
      const body = "body" in error.reason ? error.reason.body : undefined
      const retryAfter = Duration.seconds(Math.max(1, Math.ceil((pause - age(token)) / 1_000)))
      const reason = new Unauthorized({ ...(body !== undefined && { body }), retryAfter })
      return Effect.fail(new GenesysError({ operation: call.operation, reason }))
    }

    const replay = (token: Redacted.Redacted, isHasty: boolean) => {
      replacement = token
      const again = sendWith(token, (error) => giveUp(error, token))
      const wait = isHasty ? settled - age(token) : 0
      return wait > 0 && wait < call.endsAt - now() ? Effect.delay(again, wait) : again
    }

    return Effect.flatMap(take, (token) =>
      sendWith(token, (error) => {
        if (token === replacement && token !== accepted && age(token) < pause) return giveUp(error, token)
        const isHasty = age(token) < young
        return Effect.flatMap(tokens.drop(token), (another) =>
          another ? Effect.flatMap(take, (token) => replay(token, isHasty)) : Effect.fail(error)
        )
      })
    )
  }
}
