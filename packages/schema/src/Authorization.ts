/**
 * The bearer token that every operation requires, as a security scheme of the
 * contract. A server implements it as middleware; the client sends the token from
 * its own transport, where a rejected one can be replaced.
 */
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"

/** The bearer token of an operation, as middleware. */
export class Authorization extends HttpApiMiddleware.Service<Authorization>()("@genesys-license/schema/Authorization", {
  security: { "PureCloud OAuth": HttpApiSecurity.bearer }
}) {}
