/**
 * The users of an organization as people: who they are, and when they were last seen.
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

/** Which users, and which of their fields. */
export interface UserQuery {
  /**
   * `active`, `inactive`, `deleted` or `any`. Of inactive users the server lists the
   * first 10,000 only, and answers 400 beyond them. Default: `active`, as the server's.
   */
  readonly state?: UserState | undefined
  /**
   * Fields that do not come by themselves, such as `dateLastLogin` and `lasttokenissued`.
   * The server gives them "with a best effort approach": one that is absent is not
   * known, and not "never". Default: none.
   */
  readonly expand?: ReadonlyArray<UserExpansion> | undefined
}

/** A reading of all users. */
export interface PeopleOptions extends Pages.Options, UserQuery {}

/** Reads the users of one organization. */
export interface Users {
  /** One user. Fails with `NotFound` for an id that nobody has, and for an inactive or deleted user who was not asked for. */
  readonly getUser: (
    userId: UserId,
    options?: {
      /** Default: `active`. */
      readonly state?: "active" | "deleted" | undefined
      readonly expand?: UserQuery["expand"]
    }
  ) => Effect.Effect<Person, GenesysError>
  /** One page of users, counted from 1. */
  readonly getUsersPage: (
    query: UserQuery & { readonly pageNumber: number; readonly pageSize: number }
  ) => Effect.Effect<UserEntityListing, GenesysError>
  /** All users, page by page, only as far as they are asked for; nobody twice. */
  readonly users: (options?: PeopleOptions) => Stream.Stream<Person, GenesysError>
  /** The pages beneath `users`; see `LicenseService.userPages`. */
  readonly userPages: (options?: PeopleOptions) => Stream.Stream<Page<Person>, GenesysError>
  /**
   * All users by cursor, in pages of 100, one after the other: without the limit of
   * 10,000 inactive users as far as is known, and without a total. Needs the permission
   * `directory:user:view` in all divisions.
   */
  readonly usersByCursor: (options?: UserQuery) => Stream.Stream<Person, GenesysError>
  /**
   * Any number of users by their ids, 100 a request, or fewer where the server says that
   * these are too many; 4 requests at a time. Somebody whom
   * the organization does not know is not in the map. Default `state`: `any`.
   */
  readonly byId: (
    userIds: Iterable<UserId>,
    options?: UserQuery
  ) => Effect.Effect<ReadonlyMap<UserId, Person>, GenesysError>
}

/** Reads the users of one organization with one set of credentials. */
export class UserService extends Context.Service<UserService, Users>()("@genesys-license/client/UserService") {
  /** On a given transport, together with other services. */
  static readonly layerTransport = ServiceLayers.layerTransport(UserService, (transport) => make(transport))
  /** From values; needs an `HttpClient` only. */
  static readonly layer = (options: ServiceLayers.Options) => ServiceLayers.layer(UserService.layerTransport, options)
  /** From the `GENESYSCLOUD_*` environment; see `GenesysCloud.layerConfig`. */
  static readonly layerConfig = ServiceLayers.layerConfig(UserService.layerTransport)
}

/** The most ids of a request, by the vendor's error `max.user.ids`. */
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
      // None of them is known, if Genesys Cloud says so: its errors have codes, and others come from something in between.
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
