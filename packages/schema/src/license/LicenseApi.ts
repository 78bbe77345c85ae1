/**
 * The License API of Genesys Cloud as one `HttpApi`. The client is derived from it, the
 * emulator serves it, and `OpenApi.fromApi` prints it.
 *
 * Endpoints have the vendor's operation names.
 *
 * @see https://developer.genesys.cloud/organization/license-apis
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import { LicenseBatchAssignmentRequest, LicenseUpdateStatus } from "./Assignment.ts"
import { Authorization } from "../Authorization.ts"
import { documentedErrors as error } from "../ErrorBody.ts"
import { LicenseId, PathSegment, PermissionId, RoleId, UserId } from "../Ids.ts"
import { LicenseDefinition } from "./Definition.ts"
import * as Operation from "../Operation.ts"
import * as Query from "../Query.ts"
import { LicenseOrgToggle } from "./Toggle.ts"
import { LicenseUser, UserLicensesById, UserLicensesEntityListing } from "./User.ts"

/** Any one of these permissions allows reading licenses. */
const permissions = ["authorization:grant:add", "authorization:license:view"]

/** The scope of the whole group. */
const scope = "license"

const page = { pageSize: Query.positive(25), pageNumber: Query.positive(1) }

/** A body that the contract makes optional. A server uses `orElse` if it is left out. */
const optionalBody = <S extends Schema.Top>(schema: S, orElse: S["Type"]) =>
  [
    schema,
    Schema.Null.pipe(
      // With its identifier, the OpenAPI document would define the schema as `null`.
      Schema.decodeTo(Schema.toType(schema).annotate({ identifier: undefined }), {
        decode: SchemaGetter.succeed(orElse),
        encode: SchemaGetter.forbidden(() => "The client always sends a body")
      })
    )
  ] as const

const getLicenseDefinitions = HttpApiEndpoint.get("getLicenseDefinitions", "/definitions", {
  success: Schema.Array(LicenseDefinition),
  error
}).annotateMerge(
  Operation.reads({
    scope,
    summary: "Get all license definitions available for the organization.",
    permissions
  })
)

const getLicenseDefinition = HttpApiEndpoint.get("getLicenseDefinition", "/definitions/:licenseId", {
  params: { licenseId: PathSegment },
  success: LicenseDefinition,
  error
}).annotateMerge(
  Operation.reads({
    scope,
    summary: "Get a license definition.",
    permissions
  })
)

const getLicenseToggle = HttpApiEndpoint.get("getLicenseToggle", "/toggles/:featureName", {
  params: { featureName: PathSegment },
  success: LicenseOrgToggle,
  error
}).annotateMerge(
  Operation.reads({
    scope,
    summary: "Always returns true for the requested toggle.",
    deprecated: true
  })
)

const postLicenseToggle = HttpApiEndpoint.post("postLicenseToggle", "/toggles/:featureName", {
  params: { featureName: PathSegment },
  success: LicenseOrgToggle,
  error
}).annotateMerge(
  Operation.writes({
    scope,
    summary: "Has no effect.",
    deprecated: true
  })
)

const getLicenseUser = HttpApiEndpoint.get("getLicenseUser", "/users/:userId", {
  params: { userId: PathSegment },
  success: LicenseUser,
  error
}).annotateMerge(
  Operation.reads({
    scope,
    summary: "Get the licenses of one user.",
    permissions
  })
)

const getLicenseUsers = HttpApiEndpoint.get("getLicenseUsers", "/users", {
  query: page,
  success: UserLicensesEntityListing,
  error
}).annotateMerge(
  Operation.reads({
    scope,
    summary: "Get a page of users and their licenses.",
    query: page
  })
)

const postLicenseUsers = HttpApiEndpoint.post("postLicenseUsers", "/users", {
  payload: optionalBody(Schema.Array(UserId), []),
  success: UserLicensesById,
  error
}).annotateMerge(
  Operation.reads({
    scope,
    summary: "Get the licenses of many users.",
    permissions
  })
)

const postLicenseInfer = HttpApiEndpoint.post("postLicenseInfer", "/infer", {
  payload: optionalBody(Schema.Array(RoleId), []),
  success: Schema.Array(LicenseId),
  error
}).annotateMerge(
  Operation.reads({
    scope,
    summary: "Get the licenses that a list of roles needs."
  })
)

// Preview: in the official SDKs since 2026-03, but not in the public contract.
const postLicenseInferPermissions = HttpApiEndpoint.post("postLicenseInferPermissions", "/infer/permissions", {
  payload: optionalBody(Schema.Array(PermissionId), []),
  success: Schema.Array(LicenseId),
  error
}).annotateMerge(
  Operation.reads({
    scope,
    summary: "Get the licenses that a list of permissions needs (preview).",
    permissions,
    preview: true
  })
)

const postLicenseOrganization = HttpApiEndpoint.post("postLicenseOrganization", "/organization", {
  payload: optionalBody(LicenseBatchAssignmentRequest, { assignments: [] }),
  success: Schema.Array(LicenseUpdateStatus),
  error
}).annotateMerge(
  Operation.writes({
    scope,
    summary: "Update the organization's license assignments in a batch.",
    permissions: ["authorization:grant:add"]
  })
)

/** The ten operations of the License API. */
export class LicenseApi extends HttpApi.make("GenesysCloudLicense")
  .add(
    HttpApiGroup.make("license", { topLevel: true })
      .add(
        getLicenseDefinitions,
        getLicenseDefinition,
        getLicenseToggle,
        postLicenseToggle,
        getLicenseUser,
        getLicenseUsers,
        postLicenseUsers,
        postLicenseInfer,
        postLicenseInferPermissions,
        postLicenseOrganization
      )
      .prefix("/api/v2/license")
      .middleware(Authorization)
      // Without it, an API that adds this one would give the group the title of this API.
      .annotate(OpenApi.Title, "License")
  )
  .annotateMerge(
    OpenApi.annotations({
      title: "Genesys Cloud License API",
      version: "v2",
      transform: Operation.withoutRefusals
    })
  ) {}
