/**
 * The handler of `getOrganizationsMe`.
 */
import { GenesysCloudApi } from "@genesys-license/schema/GenesysCloudApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import * as Authorization from "../gateway/Authorization.ts"
import { Organization } from "../organization/Organization.ts"

/** The handlers of the group `organizations`. */
export const layer = HttpApiBuilder.group(
  GenesysCloudApi,
  "organizations",
  Effect.fnUntraced(function* (handlers) {
    const organization = yield* Organization
    return handlers.handleAll({ getOrganizationsMe: () => Effect.sync(() => organization.identity) })
  })
).pipe(Layer.provide(Authorization.layer))
