/**
 * The roles of the Authorization API: who may do what, and by which role.
 *
 * @see https://developer.genesys.cloud/authorization/
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { Authorization } from "../Authorization.ts"
import { documentedErrors as error } from "../ErrorBody.ts"
import { PathSegment } from "../Ids.ts"
import * as Operation from "../Operation.ts"
import * as Query from "../Query.ts"
import { SubjectDivisionGrantsEntityListing } from "./Grant.ts"
import { OrganizationRoleEntityListing, Role } from "./Role.ts"

/** The scope of the whole group. */
const scope = "authorization"
const permissions = ["authorization:role:view"]

const page = { pageSize: Query.positive(25), pageNumber: Query.positive(1) }

/** Counting makes a large organization slow, and may make it time out: ask for `false`. */
const userCount = Query.boolean(true)

const roles = {
  ...page,
  /** These roles, 100 at most. */
  id: Query.multi(100),
  name: Query.text,
  /** Roles with all of these permissions, each `domain:entity:action`. */
  permission: Query.multi(),
  userCount
}

const getAuthorizationRoles = HttpApiEndpoint.get("getAuthorizationRoles", "/roles", {
  query: roles,
  success: OrganizationRoleEntityListing,
  error
}).annotateMerge(
  Operation.reads({
    scope,
    summary: "Get a page of the roles of the organization.",
    permissions,
    query: roles
  })
)

const role = { userCount, expand: Query.multiOneOf(["unusedPermissions"]) }

const getAuthorizationRole = HttpApiEndpoint.get("getAuthorizationRole", "/roles/:roleId", {
  params: { roleId: PathSegment },
  query: role,
  success: Role,
  error
}).annotateMerge(
  Operation.reads({
    scope,
    summary: "Get a role.",
    permissions,
    query: role
  })
)

const getAuthorizationRoleSubjectgrants = HttpApiEndpoint.get(
  "getAuthorizationRoleSubjectgrants",
  "/roles/:roleId/subjectgrants",
  {
    params: { roleId: PathSegment },
    query: page,
    success: SubjectDivisionGrantsEntityListing,
    error
  }
).annotateMerge(
  Operation.reads({
    scope,
    summary: "Get a page of those who have a role, with the divisions in which they have it.",
    permissions,
    query: page
  })
)

/** The operations that read roles, and who has them. */
export class RolesApi extends HttpApi.make("GenesysCloudRoles")
  .add(
    HttpApiGroup.make("authorization", { topLevel: true })
      .add(getAuthorizationRoles, getAuthorizationRole, getAuthorizationRoleSubjectgrants)
      .prefix("/api/v2/authorization")
      .middleware(Authorization)
      .annotate(OpenApi.Title, "Authorization")
  )
  .annotateMerge(
    OpenApi.annotations({
      title: "Genesys Cloud Authorization API: roles",
      version: "v2",
      transform: Operation.withoutRefusals
    })
  ) {}
