/**
 * The License API of Genesys Cloud as one `HttpApi`: what the client is derived
 * from, what the emulator serves, and what `OpenApi.fromApi` prints.
 *
 * Endpoints carry the vendor's operation names.
 *
 * @see https://developer.genesys.cloud/organization/license-apis
 */
import * as Effect from "effect/Effect"
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
import { LicenseOrgToggle } from "./Toggle.ts"
import { LicenseUser, UserLicensesById, UserLicensesEntityListing } from "./User.ts"

/** Any one of these lets a client see licenses. */
const permissions = ["authorization:grant:add", "authorization:license:view"]

/** A positive int32 in the query, with the default that the server applies. */
const positive = (orElse: number) =>
  Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 2_147_483_647 })).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(orElse))
  )

/** A body that the contract lets a caller leave out; a server reads that as `orElse`. */
const optionalBody = <S extends Schema.Top>(schema: S, orElse: S["Type"]) =>
  [
    schema,
    Schema.Null.pipe(
      Schema.decodeTo(Schema.toType(schema), {
        decode: SchemaGetter.succeed(orElse),
        encode: SchemaGetter.forbidden(() => "A body is always sent")
      })
    )
  ] as const

const getLicenseDefinitions = HttpApiEndpoint.get("getLicenseDefinitions", "/definitions", {
  success: Schema.Array(LicenseDefinition),
  error
}).annotateMerge(
  Operation.reads({
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
    summary: "Always answers true for the requested toggle.",
    deprecated: true
  })
)

const postLicenseToggle = HttpApiEndpoint.post("postLicenseToggle", "/toggles/:featureName", {
  params: { featureName: PathSegment },
  success: LicenseOrgToggle,
  error
}).annotateMerge(
  Operation.writes({
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
    summary: "Get the licenses of one user.",
    permissions
  })
)

const getLicenseUsers = HttpApiEndpoint.get("getLicenseUsers", "/users", {
  query: { pageSize: positive(25), pageNumber: positive(1) },
  success: UserLicensesEntityListing,
  error
}).annotateMerge(
  Operation.reads({
    summary: "Get a page of users and their licenses.",
    query: { pageSize: 25, pageNumber: 1 }
  })
)

const postLicenseUsers = HttpApiEndpoint.post("postLicenseUsers", "/users", {
  payload: optionalBody(Schema.Array(UserId), []),
  success: UserLicensesById,
  error
}).annotateMerge(
  Operation.reads({
    summary: "Fetch the licenses of many users.",
    permissions
  })
)

const postLicenseInfer = HttpApiEndpoint.post("postLicenseInfer", "/infer", {
  payload: optionalBody(Schema.Array(RoleId), []),
  success: Schema.Array(LicenseId),
  error
}).annotateMerge(
  Operation.reads({
    summary: "Get the licenses that a list of roles needs."
  })
)

// Preview: in the official SDKs since 2026-03, absent from the public contract.
const postLicenseInferPermissions = HttpApiEndpoint.post("postLicenseInferPermissions", "/infer/permissions", {
  payload: optionalBody(Schema.Array(PermissionId), []),
  success: Schema.Array(LicenseId),
  error
}).annotateMerge(
  Operation.reads({
    summary: "Get the licenses that a list of permissions needs (preview).",
    permissions
  })
)

const postLicenseOrganization = HttpApiEndpoint.post("postLicenseOrganization", "/organization", {
  payload: optionalBody(LicenseBatchAssignmentRequest, { assignments: [] }),
  success: Schema.Array(LicenseUpdateStatus),
  error
}).annotateMerge(
  Operation.writes({
    summary: "Update the organization's license assignments in a batch.",
    permissions: ["authorization:grant:add"]
  })
)

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
  )
  .annotateMerge(
    OpenApi.annotations({
      title: "Genesys Cloud License API",
      version: "v2",
      // Unknown fields are ignored, never refused, and the document must not say otherwise.
      transform: (spec) =>
        JSON.parse(JSON.stringify(spec), (key, value) =>
          key === "additionalProperties" && value === false ? undefined : value
        )
    })
  ) {}

/** The operations of {@link LicenseApi} by name. */
export type OperationName = keyof (typeof LicenseApi)["groups"]["license"]["endpoints"]
