/**
 * The operations of users, answered from the directory of the organization.
 */
import { GenesysCloudApi } from "@genesys-license/schema/GenesysCloudApi"
import type { UserExpansion } from "@genesys-license/schema/users/UsersApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Authorization from "../gateway/Authorization.ts"
import * as ErrorResponse from "../gateway/ErrorResponse.ts"
import type { State } from "../organization/Directory.ts"
import { Organization } from "../organization/Organization.ts"
import * as Page from "../organization/Page.ts"
import * as PageLimit from "./PageLimit.ts"

/** The vendor documents no number; 500 are known to be served. */
const largestPage = { size: 500 }

/** Of inactive users no more are listed. */
const mostInactive = 10_000

/** The handlers of the group `users`. */
export const layer = HttpApiBuilder.group(
  GenesysCloudApi,
  "users",
  Effect.fnUntraced(function* (handlers) {
    const organization = yield* Organization

    const shown =
      (expand: ReadonlyArray<UserExpansion> = []) =>
      (id: string) => {
        const person = organization.directory.person(id, expand)
        return person === undefined ? [] : [person]
      }

    /** By their ids, and not by going through everybody. */
    const inState = (ids: ReadonlyArray<string>, state: State) =>
      [...new Set(ids)].filter((id) => {
        const now = organization.directory.state(id)
        return now !== undefined && (state === "any" || now === state)
      })

    // Written as they are: the contract reads `""` as no token, and would never write it.
    return handlers.handleAll({
      getUsers: Effect.fnUntraced(function* ({ query }) {
        const { expand, id, state } = query
        // Whoever is asked for by id is no page of the list, of which alone the two limits are known.
        const limit = id === undefined ? (organization.largestPage ?? largestPage) : largestPage
        const page = PageLimit.apply(query, limit)
        if (page === undefined) return yield* ErrorResponse.pageTooLarge(query.pageSize)
        if (id === undefined && state === "inactive" && page.pageNumber * page.pageSize > mostInactive) {
          return yield* ErrorResponse.badRequest(`No more than ${mostInactive} inactive users are listed.`)
        }
        const list = id === undefined ? organization.directory.inState(state) : inState(id, state)
        if (id !== undefined && id.length > 0 && list.length === 0) return yield* ErrorResponse.usersNotFound
        return HttpServerResponse.jsonUnsafe({
          entities: Page.slice(list, page).flatMap(shown(expand)),
          ...Page.counts(list.length, page)
        })
      }),
      getUsersQuery: Effect.fnUntraced(function* ({ query }) {
        const { cursor, expand, pageSize, state } = query
        const page = PageLimit.apply({ pageSize, pageNumber: 1 }, organization.largestPage ?? largestPage)
        if (page === undefined) return yield* ErrorResponse.pageTooLarge(pageSize)
        const start = cursor === undefined ? 0 : Number(/^after-(\d{1,9})$/.exec(cursor)?.[1] ?? Number.NaN)
        if (Number.isNaN(start)) return yield* ErrorResponse.badRequest("The cursor is not one that was given out.")
        const list = organization.directory.inState(state)
        const end = start + page.pageSize
        const entities = list.slice(start, end).flatMap(shown(expand))
        return HttpServerResponse.jsonUnsafe({
          entities,
          results: entities.length,
          ...(end < list.length && { cursor: `after-${end}` })
        })
      }),
      getUser: Effect.fnUntraced(function* ({ params, query }) {
        const { expand = [], state } = query
        const person = organization.directory.person(params.userId, expand)
        // Whether somebody inactive is found as active is not documented: here, all who are not deleted are.
        const isSought = person !== undefined && (person.state === "deleted") === (state === "deleted")
        return isSought ? HttpServerResponse.jsonUnsafe(person) : yield* ErrorResponse.userNotFound
      })
    })
  })
).pipe(Layer.provide(Authorization.layer))
