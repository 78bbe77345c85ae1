/**
 * The users of an organization, read only.
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

/** What can be asked for beside the fields that every user comes with. */
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
/** A field of a user that does not come by itself. */
export type UserExpansion = (typeof userExpansions)[number]

/** Which users are listed. */
export const userStates = ["active", "inactive", "deleted", "any"] as const
/** Which users are listed. */
export type UserState = (typeof userStates)[number]

const expand = Query.multiOneOf(userExpansions)
const state = Query.oneOf(userStates, "active")

const users = {
  pageSize: Query.positive(25),
  pageNumber: Query.positive(1),
  /** These users, 100 at most. */
  id: Query.multi(100),
  expand,
  state
}

// Of inactive users, the server lists 10,000 and then answers 400.
const getUsers = HttpApiEndpoint.get("getUsers", "/users", {
  query: users,
  success: UserEntityListing,
  error
}).annotateMerge(
  Operation.reads({
    scope,
    summary: "Get a page of users, or those with the given ids.",
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
    summary: "Get a page of users by cursor. The permission is needed for all divisions.",
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
