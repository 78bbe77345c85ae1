/**
 * The roles of an organization: what they permit, and who has them.
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

/** A reading of all roles. */
export interface RolesOptions extends Pages.Options {
  /** Only roles with all of these permissions. Default: all roles. */
  readonly permissions?: ReadonlyArray<PermissionId> | undefined
}

/** Reads the roles of one organization. Needs the permission `authorization:role:view`. */
export interface Roles {
  /** One role, with its policies. `unusedPermissions` come where they are expanded. */
  readonly getRole: (
    roleId: RoleId,
    options?: { readonly expand?: ReadonlyArray<"unusedPermissions"> | undefined }
  ) => Effect.Effect<Role, GenesysError>
  /**
   * All roles. The list may leave out `permissionPolicies`; `getRole` has them. The users
   * of a role are not counted, which makes a large organization slow.
   */
  readonly roles: (options?: RolesOptions) => Stream.Stream<Role, GenesysError>
  /** Who has the role: users, groups and OAuth clients. The members of a group are not listed. */
  readonly grants: (roleId: RoleId, options?: Pages.Options) => Stream.Stream<Grant, GenesysError>
}

/** Reads the roles of one organization with one set of credentials. */
export class RoleService extends Context.Service<RoleService, Roles>()("@genesys-license/client/RoleService") {
  /** On a given transport, together with other services. */
  static readonly layerTransport = ServiceLayers.layerTransport(RoleService, (transport) => make(transport))
  /** From values; needs an `HttpClient` only. */
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
