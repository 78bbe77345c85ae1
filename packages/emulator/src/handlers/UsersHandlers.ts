/**
 * The handlers of the user operations.
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

/** The vendor documents no limit. Pages of 500 are known to work. */
const largestPage = { size: 500 }

/** The platform answers 400 to pages of inactive users beyond this number. */
const maximumInactive = 10_000

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

    /** Filters the requested ids only, without a pass over all users. */
    const inState = (ids: ReadonlyArray<string>, state: State) =>
      [...new Set(ids)].filter((id) => {
        const now = organization.directory.state(id)
        return now !== undefined && (state === "any" || now === state)
      })

    // Bypasses the encoder of the contract: it decodes `lastTokenIssued: ""` as absent, so it never encodes `""`.
    return handlers.handleAll({
      getUsers: Effect.fnUntraced(function* ({ query }) {
        const { expand, id, state } = query
        // A request by ids reads no page of the list, so the limits of the list do not apply to it.
        const limit = id === undefined ? (organization.largestPage ?? largestPage) : largestPage
        const page = PageLimit.apply(query, limit)
        if (page === undefined) return yield* ErrorResponse.pageTooLarge(query.pageSize)
        if (id === undefined && state === "inactive" && page.pageNumber * page.pageSize > maximumInactive) {
          return yield* ErrorResponse.badRequest(`At most ${maximumInactive} inactive users can be listed.`)
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
        if (Number.isNaN(start)) return yield* ErrorResponse.badRequest("The cursor is unknown.")
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
        // The vendor does not document whether state=active finds an inactive user. Here it finds all but deleted ones.
        const isSought = person !== undefined && (person.state === "deleted") === (state === "deleted")
        return isSought ? HttpServerResponse.jsonUnsafe(person) : yield* ErrorResponse.userNotFound
      })
    })
  })
).pipe(Layer.provide(Authorization.layer))
