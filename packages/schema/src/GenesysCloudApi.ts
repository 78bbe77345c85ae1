/**
 * Every Genesys Cloud operation of this project, as one `HttpApi`. The emulator serves it.
 *
 * Each group is also an API of its own, so that a client loads only the groups that it uses.
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
  // `addHttpApi` drops the annotations of the added API.
  .annotateMerge(
    OpenApi.annotations({
      title: "Genesys Cloud Platform API",
      version: "v2",
      transform: Operation.withoutRefusals
    })
  ) {}

type Groups = (typeof GenesysCloudApi)["groups"]

/** The name of an operation of {@link GenesysCloudApi}, as the vendor spells it. */
export type OperationName = { [Group in keyof Groups]: keyof Groups[Group]["endpoints"] }[keyof Groups]

/** Any endpoint, without its request and response types. */
export type Endpoint = HttpApiEndpoint.Top & { readonly identifier: OperationName; readonly path: `/${string}` }

/** The endpoints of all groups. */
export const endpoints = Object.values(GenesysCloudApi.groups).flatMap(
  (group) => Object.values(group.endpoints) as ReadonlyArray<Endpoint>
)

/** Every OAuth scope that some operation accepts. */
export const scopes: ReadonlyArray<Operation.Scope> = [
  ...new Set(endpoints.flatMap((endpoint) => Operation.of(endpoint).scopes))
]

/** Every permission that some operation accepts. */
export const permissions: ReadonlyArray<string> = [
  ...new Set(endpoints.flatMap((endpoint) => Operation.of(endpoint).permissions))
]
