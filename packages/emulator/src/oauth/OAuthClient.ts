/**
 * The OAuth clients of the emulated organization.
 */
import type { PermissionId, RoleId } from "@genesys-license/schema/Ids"
import { permissions as knownPermissions, scopes as knownScopes } from "@genesys-license/schema/GenesysCloudApi"
import type * as Operation from "@genesys-license/schema/Operation"
import * as Schema from "effect/Schema"
import { RateLimit } from "./RateWindow.ts"

/** The id of the default client. */
export const defaultClientId = "00000000-0000-4000-8000-000000000c1d"

/** The secret of the default client. It is public: tests, READMEs and shell histories may contain it. */
export const defaultClientSecret = "this-is-the-emulator-not-a-secret"

/** The configuration of an OAuth client. */
export interface OAuthClientOptions {
  /** The client id. */
  readonly id: string
  /** The client secret. Without a secret, the client can only use PKCE. */
  readonly secret?: string | undefined
  /** The roles of the client. They grant their permissions to its tokens. Default: none. */
  readonly roles?: ReadonlyArray<RoleId> | undefined
  /**
   * Permissions in addition to those of the roles. Users who log in with the client have them too.
   * Default: the permissions of all operations, or none if the client has roles.
   */
  readonly permissions?: ReadonlyArray<PermissionId> | undefined
  /** Restrict the tokens of users, but not those of client credentials. Default: the scopes of all operations. */
  readonly scopes?: ReadonlyArray<Operation.Scope> | undefined
  /** The lifetime of access tokens. The vendor allows 300 to 172800; tests may use less. Default: 86400, a day. */
  readonly accessTokenValiditySeconds?: number | undefined
  /** The rate limit of each token of the client. Default: the rate limit of the emulator. */
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

/** A client after the defaults of {@link OAuthClientOptions} are applied. */
export interface OAuthClient {
  /** The client id. */
  readonly id: string
  /** The client secret. `undefined` if the client can only use PKCE. */
  readonly secret: string | undefined
  /** The roles of the client. */
  readonly roles: ReadonlyArray<RoleId>
  /** Permissions in addition to those of the roles. */
  readonly permissions: ReadonlyArray<PermissionId>
  /** The scopes of the tokens of users. */
  readonly scopes: ReadonlyArray<Operation.Scope>
  /** The lifetime of access tokens. */
  readonly accessTokenValiditySeconds: number
  /** The rate limit of each token of the client. `undefined`: the rate limit of the emulator. */
  readonly rateLimit: RateLimit | undefined
}

/** The client of an emulator without configured clients. */
export const defaultClient: OAuthClientOptions = { id: defaultClientId, secret: defaultClientSecret }

/** Applies the defaults. */
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
