/**
 * All entities of a list whose pages lead from one to the next. Such a list does not
 * say how long it is, and cannot be read several pages at a time.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { GenesysError, UnexpectedResponse } from "../errors/GenesysError.ts"

/** One page, and what leads to the next; absent on the last one. */
export interface CursorPage<A> {
  readonly entities: ReadonlyArray<A>
  readonly next: string | undefined
}

/** The entities of all pages, in the order of the list, read only as far as they are asked for. */
export const entities = <A>(
  /** The vendor's name of the operation: errors name it. */
  operation: string,
  /** The page that a cursor leads to; without one, the first. */
  getPage: (cursor: string | undefined) => Effect.Effect<CursorPage<A>, GenesysError>
): Stream.Stream<A, GenesysError> =>
  Stream.suspend(() => {
    const seen = new Set<string>()
    return Stream.paginate(undefined as string | undefined, (cursor) =>
      Effect.flatMap(getPage(cursor), ({ entities, next }) => {
        if (next === undefined || next === "") return Effect.succeed([entities, Option.none()] as const)
        if (!seen.has(next)) {
          seen.add(next)
          return Effect.succeed([entities, Option.some(next)] as const)
        }
        const problem = "it leads back to a page that was read before"
        return Effect.fail(new GenesysError({ operation, reason: new UnexpectedResponse({ problem }) }))
      })
    )
  })
