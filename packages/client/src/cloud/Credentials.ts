/**
 * The credentials of a client: one of the grants of `POST /oauth/token`, or an existing
 * access token. All secrets are `Redacted`.
 *
 * @see https://developer.genesys.cloud/authorization/platform-auth/
 */
import type * as Redacted from "effect/Redacted"

/** The usual grant of a service. The roles of the OAuth client apply. */
export interface ClientCredentials {
  readonly _tag: "ClientCredentials"
  /** The id of the OAuth client. */
  readonly clientId: string
  /** The secret of the OAuth client. */
  readonly clientSecret: Redacted.Redacted
}

/**
 * The consent of a user. The code works once. After that, the client uses the refresh token
 * of each response to get the next token.
 */
export interface AuthorizationCode {
  readonly _tag: "AuthorizationCode"
  /** The id of the OAuth client. */
  readonly clientId: string
  /** The secret of the OAuth client. */
  readonly clientSecret: Redacted.Redacted
  /** The code that the redirect URI received. */
  readonly code: Redacted.Redacted
  /** The redirect URI of the login that returned the code. It must be exactly the same string. */
  readonly redirectUri: string
}

/** The consent of a user to a client without a secret. The verifier proves that the same client began the login. */
export interface Pkce {
  readonly _tag: "Pkce"
  /** The id of the OAuth client. */
  readonly clientId: string
  /** The code that the redirect URI received. */
  readonly code: Redacted.Redacted
  /** The verifier of the challenge that the login began with. */
  readonly codeVerifier: Redacted.Redacted
  /** The redirect URI of the login that returned the code. It must be exactly the same string. */
  readonly redirectUri: string
}

/** A refresh token from an earlier session. Each works once; `AccessToken.refreshToken` is the current one. */
export interface RefreshToken {
  readonly _tag: "RefreshToken"
  /** The id of the OAuth client. */
  readonly clientId: string
  /** The secret of the OAuth client. Absent for a client without one (PKCE). */
  readonly clientSecret?: Redacted.Redacted
  /** The latest refresh token. */
  readonly refreshToken: Redacted.Redacted
}

/** A SAML assertion from the organization's identity provider. */
export interface Saml2Bearer {
  readonly _tag: "Saml2Bearer"
  /** The id of the OAuth client. */
  readonly clientId: string
  /** The secret of the OAuth client. */
  readonly clientSecret: Redacted.Redacted
  /** The short name of the organization. */
  readonly orgName: string
  /** The assertion in base64, as the identity provider sends it. */
  readonly assertion: Redacted.Redacted
}

/** An existing access token. The client cannot replace it: when the API rejects it, the call fails with `Unauthorized`. */
export interface AccessToken {
  readonly _tag: "AccessToken"
  /** The token, without `Bearer`. */
  readonly accessToken: Redacted.Redacted
}

/** One of the grants, or an access token. */
export type Credentials = ClientCredentials | AuthorizationCode | Pkce | RefreshToken | Saml2Bearer | AccessToken
