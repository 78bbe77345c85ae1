/**
 * Sends the token, and replaces it once when the API refuses it.
 */
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as Redacted from "effect/Redacted"
import type { AccessToken } from "./AccessToken.ts"
import type { GenesysError } from "../errors/GenesysError.ts"
import type { Send } from "./Send.ts"

/** A new token does not help where the address is what is refused. */
const isAboutToken = (error: GenesysError): boolean =>
  error.reason._tag === "Unauthorized" && error.reason.body?.code !== "ip.not.authorized"

/** Requests carry the current token. */
export const apply =
  (send: Send, tokens: AccessToken["Service"]): Send =>
  (request, call) => {
    const sendWith = (token: Redacted.Redacted) => {
      call.redaction.note(token)
      return send(HttpClientRequest.bearerToken(request, token), call)
    }
    return Effect.flatMap(tokens.get, (token) =>
      Effect.catchIf(sendWith(token), isAboutToken, (refused) =>
        Effect.flatMap(tokens.drop(token), (another) =>
          another ? Effect.flatMap(tokens.get, sendWith) : Effect.fail(refused)
        )
      )
    )
  }
