/**
 * The OAuth clients of the emulated organization.
 */
import type { PermissionId, RoleId } from "@genesys-license/schema/Ids"
import { permissions as knownPermissions, scopes as knownScopes } from "@genesys-license/schema/GenesysCloudApi"
import type * as Operation from "@genesys-license/schema/Operation"
import * as Schema from "effect/Schema"
import { RateLimit } from "./RateWindow.ts"

/** The id of the client that exists unless other clients are given. */
export const defaultClientId = "00000000-0000-4000-8000-000000000c1d"

/** Its secret: for the emulator only, so it may stand in a test, a README or a shell history. */
export const defaultClientSecret = "this-is-the-emulator-not-a-secret"

/** A client as its owner configures it. */
export interface OAuthClientOptions {
  /** Its client id. */
  readonly id: string
  /** A client without a secret can only use PKCE. */
  readonly secret?: string | undefined
  /** Roles of the organization, whose permissions it has. Default: none. */
  readonly roles?: ReadonlyArray<RoleId> | undefined
  /**
   * What it may do beside that, and what the users may do who log in with it.
   * Default: all that any operation asks for, or nothing when it has roles.
   */
  readonly permissions?: ReadonlyArray<PermissionId> | undefined
  /** Bind the tokens of users, not those of client credentials. Default: all that any operation takes. */
  readonly scopes?: ReadonlyArray<Operation.Scope> | undefined
  /** The vendor takes 300 to 172800; here a test may have less. Default: 86400, a day. */
  readonly accessTokenValiditySeconds?: number | undefined
  /** For each of its tokens. Default: that of the emulator. */
  readonly rateLimit?: RateLimit | undefined
}

/** {@link OAuthClientOptions} as JSON. */
export const OAuthClientOptions = Schema.Struct({
  id: Schema.NonEmptyString,
  secret: Schema.optionalKey(Schema.NonEmptyString),
  roles: Schema.optionalKey(Schema.Array(Schema.String)),
  permissions: Schema.optionalKey(Schema.Array(Schema.String)),
  scopes: Schema.optionalKey(Schema.Array(Schema.Literals(knownScopes))),
  accessTokenValiditySeconds: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 172_800 }))),
  rateLimit: Schema.optionalKey(RateLimit)
}).annotate({ identifier: "OAuthClient" })

/** A client with nothing left to default but its rate limit. */
export interface OAuthClient {
  /** Its client id. */
  readonly id: string
  /** Absent for one that can only use PKCE. */
  readonly secret: string | undefined
  /** Whose permissions it has. */
  readonly roles: ReadonlyArray<RoleId>
  /** Those that it has beside its roles. */
  readonly permissions: ReadonlyArray<PermissionId>
  /** Of the tokens of its users. */
  readonly scopes: ReadonlyArray<Operation.Scope>
  /** How long its tokens are good. */
  readonly accessTokenValiditySeconds: number
  /** For each of its tokens. Absent: that of the emulator. */
  readonly rateLimit: RateLimit | undefined
}

/** The client that exists unless other clients are given. */
export const defaultClient: OAuthClientOptions = { id: defaultClientId, secret: defaultClientSecret }

/** Puts the defaults in. */
export const make = ({
  accessTokenValiditySeconds = 86_400,
  id,
  rateLimit,
  roles = [],
  permissions = roles.length === 0 ? knownPermissions : [],
  scopes = knownScopes,
  secret
}: OAuthClientOptions): OAuthClient => ({
  id,
  secret,
  roles,
  permissions,
  scopes,
  accessTokenValiditySeconds,
  rateLimit
})
