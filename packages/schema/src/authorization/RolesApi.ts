/**
 * The operations of the Authorization API that read roles and who has them.
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

/** Send `false`: in a large organization, counting is slow and may time out. */
const userCount = Query.boolean(true)

const roles = {
  ...page,
  /** Only roles with these ids (maximum: 100). */
  id: Query.multi(100),
  name: Query.text,
  /** Only roles that have all of these permissions, each `domain:entity:action`. */
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
    summary: "Get a page of the users, groups and OAuth clients that have a role, with the divisions of each grant.",
    permissions,
    query: page
  })
)

/** The operations that read roles and who has them. */
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
