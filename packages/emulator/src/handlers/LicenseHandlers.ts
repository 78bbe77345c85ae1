/**
 * The handlers of the license operations.
 */
import { GenesysCloudApi } from "@genesys-license/schema/GenesysCloudApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Authorization from "../gateway/Authorization.ts"
import * as ErrorResponse from "../gateway/ErrorResponse.ts"
import { Organization } from "../organization/Organization.ts"
import type { PageQuery } from "../organization/Page.ts"
import * as PageLimit from "./PageLimit.ts"

/** The vendor documents that too large answers are refused, but not the limit. */
const maximumUsersInAnswer = 100_000

/** The handlers of the group `license`. */
export const layer = HttpApiBuilder.group(
  GenesysCloudApi,
  "license",
  Effect.fnUntraced(function* (handlers) {
    const organization = yield* Organization

    const servedPage = Effect.fnUntraced(function* (query: PageQuery) {
      const limit = organization.largestPage
      if (limit !== undefined)
        return PageLimit.apply(query, limit) ?? (yield* ErrorResponse.pageTooLarge(query.pageSize))
      return Math.min(query.pageSize, yield* organization.userCount) > maximumUsersInAnswer
        ? yield* ErrorResponse.responseTooLarge
        : query
    })

    // Bypasses the encoder of the contract, which takes twice as long. A property test compares the bytes of both.
    const userPage = Effect.fnUntraced(function* (query: PageQuery) {
      const page = yield* servedPage(query)
      return HttpServerResponse.isHttpServerResponse(page)
        ? page
        : HttpServerResponse.text(yield* organization.pageJson(page), { contentType: "application/json" })
    })

    return handlers.handleAll({
      getLicenseDefinitions: () => Effect.sync(() => organization.definitions),
      getLicenseDefinition: ({ params }) => organization.definition(params.licenseId).pipe(orNotFound),
      getLicenseToggle: ({ params }) => Effect.succeed({ ...params, enabled: true }),
      postLicenseToggle: ({ params }) => Effect.succeed({ ...params, enabled: true }),
      getLicenseUser: ({ params }) => organization.user(params.userId).pipe(orNotFound),
      getLicenseUsers: ({ query }) => userPage(query),
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
