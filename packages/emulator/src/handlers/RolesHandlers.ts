/**
 * The handlers of the role operations.
 */
import { GenesysCloudApi } from "@genesys-license/schema/GenesysCloudApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import * as Authorization from "../gateway/Authorization.ts"
import * as ErrorResponse from "../gateway/ErrorResponse.ts"
import { Organization } from "../organization/Organization.ts"
import * as Page from "../organization/Page.ts"
import * as Permissions from "../organization/Permissions.ts"
import * as Roles from "../organization/Roles.ts"

/** The handlers of the group `authorization`. */
export const layer = HttpApiBuilder.group(
  GenesysCloudApi,
  "authorization",
  Effect.fnUntraced(function* (handlers) {
    const organization = yield* Organization
    const roleOf = (roleId: string) => organization.roles.find(({ id }) => id === roleId)

    return handlers.handleAll({
      getAuthorizationRoles: ({ query }) =>
        Effect.sync(() => {
          const { id: ids, name, permission = [], userCount } = query
          const roles = organization.roles.filter(
            (role) =>
              (ids === undefined || ids.includes(role.id)) &&
              (name === undefined || role.name === name) &&
              permission.every((id) => role.permissions.some((granted) => Permissions.permits(granted, id)))
          )
          return Page.make(roles, query, (role) => Roles.shown(role, organization.directory, userCount))
        }),
      getAuthorizationRole: Effect.fnUntraced(function* ({ params, query }) {
        const role = roleOf(params.roleId)
        if (role === undefined) return yield* ErrorResponse.notFound
        return {
          ...Roles.shown(role, organization.directory, query.userCount),
          ...(query.expand?.includes("unusedPermissions") && {
            unusedPermissions: organization.unusedPermissions(role)
          })
        }
      }),
      getAuthorizationRoleSubjectgrants: Effect.fnUntraced(function* ({ params, query }) {
        const { directory } = organization
        return roleOf(params.roleId) === undefined
          ? yield* ErrorResponse.notFound
          : Page.make(Roles.subjects(params.roleId, directory), query, (subject) => Roles.grant(subject, directory))
      })
    })
  })
).pipe(Layer.provide(Authorization.layer))
