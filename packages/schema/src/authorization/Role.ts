/**
 * Roles and their permissions.
 *
 * To learn which licenses a role needs, call `postLicenseInfer`. The license fields of a
 * role are not here, because the vendor documents them for writing only.
 */
import * as Schema from "effect/Schema"
import { RoleId } from "../Ids.ts"
import { list, optional } from "../Lenient.ts"
import * as Listing from "../Listing.ts"

/** A reference to a role. The vendor calls it `DomainRole`. */
export const RoleReference = Schema.Struct({
  id: RoleId,
  name: optional(Schema.String)
}).annotate({ identifier: "DomainRole" })
export interface RoleReference extends Schema.Schema.Type<typeof RoleReference> {}

/**
 * Some permissions of a role. Each action of `actionSet` gives one permission,
 * `domain:entityName:action`. Each of the three parts may be `*`. The vendor calls it
 * `DomainPermissionPolicy`.
 */
export const PermissionPolicy = Schema.Struct({
  domain: optional(Schema.String),
  entityName: optional(Schema.String),
  actionSet: list(Schema.String),
  /** Whether conditions may restrict the permissions. */
  allowConditions: optional(Schema.Boolean)
}).annotate({ identifier: "DomainPermissionPolicy" })
export interface PermissionPolicy extends Schema.Schema.Type<typeof PermissionPolicy> {}

/**
 * A role of the organization. The vendor calls it `DomainOrganizationRole`.
 *
 * An absent list means that the server did not send it; it does not mean "empty". A page of
 * roles may leave out `permissionPolicies`. `getAuthorizationRole` returns them.
 */
export const Role = Schema.Struct({
  id: RoleId,
  name: optional(Schema.String),
  description: optional(Schema.String),
  /** The vendor's default role that this role was made from. */
  defaultRoleId: optional(Schema.String),
  /** `true` for a default role of the vendor, `false` for a role that the organization created. */
  default: optional(Schema.Boolean),
  permissionPolicies: optional(Schema.Array(PermissionPolicy)),
  /** Permissions that nobody has used for 30 days. Present only if expanded. The server updates them every 48 hours. */
  unusedPermissions: optional(Schema.Array(Schema.String)),
  /** How many users have the role in at least one division. Present only if requested with `userCount`. */
  userCount: optional(Schema.Int)
}).annotate({ identifier: "DomainOrganizationRole" })
export interface Role extends Schema.Schema.Type<typeof Role> {}

/** A page of roles. */
export const OrganizationRoleEntityListing = Schema.Struct(Listing.fields(Role)).annotate({
  identifier: "OrganizationRoleEntityListing"
})
export interface OrganizationRoleEntityListing extends Schema.Schema.Type<typeof OrganizationRoleEntityListing> {}
