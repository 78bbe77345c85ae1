/**
 * The OAuth clients of the emulated organization.
 */
import type { Scope } from "@genesys-license/schema/Operation"
import * as RateWindow from "./RateWindow.ts"

/** The id of the client that exists unless other clients are given. */
export const defaultClientId = "00000000-0000-4000-8000-000000000c1d"

/** Its secret: for the emulator only, so it may stand in a test, a README or a shell history. */
export const defaultClientSecret = "this-is-the-emulator-not-a-secret"

/** A client as its owner configures it. */
export interface OAuthClientOptions {
  readonly id: string
  /** A client without a secret can only use PKCE. */
  readonly secret?: string | undefined
  /** What its roles permit, and those of the users who log in with it. Default: all that the License API asks for. */
  readonly permissions?: ReadonlyArray<string> | undefined
  /** Bind the tokens of users, not those of client credentials. Default: `license`. */
  readonly scopes?: ReadonlyArray<Scope> | undefined
  /** The vendor takes 300 to 172800; here a test may have less. Default: 86400, a day. */
  readonly accessTokenValiditySeconds?: number | undefined
  /** For each of its tokens. Default: that of the emulator. */
  readonly rateLimit?: RateWindow.RateLimit | undefined
}

/** A client with nothing left to default. */
export interface OAuthClient {
  readonly id: string
  readonly secret: string | undefined
  readonly permissions: ReadonlyArray<string>
  readonly scopes: ReadonlyArray<Scope>
  readonly accessTokenValiditySeconds: number
  readonly rateLimit: RateWindow.RateLimit
}

/** The client that exists unless other clients are given. */
export const defaultClient: OAuthClientOptions = { id: defaultClientId, secret: defaultClientSecret }

export const make = (
  {
    accessTokenValiditySeconds = 86_400,
    id,
    permissions = ["authorization:grant:add", "authorization:license:view"],
    rateLimit,
    scopes = ["license"],
    secret
  }: OAuthClientOptions,
  defaultRateLimit: RateWindow.RateLimit = RateWindow.defaultRateLimit
): OAuthClient => ({
  id,
  secret,
  permissions,
  scopes,
  accessTokenValiditySeconds,
  rateLimit: rateLimit ?? defaultRateLimit
})
