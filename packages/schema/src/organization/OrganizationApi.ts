/**
 * The operation that reads the organization of a token.
 *
 * @see https://developer.genesys.cloud/organization/
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { Authorization } from "../Authorization.ts"
import { documentedErrors as error } from "../ErrorBody.ts"
import * as Operation from "../Operation.ts"
import { Organization } from "./Organization.ts"

const getOrganizationsMe = HttpApiEndpoint.get("getOrganizationsMe", "/me", {
  success: Organization,
  error
}).annotateMerge(
  Operation.reads({
    scope: "organization",
    summary: "Get the organization of the token."
  })
)

/** The operation that reads the organization of a token. */
export class OrganizationApi extends HttpApi.make("GenesysCloudOrganization")
  .add(
    HttpApiGroup.make("organizations", { topLevel: true })
      .add(getOrganizationsMe)
      .prefix("/api/v2/organizations")
      .middleware(Authorization)
      .annotate(OpenApi.Title, "Organization")
  )
  .annotateMerge(
    OpenApi.annotations({
      title: "Genesys Cloud Organization API",
      version: "v2",
      transform: Operation.withoutRefusals
    })
  ) {}
