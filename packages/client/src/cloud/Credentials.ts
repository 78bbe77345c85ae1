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
  /** The id of the OAuth client. */
  readonly clientId: string
  /** The secret of the OAuth client. */
  readonly clientSecret: Redacted.Redacted
}

/**
 * A user's consent. The code works once; from then on the refresh token of each
 * answer gets the next one.
 */
export interface AuthorizationCode {
  readonly _tag: "AuthorizationCode"
  /** The id of the OAuth client. */
  readonly clientId: string
  /** The secret of the OAuth client. */
  readonly clientSecret: Redacted.Redacted
  /** The code that the log-in gave to the redirect URI. */
  readonly code: Redacted.Redacted
  /** The redirect URI of the log-in that gave the code, character by character. */
  readonly redirectUri: string
}

/** A user's consent to a client that has no secret; the verifier proves that it is the same client. */
export interface Pkce {
  readonly _tag: "Pkce"
  /** The id of the OAuth client. */
  readonly clientId: string
  /** The code that the log-in gave to the redirect URI. */
  readonly code: Redacted.Redacted
  /** The verifier whose challenge the log-in was begun with. */
  readonly codeVerifier: Redacted.Redacted
  /** The redirect URI of the log-in that gave the code, character by character. */
  readonly redirectUri: string
}

/** A refresh token from an earlier session. It rotates: see `AccessToken.refreshToken` for the current one. */
export interface RefreshToken {
  readonly _tag: "RefreshToken"
  /** The id of the OAuth client. */
  readonly clientId: string
  /** Absent for a client that has none (PKCE). */
  readonly clientSecret?: Redacted.Redacted
  /** The latest refresh token: each one works once. */
  readonly refreshToken: Redacted.Redacted
}

/** An assertion of the organization's identity provider. */
export interface Saml2Bearer {
  readonly _tag: "Saml2Bearer"
  /** The id of the OAuth client. */
  readonly clientId: string
  /** The secret of the OAuth client. */
  readonly clientSecret: Redacted.Redacted
  /** The short name of the organization. */
  readonly orgName: string
  /** The assertion, in base64, as the identity provider gives it. */
  readonly assertion: Redacted.Redacted
}

/** A token from elsewhere. It is never replaced: when the API refuses it, the call fails. */
export interface AccessToken {
  readonly _tag: "AccessToken"
  /** The token, without `Bearer`. */
  readonly accessToken: Redacted.Redacted
}

/** One of the grants, or a token. */
export type Credentials = ClientCredentials | AuthorizationCode | Pkce | RefreshToken | Saml2Bearer | AccessToken
