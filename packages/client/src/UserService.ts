/**
 * The users of an organization as people: name, e-mail, department and last login.
 *
 * @see https://developer.genesys.cloud/useragentman/users/
 */
import { UsersApi } from "@genesys-license/schema/users/UsersApi"
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Person, UserEntityListing, UserExpansion, UserId, UserState } from "./Models.ts"
import * as RequestSize from "./license/RequestSize.ts"
import type { GenesysError } from "./errors/GenesysError.ts"
import * as Cursor from "./paging/Cursor.ts"
import type { Page } from "./paging/Page.ts"
import * as Pages from "./paging/Pages.ts"
import * as PageSize from "./paging/PageSize.ts"
import type { Transport } from "./transport/GenesysTransport.ts"
import * as ServiceLayers from "./transport/ServiceLayers.ts"

/** Which users to read, and with which fields. */
export interface UserQuery {
  /**
   * `active`, `inactive`, `deleted` or `any` (default: `active`). The server lists only the
   * first 10,000 inactive users; pages beyond them fail with status 400.
   */
  readonly state?: UserState | undefined
  /**
   * Additional fields, such as `dateLastLogin` and `lasttokenissued` (default: none). The
   * server sends them "with a best effort approach": an absent field means "unknown", not
   * "never".
   */
  readonly expand?: ReadonlyArray<UserExpansion> | undefined
}

/** Options for reading all users. */
export interface PeopleOptions extends Pages.Options, UserQuery {}

/** Reads the users of one organization. */
export interface Users {
  /** One user. Fails with `NotFound` if there is none with this id and `state`. */
  readonly getUser: (
    userId: UserId,
    options?: {
      /** `active` or `deleted` (default: `active`). */
      readonly state?: "active" | "deleted" | undefined
      readonly expand?: UserQuery["expand"]
    }
  ) => Effect.Effect<Person, GenesysError>
  /** One page of users. Pages are counted from 1. */
  readonly getUsersPage: (
    query: UserQuery & { readonly pageNumber: number; readonly pageSize: number }
  ) => Effect.Effect<UserEntityListing, GenesysError>
  /** All users. Pages are requested only as the stream needs them, and no user is delivered twice. */
  readonly users: (options?: PeopleOptions) => Stream.Stream<Person, GenesysError>
  /** The same list page by page; see `LicenseService.userPages`. */
  readonly userPages: (options?: PeopleOptions) => Stream.Stream<Page<Person>, GenesysError>
  /**
   * All users, read by cursor in pages of 100, one page after the other. As far as known, it
   * has no limit of 10,000 inactive users. It reports no total. Needs the permission
   * `directory:user:view` in all divisions.
   */
  readonly usersByCursor: (options?: UserQuery) => Stream.Stream<Person, GenesysError>
  /**
   * Any number of users by id. The default of `state` is `any` here. Users that the
   * organization does not have are not in the map.
   *
   * Each request is for 100 users, or fewer if the server refuses so many. Up to 4 requests run
   * at the same time.
   */
  readonly byId: (
    userIds: Iterable<UserId>,
    options?: UserQuery
  ) => Effect.Effect<ReadonlyMap<UserId, Person>, GenesysError>
}

/** Reads the users of one organization with one set of credentials. */
export class UserService extends Context.Service<UserService, Users>()("@genesys-license/client/UserService") {
  /** On a given transport, which other services share. */
  static readonly layerTransport = ServiceLayers.layerTransport(UserService, (transport) => make(transport))
  /** From values. Needs only an `HttpClient`. */
  static readonly layer = (options: ServiceLayers.Options) => ServiceLayers.layer(UserService.layerTransport, options)
  /** From the `GENESYSCLOUD_*` environment; see `GenesysCloud.layerConfig`. */
  static readonly layerConfig = ServiceLayers.layerConfig(UserService.layerTransport)
}

/** Maximum ids per request. The vendor documents it with the error code `max.user.ids`. */
const idsPerRequest = 100

const queryOf = ({ expand, state = "active" }: UserQuery) => ({ state, ...(expand !== undefined && { expand }) })

const make = (transport: Transport): Users => {
  const api = transport.group(UsersApi.groups.users)
  const pageSize = PageSize.make()
  const requestSize = RequestSize.make()
  const listOf = (query: UserQuery): Pages.List<Person> => ({
    operation: "getUsers",
    pageSize,
    getPage: (page) => api.getUsers({ query: { ...queryOf(query), ...page } })
  })

  const byIds = (ids: ReadonlyArray<UserId>, { state = "any", ...query }: UserQuery) =>
    api.getUsers({ query: { ...queryOf({ ...query, state }), id: ids, pageNumber: 1, pageSize: ids.length } }).pipe(
      Effect.map(({ entities }) => entities),
      // A 404 of Genesys Cloud has a code and means that it knows none of these users. Without a code, it is from a proxy.
      Effect.catchReason("GenesysError", "NotFound", (reason, error) =>
        reason.body?.code === undefined ? Effect.fail(error) : Effect.succeed([])
      )
    )

  return {
    getUser: (userId, { expand, state = "active" } = {}) =>
      api.getUser({ params: { userId }, query: { ...queryOf({ expand }), state } }),
    getUsersPage: ({ pageNumber, pageSize, ...query }) =>
      api.getUsers({ query: { ...queryOf(query), pageNumber, pageSize } }),
    users: (options = {}) => Pages.entities(listOf(options), options),
    userPages: (options = {}) => Pages.pages(listOf(options), options),
    usersByCursor: (query = {}) =>
      Cursor.entities("getUsersQuery", (cursor) =>
        Effect.map(
          api.getUsersQuery({ query: { ...queryOf(query), pageSize: 100, ...(cursor !== undefined && { cursor }) } }),
          ({ cursor, entities }) => ({ entities, next: cursor })
        )
      ),
    byId: (userIds, options = {}) =>
      Effect.forEach(
        Arr.chunksOf(new Set(userIds), idsPerRequest),
        (ids) =>
          requestSize.send(
            ids,
            RequestSize.allOrNothing((part) => byIds(part, options))
          ),
        { concurrency: 4 }
      ).pipe(Effect.map((chunks) => new Map(chunks.flat(2).map((person) => [person.id, person]))))
  }
}
