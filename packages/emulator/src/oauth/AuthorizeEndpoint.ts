/**
 * `GET /oauth/authorize`, the page on which a user logs in. The emulator shows no page. It redirects
 * back at once with a code, as if the user had agreed.
 */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Redacted from "effect/Redacted"
import { OAuth, Refusal } from "./OAuth.ts"
import { refuse } from "./TokenEndpoint.ts"

/** Adds the route to the router of the login. */
export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const oauth = yield* OAuth

    const answer = Effect.gen(function* () {
      const { url } = yield* HttpServerRequest
      const query = new URLSearchParams(url.split("?", 2)[1])
      const clientId = query.get("client_id") ?? ""
      const redirectUri = query.get("redirect_uri") ?? ""
      // RFC 6749: no redirect for an unknown client or an invalid redirect_uri.
      if (!(yield* oauth.clients).some(({ id }) => id === clientId)) return refuse(refusal("client not found"))
      if (!URL.canParse(redirectUri)) return refuse(refusal("redirect_uri is invalid"))

      const back = new URL(redirectUri)
      const state = query.get("state")
      const codeChallenge = query.get("code_challenge") ?? undefined
      if (query.get("response_type") !== "code") {
        back.searchParams.set("error", "unsupported_response_type")
      } else if (codeChallenge !== undefined && query.get("code_challenge_method") !== "S256") {
        back.searchParams.set("error", "invalid_request")
      } else {
        back.searchParams.set("code", Redacted.value(yield* oauth.authorize({ clientId, redirectUri, codeChallenge })))
      }
      if (state !== null) back.searchParams.set("state", state)
      return HttpServerResponse.redirect(back, { status: 302 })
    })

    yield* router.add("GET", "/oauth/authorize", answer)
  })
)

const refusal = (description: string) => new Refusal({ status: 400, error: "invalid_request", description })
