/**
 * Requests and responses of `POST https://login.{domain}/oauth/token`.
 *
 * Requests are form-encoded. The client id and secret are sent in a Basic header, or as
 * `client_id` and `client_secret` in the form.
 */
import * as Schema from "effect/Schema"
import { optional } from "./Lenient.ts"

const secret = Schema.RedactedFromValue(Schema.String)

/** Logs in as the OAuth client itself, without a user. */
export const ClientCredentialsGrant = Schema.Struct({
  grant_type: Schema.Literal("client_credentials")
})

/** Logs in as a user who gave consent in a browser. With `code_verifier` and `client_id` instead of a secret, it is PKCE. */
export const AuthorizationCodeGrant = Schema.Struct({
  grant_type: Schema.Literal("authorization_code"),
  code: secret,
  redirect_uri: Schema.String,
  code_verifier: Schema.optionalKey(secret)
})

/** Renews a user's token. A refresh token works once: each response contains the next one. */
export const RefreshTokenGrant = Schema.Struct({
  grant_type: Schema.Literal("refresh_token"),
  refresh_token: secret
})

/** Logs in as a user with a SAML assertion from the organization's identity provider. */
export const Saml2BearerGrant = Schema.Struct({
  grant_type: Schema.Literal("urn:ietf:params:oauth:grant-type:saml2-bearer"),
  orgName: Schema.String,
  assertion: secret
})

/** The grants that the token endpoint accepts. */
export const TokenRequest = Schema.Union([
  ClientCredentialsGrant,
  AuthorizationCodeGrant,
  RefreshTokenGrant,
  Saml2BearerGrant
])
export type TokenRequest = (typeof TokenRequest)["Type"]

/**
 * A token. `expires_in` is in seconds (default: 86400; an OAuth client can be set to 300
 * to 172800). Its type is unknown, because a token with an unexpected lifetime is still
 * usable. Only the grants of a user return `refresh_token`.
 */
export const TokenResponse = Schema.Struct({
  access_token: secret,
  token_type: optional(Schema.String),
  expires_in: Schema.optionalKey(Schema.Unknown),
  refresh_token: optional(secret)
}).annotate({ identifier: "TokenResponse" })
export interface TokenResponse extends Schema.Schema.Type<typeof TokenResponse> {}

/** The error of the token endpoint, which is not an `ErrorBody`. `error` is `invalid_client` for wrong credentials. */
export const TokenError = Schema.Struct({
  error: Schema.String,
  description: optional(Schema.String),
  error_description: optional(Schema.String)
}).annotate({ identifier: "TokenError" })
export interface TokenError extends Schema.Schema.Type<typeof TokenError> {}
