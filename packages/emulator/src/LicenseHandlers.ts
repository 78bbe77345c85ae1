/**
 * The operations of the License API, each answered by the organization.
 */
import { LicenseApi } from "@genesys-license/schema/LicenseApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Authorization from "./Authorization.ts"
import * as ErrorResponse from "./ErrorResponse.ts"
import { Organization } from "./Organization.ts"

export const layer = HttpApiBuilder.group(
  LicenseApi,
  "license",
  Effect.fnUntraced(function* (handlers) {
    const organization = yield* Organization

    return handlers.handleAll({
      getLicenseDefinitions: () => Effect.succeed(organization.definitions),
      getLicenseDefinition: ({ params }) => organization.definition(params.licenseId).pipe(orNotFound),
      getLicenseToggle: ({ params }) => Effect.succeed({ ...params, enabled: true }),
      postLicenseToggle: ({ params }) => Effect.succeed({ ...params, enabled: true }),
      getLicenseUser: ({ params }) => organization.user(params.userId).pipe(orNotFound),
      getLicenseUsers: ({ query }) => organization.page(query),
      postLicenseUsers: ({ payload }) => organization.lookup(payload),
      postLicenseInfer: ({ payload }) => organization.inferFromRoles(payload),
      postLicenseInferPermissions: ({ payload }) => organization.inferFromPermissions(payload),
      postLicenseOrganization: ({ payload }) => organization.assign(payload.assignments)
    })
  })
).pipe(Layer.provide(Authorization.layer))

const orNotFound = Effect.fnUntraced(function* <A>(found: Effect.Effect<Option.Option<A>>) {
  const value = yield* found
  return Option.isSome(value) ? value.value : yield* ErrorResponse.notFound
})
