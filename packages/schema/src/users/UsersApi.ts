/**
 * The operations that read the users of an organization.
 *
 * @see https://developer.genesys.cloud/useragentman/users/
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
import { Person, UserCursorEntityListing, UserEntityListing } from "./Person.ts"

/** The scope of the whole group. */
const scope = "users"

/** The fields of a user that the server sends only on request. */
export const userExpansions = [
  "routingStatus",
  "presence",
  "integrationPresence",
  "conversationSummary",
  "outOfOffice",
  "geolocation",
  "station",
  "authorization",
  "lasttokenissued",
  "authorization.unusedRoles",
  "team",
  "workPlanBidRanks",
  "externalContactsSettings",
  "groups",
  "customAttributes",
  "profileSkills",
  "certifications",
  "locations",
  "skills",
  "languages",
  "languagePreference",
  "employerInfo",
  "biography",
  "dateLastLogin",
  "dateWelcomeSent"
] as const
/** A field of a user that the server sends only on request. */
export type UserExpansion = (typeof userExpansions)[number]

/** The states to filter users by. `any` returns all users. */
export const userStates = ["active", "inactive", "deleted", "any"] as const
/** A state to filter users by. */
export type UserState = (typeof userStates)[number]

const expand = Query.multiOneOf(userExpansions)
const state = Query.oneOf(userStates, "active")

const users = {
  pageSize: Query.positive(25),
  pageNumber: Query.positive(1),
  /** Only users with these ids (maximum: 100). */
  id: Query.multi(100),
  expand,
  state
}

// The server lists at most 10,000 inactive users; pages beyond that fail with 400.
const getUsers = HttpApiEndpoint.get("getUsers", "/users", {
  query: users,
  success: UserEntityListing,
  error
}).annotateMerge(
  Operation.reads({
    scope,
    summary: "Get a page of users, or the users with the given ids.",
    query: users
  })
)

const usersByCursor = { cursor: Query.text, pageSize: Query.positive(25), expand, state }

const getUsersQuery = HttpApiEndpoint.get("getUsersQuery", "/users/query", {
  query: usersByCursor,
  success: UserCursorEntityListing,
  error
}).annotateMerge(
  Operation.reads({
    scope,
    summary: "Get a page of users by cursor. Requires the permission in all divisions.",
    permissions: ["directory:user:view"],
    query: usersByCursor
  })
)

const user = { expand, state: Query.oneOf(["active", "deleted"], "active") }

const getUser = HttpApiEndpoint.get("getUser", "/users/:userId", {
  params: { userId: PathSegment },
  query: user,
  success: Person,
  error
}).annotateMerge(
  Operation.reads({
    scope,
    summary: "Get a user.",
    query: user
  })
)

/** The operations that read users. */
export class UsersApi extends HttpApi.make("GenesysCloudUsers")
  .add(
    HttpApiGroup.make("users", { topLevel: true })
      .add(getUsers, getUsersQuery, getUser)
      .prefix("/api/v2")
      .middleware(Authorization)
      .annotate(OpenApi.Title, "Users")
  )
  .annotateMerge(
    OpenApi.annotations({
      title: "Genesys Cloud Users API",
      version: "v2",
      transform: Operation.withoutRefusals
    })
  ) {}
