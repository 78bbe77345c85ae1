/**
 * Reads a list as a lazy stream over its numbered pages.
 *
 * Page 1 is read alone, because it reports how many pages there are. The other pages follow,
 * several at a time. The list may change meanwhile: no entity is delivered twice, and every
 * page reports the changes that were noticed.
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Pull from "effect/Pull"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Drift from "../errors/Drift.ts"
import { GenesysError, InvalidRequest } from "../errors/GenesysError.ts"
import { PagePosition } from "../errors/PagePosition.ts"
import type { Listing, Page, PageQuery } from "./Page.ts"
import { PageReading } from "./PageReading.ts"
import * as PageSize from "./PageSize.ts"
import * as ReadAhead from "./ReadAhead.ts"

/** A list with numbered pages. Entities with the same `id` are the same entity. */
export interface List<A extends { readonly id: string }> {
  /** The vendor's name of the operation, such as `getLicenseUsers`, for errors. */
  readonly operation: string
  /** Requests one page, with the retries and limits of the transport. */
  readonly getPage: (page: PageQuery) => Effect.Effect<Listing<A>, GenesysError>
  /** One `PageSize.make()` for each client and list, so that all streams over the list share the page size they found. */
  readonly pageSize: PageSize.PageSize
}

/** Options for reading a list. */
export interface Options {
  /**
   * Entities per page (default: the largest size that the server accepts). If the server
   * refuses a size that is set here, the stream fails.
   *
   * By default the client requests 500, because the vendor documents no maximum. If the server
   * refuses a page as too large, the client requests 100, then 25. If the server returns
   * fewer than requested, the client goes on with that size. It remembers the size that worked.
   */
  readonly pageSize?: number | undefined
  /** How many pages to request at the same time, after the first page (default: 4). 1 reads one page after the other. */
  readonly concurrency?: number | undefined
  /**
   * `"list"` delivers pages in the order of the list (default). `"arrival"` delivers them as
   * they arrive: a slow page delays no other, and if a page fails, the pages that were already
   * requested are delivered first.
   */
  readonly order?: "list" | "arrival" | undefined
  /**
   * Resumes at the `resumeFrom` of a page or an error (default: starts at page 1). It
   * replaces `pageSize`. The entities before it are no longer known: an entity that has moved
   * to a later page since is delivered again.
   */
  readonly resumeFrom?: PagePosition | undefined
  /**
   * Maximum passes over the list, 1 to 100 (default: 1). Each further pass delivers only
   * entities that earlier passes missed. It stops when two passes agree: `drift.confirmed` is
   * then `true`. If the passes are used up first, it stays `false`. Cannot be combined with
   * `resumeFrom`.
   */
  readonly maxReadings?: number | undefined
}

/** The pages of a list, one element each. */
export const pages = <A extends { readonly id: string }>(
  list: List<A>,
  options?: Options
): Stream.Stream<Page<A>, GenesysError> => read(list, options, Effect.map(Arr.of))

/** The entities of a list, one element each. */
export const entities = <A extends { readonly id: string }>(
  list: List<A>,
  options?: Options
): Stream.Stream<A, GenesysError> =>
  read(list, options, (page) => {
    const next: Pull.Pull<Arr.NonEmptyReadonlyArray<A>, GenesysError> = Effect.flatMap(page, ({ entities }) =>
      Arr.isReadonlyArrayNonEmpty(entities) ? Effect.succeed(entities) : next
    )
    return next
  })

/** Makes each page one chunk of the stream, so that its hundreds of entities cost a single step. */
const read = <A extends { readonly id: string }, B>(
  { getPage, operation, pageSize: found }: List<A>,
  options: Options = {},
  chunks: (page: Pull.Pull<Page<A>, GenesysError>) => Pull.Pull<Arr.NonEmptyReadonlyArray<B>, GenesysError>
): Stream.Stream<B, GenesysError> => {
  const problem = problemOf(options)
  if (problem !== undefined) {
    return Stream.fail(new GenesysError({ operation, reason: new InvalidRequest({ problem }) }))
  }
  const { concurrency = 4, maxReadings = 1, order = "list", pageSize, resumeFrom } = options
  return Stream.fromPull(
    Effect.gen(function* () {
      const reading = new PageReading<A>({
        operation,
        maxReadings,
        from: resumeFrom ?? beginning(pageSize ?? found.size),
        // The caller may have chosen the size of this position, so other streams must not learn from it.
        ...(pageSize === undefined && { found: resumeFrom === undefined ? found : PageSize.make() })
      })
      const requests = ReadAhead.make({
        ask: () => reading.ask(),
        // Only stops requesting: pages before the failed one must still be delivered.
        answer: (query: PageQuery) => Effect.tapError(getPage(query), () => Effect.sync(() => reading.stop())),
        concurrency,
        order
      })
      yield* Effect.addFinalizer(() => requests.clear)

      const page: Pull.Pull<Page<A>, GenesysError> = Effect.flatMap(requests.take, (taken) => {
        if (taken === undefined) {
          if (reading.failure !== undefined) return Effect.fail(reading.failure)
          return reading.more() ? page : Cause.done()
        }
        const [query, answer] = taken
        if (Exit.isSuccess(answer)) {
          const page = reading.accept(query, answer.value)
          if (page !== undefined) return Effect.succeed(page)
        } else {
          const error = Cause.findErrorOption(answer.cause)
          if (Option.isNone(error)) return Effect.failCause(answer.cause)
          reading.fail(error.value, query)
        }
        return order === "list" ? Effect.andThen(requests.clear, page) : page
      })
      return chunks(page)
    })
  ).pipe(Stream.scoped)
}

const beginning = (pageSize: number): PagePosition => ({
  pageNumber: 1,
  pageSize,
  ahead: [],
  expected: 0,
  drift: Drift.none
})

const isPosition = Schema.is(PagePosition)

/** Returns what is wrong with the options. */
const problemOf = ({ concurrency = 1, maxReadings = 1, order = "list", pageSize = 1, resumeFrom }: Options) => {
  if (!isFrom1(pageSize)) return "pageSize must be a whole number of 1 or more"
  if (!isFrom1(concurrency)) return "concurrency must be a whole number of 1 or more"
  if (!isFrom1(maxReadings) || maxReadings > 100) return "maxReadings must be a whole number from 1 to 100"
  if (order !== "list" && order !== "arrival") return `order must be "list" or "arrival"`
  if (resumeFrom === undefined) return undefined
  if (!isPosition(resumeFrom)) return "resumeFrom must be the resumeFrom of a page or of an error"
  if (maxReadings > 1)
    return "resumeFrom cannot be combined with maxReadings, because the entities before it are not known; remove one of them"
  return undefined
}

const isFrom1 = (value: number): boolean => Number.isSafeInteger(value) && value >= 1
