/**
 * Who asks: the grants of `POST /oauth/token`, or a token that somebody else got.
 *
 * Secrets are `Redacted` from the first byte.
 *
 * @see https://developer.genesys.cloud/authorization/platform-auth/
 */
import type * as Redacted from "effect/Redacted"

/** The usual grant of a service: the OAuth client's own roles apply. */
export interface ClientCredentials {
  readonly _tag: "ClientCredentials"
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
}

/**
 * A user's consent. The code works once; from then on the refresh token of each
 * answer gets the next one.
 */
export interface AuthorizationCode {
  readonly _tag: "AuthorizationCode"
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
  readonly code: Redacted.Redacted
  readonly redirectUri: string
}

/** A user's consent to a client that has no secret; the verifier proves that it is the same client. */
export interface Pkce {
  readonly _tag: "Pkce"
  readonly clientId: string
  readonly code: Redacted.Redacted
  readonly codeVerifier: Redacted.Redacted
  readonly redirectUri: string
}

/** A refresh token from an earlier session. It rotates: see `AccessToken.refreshToken` for the current one. */
export interface RefreshToken {
  readonly _tag: "RefreshToken"
  readonly clientId: string
  /** Absent for a client that has none (PKCE). */
  readonly clientSecret?: Redacted.Redacted
  readonly refreshToken: Redacted.Redacted
}

/** An assertion of the organization's identity provider. */
export interface Saml2Bearer {
  readonly _tag: "Saml2Bearer"
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
  readonly orgName: string
  readonly assertion: Redacted.Redacted
}

/** A token from elsewhere. It is never replaced: when the API refuses it, the call fails. */
export interface AccessToken {
  readonly _tag: "AccessToken"
  readonly accessToken: Redacted.Redacted
}

export type Credentials = ClientCredentials | AuthorizationCode | Pkce | RefreshToken | Saml2Bearer | AccessToken
