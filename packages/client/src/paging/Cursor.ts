/**
 * Reads a list in which each page contains the cursor of the next. Such a list has no
 * total, and its pages can only be read one after the other.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { GenesysError, UnexpectedResponse } from "../errors/GenesysError.ts"

/** One page, and the cursor of the next page. The last page has none. */
export interface CursorPage<A> {
  readonly entities: ReadonlyArray<A>
  readonly next: string | undefined
}

/** The entities of all pages, in the order of the list. A page is requested only when the stream needs it. */
export const entities = <A>(
  /** The vendor's name of the operation, for errors. */
  operation: string,
  /** Requests the page of a cursor, or the first page without one. */
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
        const problem = "its cursor leads back to a page that was read before"
        return Effect.fail(new GenesysError({ operation, reason: new UnexpectedResponse({ problem }) }))
      })
    )
  })
