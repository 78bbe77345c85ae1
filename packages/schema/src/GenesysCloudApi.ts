/**
 * All that this project knows of the Platform API of Genesys Cloud, as one `HttpApi`:
 * what the emulator serves. Each part is an API of its own, too, so that a client
 * holds only those that it uses.
 */
import * as HttpApi from "effect/http-api/HttpApi"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as OpenApi from "effect/http-api/OpenApi"
import { RolesApi } from "./authorization/RolesApi.ts"
import { BillingApi } from "./billing/BillingApi.ts"
import { LicenseApi } from "./license/LicenseApi.ts"
import * as Operation from "./Operation.ts"
import { OrganizationApi } from "./organization/OrganizationApi.ts"
import { UsersApi } from "./users/UsersApi.ts"

/** All groups of operations, as one API. */
export class GenesysCloudApi extends HttpApi.make("GenesysCloud")
  .addHttpApi(LicenseApi)
  .addHttpApi(UsersApi)
  .addHttpApi(RolesApi)
  .addHttpApi(OrganizationApi)
  .addHttpApi(BillingApi)
  // The annotations of a part do not become those of the sum.
  .annotateMerge(
    OpenApi.annotations({
      title: "Genesys Cloud Platform API",
      version: "v2",
      transform: Operation.withoutRefusals
    })
  ) {}

type Groups = (typeof GenesysCloudApi)["groups"]

/** The operations of {@link GenesysCloudApi} by the vendor's name. */
export type OperationName = { [Group in keyof Groups]: keyof Groups[Group]["endpoints"] }[keyof Groups]

/** Any of the endpoints, without the types of what it takes and answers. */
export type Endpoint = HttpApiEndpoint.Top & { readonly identifier: OperationName; readonly path: `/${string}` }

/** The endpoints of all groups. */
export const endpoints = Object.values(GenesysCloudApi.groups).flatMap(
  (group) => Object.values(group.endpoints) as ReadonlyArray<Endpoint>
)

/** The OAuth scopes that any of the operations takes. */
export const scopes: ReadonlyArray<Operation.Scope> = [
  ...new Set(endpoints.flatMap((endpoint) => Operation.of(endpoint).scopes))
]

/** The permissions that any of the operations asks for. */
export const permissions: ReadonlyArray<string> = [
  ...new Set(endpoints.flatMap((endpoint) => Operation.of(endpoint).permissions))
]
