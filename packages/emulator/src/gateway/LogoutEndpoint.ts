/**
 * `DELETE /api/v2/tokens/me`: logs out by revoking the token of the request.
 *
 * The vendor documents no status. Clients that check it accept only 200.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { OAuth } from "../oauth/OAuth.ts"
import * as BearerToken from "./BearerToken.ts"

export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const oauth = yield* OAuth
    const admit = yield* BearerToken.make

    const answer = Effect.gen(function* () {
      const token = yield* HttpApiBuilder.securityDecode(HttpApiSecurity.bearer)
      const session = yield* admit(token)
      if (HttpServerResponse.isHttpServerResponse(session)) return session
      yield* oauth.revoke(token)
      return HttpServerResponse.empty({ status: 200 })
    })

    yield* router.add("DELETE", "/api/v2/tokens/me", answer)
  })
)
