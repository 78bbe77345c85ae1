/**
 * Roles and what they permit. Which licenses a role needs, `postLicenseInfer` says:
 * the license fields of a role are left out here, because the vendor documents them
 * for writing only.
 */
import * as Schema from "effect/Schema"
import { RoleId } from "../Ids.ts"
import { list, optional } from "../Lenient.ts"
import * as Listing from "../Listing.ts"

/** A pointer to a role. The vendor calls it `DomainRole`. */
export const RoleReference = Schema.Struct({
  id: RoleId,
  name: optional(Schema.String)
}).annotate({ identifier: "DomainRole" })
export interface RoleReference extends Schema.Schema.Type<typeof RoleReference> {}

/**
 * Some permissions of a role: for each action, `domain:entityName:action` is the id of
 * one. Each of the three parts may be `*`. The vendor calls it `DomainPermissionPolicy`.
 */
export const PermissionPolicy = Schema.Struct({
  domain: optional(Schema.String),
  entityName: optional(Schema.String),
  actionSet: list(Schema.String),
  /** Whether conditions may narrow it. */
  allowConditions: optional(Schema.Boolean)
}).annotate({ identifier: "DomainPermissionPolicy" })
export interface PermissionPolicy extends Schema.Schema.Type<typeof PermissionPolicy> {}

/**
 * A role of the organization. The vendor calls it `DomainOrganizationRole`.
 *
 * Lists have no default: one that is absent was not said, which is not the same as
 * empty. A list of roles may leave `permissionPolicies` out; the role by id has them.
 */
export const Role = Schema.Struct({
  id: RoleId,
  name: optional(Schema.String),
  description: optional(Schema.String),
  /** The role of the vendor that it was made from. */
  defaultRoleId: optional(Schema.String),
  /** Whether it is a role of the vendor, and not one of the organization's own. */
  default: optional(Schema.Boolean),
  permissionPolicies: optional(Schema.Array(PermissionPolicy)),
  /** Permissions that nobody has used for 30 days. Only when it was expanded; updated every 48 hours. */
  unusedPermissions: optional(Schema.Array(Schema.String)),
  /** How many users have it in at least one division. Only when `userCount` was asked for. */
  userCount: optional(Schema.Int)
}).annotate({ identifier: "DomainOrganizationRole" })
export interface Role extends Schema.Schema.Type<typeof Role> {}

/** A page of roles. */
export const OrganizationRoleEntityListing = Schema.Struct(Listing.fields(Role)).annotate({
  identifier: "OrganizationRoleEntityListing"
})
export interface OrganizationRoleEntityListing extends Schema.Schema.Type<typeof OrganizationRoleEntityListing> {}
