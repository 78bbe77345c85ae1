/**
 * The security scheme of the contract: every operation requires a bearer token.
 *
 * A server implements this class as middleware. The client does not: its transport
 * adds the token, because it must also replace a token that the API rejects.
 */
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"

/** Middleware that requires a bearer token. */
export class Authorization extends HttpApiMiddleware.Service<Authorization>()("@genesys-license/schema/Authorization", {
  security: { "PureCloud OAuth": HttpApiSecurity.bearer }
}) {}
