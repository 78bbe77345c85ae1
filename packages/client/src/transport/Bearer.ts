/**
 * Sends the token, and replaces it once when the API refuses it.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { AccessToken } from "../AccessToken.ts"
import type { LicenseError } from "../LicenseError.ts"
import { Call } from "./Call.ts"

/** A new token does not help where the address is what is refused. */
const isAboutToken = (error: LicenseError): boolean =>
  error.reason._tag === "Unauthorized" && error.reason.body?.code !== "ip.not.authorized"

/** A client whose requests carry the current token. */
export const apply = (
  self: HttpClient.HttpClient.With<LicenseError, Call>,
  tokens: AccessToken["Service"]
): HttpClient.HttpClient.With<LicenseError, Call> =>
  HttpClient.makeWith(
    Effect.flatMap((request) =>
      Effect.gen(function* () {
        const call = yield* Call
        const token = yield* tokens.get
        call.secrets.add(token)
        return yield* self.execute(HttpClientRequest.bearerToken(request, token)).pipe(
          Effect.catchIf(isAboutToken, (refused) =>
            Effect.gen(function* () {
              if (!(yield* tokens.drop(token))) return yield* refused
              const next = yield* tokens.get
              call.secrets.add(next)
              return yield* self.execute(HttpClientRequest.bearerToken(request, next))
            })
          )
        )
      })
    ),
    Effect.succeed<HttpClientRequest.HttpClientRequest>
  )
