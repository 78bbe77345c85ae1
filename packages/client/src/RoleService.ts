/**
 * The roles of an organization: their permissions, and who has them.
 *
 * @see https://developer.genesys.cloud/authorization/
 */
import { RolesApi } from "@genesys-license/schema/authorization/RolesApi"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { Grant, PermissionId, Role, RoleId } from "./Models.ts"
import type { GenesysError } from "./errors/GenesysError.ts"
import * as Pages from "./paging/Pages.ts"
import * as PageSize from "./paging/PageSize.ts"
import type { Transport } from "./transport/GenesysTransport.ts"
import * as ServiceLayers from "./transport/ServiceLayers.ts"

/** Options for reading all roles. */
export interface RolesOptions extends Pages.Options {
  /** Only roles that have all of these permissions (default: all roles). */
  readonly permissions?: ReadonlyArray<PermissionId> | undefined
}

/** Reads the roles of one organization. Needs the permission `authorization:role:view`. */
export interface Roles {
  /** One role, with its policies. `unusedPermissions` are present only if they are expanded. */
  readonly getRole: (
    roleId: RoleId,
    options?: { readonly expand?: ReadonlyArray<"unusedPermissions"> | undefined }
  ) => Effect.Effect<Role, GenesysError>
  /**
   * All roles. `permissionPolicies` may be absent here; `getRole` returns them. `userCount` is
   * never requested, because counting is slow in a large organization.
   */
  readonly roles: (options?: RolesOptions) => Stream.Stream<Role, GenesysError>
  /** The users, groups and OAuth clients that have a role. The members of a group are not listed. */
  readonly grants: (roleId: RoleId, options?: Pages.Options) => Stream.Stream<Grant, GenesysError>
}

/** Reads the roles of one organization with one set of credentials. */
export class RoleService extends Context.Service<RoleService, Roles>()("@genesys-license/client/RoleService") {
  /** On a given transport, which other services share. */
  static readonly layerTransport = ServiceLayers.layerTransport(RoleService, (transport) => make(transport))
  /** From values. Needs only an `HttpClient`. */
  static readonly layer = (options: ServiceLayers.Options) => ServiceLayers.layer(RoleService.layerTransport, options)
  /** From the `GENESYSCLOUD_*` environment; see `GenesysCloud.layerConfig`. */
  static readonly layerConfig = ServiceLayers.layerConfig(RoleService.layerTransport)
}

const make = (transport: Transport): Roles => {
  const api = transport.group(RolesApi.groups.authorization)
  const sizes = { roles: PageSize.make(), grants: PageSize.make() }
  return {
    getRole: (roleId, { expand } = {}) =>
      api.getAuthorizationRole({
        params: { roleId },
        query: { userCount: false, ...(expand !== undefined && { expand }) }
      }),
    roles: ({ permissions, ...options } = {}) =>
      Pages.entities(
        {
          operation: "getAuthorizationRoles",
          pageSize: sizes.roles,
          getPage: (page) =>
            api.getAuthorizationRoles({
              query: { ...page, userCount: false, ...(permissions !== undefined && { permission: permissions }) }
            })
        },
        options
      ),
    grants: (roleId, options) =>
      Pages.entities(
        {
          operation: "getAuthorizationRoleSubjectgrants",
          pageSize: sizes.grants,
          getPage: (query) => api.getAuthorizationRoleSubjectgrants({ params: { roleId }, query })
        },
        options
      )
  }
}
