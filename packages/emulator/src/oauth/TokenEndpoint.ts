/**
 * `POST /oauth/token`: reads the form and the Basic header, and answers with JSON.
 */
import { TokenRequest } from "@genesys-license/schema/OAuth"
import type { TokenError, TokenResponse } from "@genesys-license/schema/OAuth"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"
import * as HttpRouter from "effect/http/HttpRouter"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { OAuth, Refusal } from "./OAuth.ts"

/** The paths of the endpoint. The SDK for Ruby uses only the short one. */
export const paths = ["/oauth/token", "/token"] as const

/** Adds the routes to the router of the login. */
export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const oauth = yield* OAuth

    const answer = Effect.gen(function* () {
      const request = yield* HttpServerRequest
      const form = yield* request.urlParamsBody
      const sender = yield* senderOf(form)
      const grant = yield* oauth.exchange(yield* decode(form), sender)
      return HttpServerResponse.jsonUnsafe({
        access_token: grant.accessToken,
        token_type: "bearer",
        expires_in: grant.expiresIn,
        ...(grant.refreshToken !== undefined && { refresh_token: grant.refreshToken })
      } satisfies (typeof TokenResponse)["Encoded"])
    })

    for (const path of paths) {
      yield* router.add(
        "POST",
        path,
        Effect.catchTag(answer, "Refusal", (refusal) => Effect.succeed(refuse(refusal)))
      )
    }
  })
)

/** The Basic header has precedence over the form. */
const senderOf = (form: UrlParams.UrlParams) =>
  Effect.map(HttpApiBuilder.securityDecode(HttpApiSecurity.basic), ({ password, username }) =>
    username !== ""
      ? { clientId: username, clientSecret: password }
      : {
          clientId: Option.getOrElse(UrlParams.getFirst(form, "client_id"), () => ""),
          clientSecret: Option.getOrUndefined(Option.map(UrlParams.getFirst(form, "client_secret"), Redacted.make))
        }
  )

const grantTypes: ReadonlyArray<string> = TokenRequest.members.map(({ fields }) => fields.grant_type.literal)

const decode = (form: UrlParams.UrlParams) =>
  Schema.decodeUnknownEffect(TokenRequest)(UrlParams.toRecord(form)).pipe(
    Effect.mapError(() => {
      const grantType = Option.getOrElse(UrlParams.getFirst(form, "grant_type"), () => "")
      return grantTypes.includes(grantType)
        ? new Refusal({ status: 400, error: "invalid_request", description: `incomplete request for ${grantType}` })
        : new Refusal({ status: 400, error: "unsupported_grant_type", description: "grant type is not supported" })
    })
  )

/** The answer for a refusal, in the vendor's format for token errors, which is not an `ErrorBody`. */
export const refuse = ({ description, error, status }: Refusal) =>
  HttpServerResponse.jsonUnsafe(
    { error, description, error_description: description } satisfies (typeof TokenError)["Encoded"],
    { status }
  )
