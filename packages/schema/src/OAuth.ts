/**
 * `POST /oauth/token` of `https://login.{domain}`: the grants and the answers.
 *
 * Requests are form-encoded; client id and secret travel in a Basic header, or as
 * `client_id` and `client_secret` in the form.
 */
import * as Schema from "effect/Schema"
import { optional } from "./Lenient.ts"

const secret = Schema.RedactedFromValue(Schema.String)

/** The service's own identity. */
export const ClientCredentialsGrant = Schema.Struct({
  grant_type: Schema.Literal("client_credentials")
})

/** A user's consent; `code_verifier` and `client_id` instead of a secret make it PKCE. */
export const AuthorizationCodeGrant = Schema.Struct({
  grant_type: Schema.Literal("authorization_code"),
  code: secret,
  redirect_uri: Schema.String,
  code_verifier: Schema.optionalKey(secret)
})

/** Renews a user's token. The refresh token rotates: each answer carries the next one. */
export const RefreshTokenGrant = Schema.Struct({
  grant_type: Schema.Literal("refresh_token"),
  refresh_token: secret
})

/** An assertion of the organization's identity provider. */
export const Saml2BearerGrant = Schema.Struct({
  grant_type: Schema.Literal("urn:ietf:params:oauth:grant-type:saml2-bearer"),
  orgName: Schema.String,
  assertion: secret
})

/** The grants that the token endpoint takes. */
export const TokenRequest = Schema.Union([
  ClientCredentialsGrant,
  AuthorizationCodeGrant,
  RefreshTokenGrant,
  Saml2BearerGrant
])
export type TokenRequest = (typeof TokenRequest)["Type"]

/**
 * A token. `expires_in` is seconds, 86400 unless the OAuth client says otherwise
 * (300 to 172800); it is read as unknown, because a token with a strange lifetime
 * is still a token. `refresh_token` comes with the grants of a user only.
 */
export const TokenResponse = Schema.Struct({
  access_token: secret,
  token_type: optional(Schema.String),
  expires_in: Schema.optionalKey(Schema.Unknown),
  refresh_token: optional(secret)
}).annotate({ identifier: "TokenResponse" })
export interface TokenResponse extends Schema.Schema.Type<typeof TokenResponse> {}

/** The token endpoint's own error; not an `ErrorBody`. `error` is `invalid_client` for bad credentials. */
export const TokenError = Schema.Struct({
  error: Schema.String,
  description: optional(Schema.String),
  error_description: optional(Schema.String)
}).annotate({ identifier: "TokenError" })
export interface TokenError extends Schema.Schema.Type<typeof TokenError> {}
