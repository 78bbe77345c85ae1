/**
 * All entities of a list as a lazy stream over its pages.
 *
 * Page 1 is read alone, because it tells how many there are; the others follow, a few
 * at a time. Nobody guarantees that the list stands still meanwhile: nothing is
 * delivered twice, and what was seen to move is reported with every page.
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

/** A list that comes in numbered pages. Entities are the same when their `id` is. */
export interface List<A extends { readonly id: string }> {
  /** The vendor's name of the operation, such as `getLicenseUsers`: errors name it. */
  readonly operation: string
  /** One page, with all the policies of the transport. */
  readonly getPage: (page: PageQuery) => Effect.Effect<Listing<A>, GenesysError>
  /** Made once for each client with `PageSize.make()`, so that all readings of the list share what they find. */
  readonly pageSize: PageSize.PageSize
}

/** How a list is read. */
export interface Options {
  /**
   * Entities per page, exactly: a server that refuses the size fails the reading.
   *
   * By default the size finds itself, since the vendor documents no largest page: 500 are
   * asked for first. A server that refuses a page as too large is asked for 100, then for
   * 25; one that serves fewer is asked for as many as it serves. The client remembers what
   * it found.
   */
  readonly pageSize?: number | undefined
  /** Pages at the same time, after the first. 1 is strictly sequential. Default: 4. */
  readonly concurrency?: number | undefined
  /**
   * Pages in the order of the list, or as they arrive: then a slow page holds up no
   * other, and a page that fails is reported after those on their way. Default: `"list"`.
   */
  readonly order?: "list" | "arrival" | undefined
  /**
   * Goes on where another reading stopped: at `resumeFrom` of a page or of an error.
   * Its page size stands for `pageSize`. The entities before it are not known any more:
   * one that has moved since to a later page is delivered again.
   */
  readonly resumeFrom?: PagePosition | undefined
  /**
   * How often the list is read at most. A further reading delivers what those before
   * it have not met, and is the last when it confirms the one before it: see
   * `confirmed` of the drift, which stays `false` when the readings are used up.
   * A reading that is resumed is the only one. Default: 1; at most 100.
   */
  readonly maxReadings?: number | undefined
}

/** One element for each page that is read. */
export const pages = <A extends { readonly id: string }>(
  list: List<A>,
  options?: Options
): Stream.Stream<Page<A>, GenesysError> => read(list, options, Effect.map(Arr.of))

/** The entities of the pages, one after the other. */
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

/** A stream whose chunks are made of pages: hundreds of entities cost no more steps than a page. */
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
        // The size of a position may have been chosen: nothing is found by it for others.
        ...(pageSize === undefined && { found: resumeFrom === undefined ? found : PageSize.make() })
      })
      const requests = ReadAhead.make({
        ask: () => reading.ask(),
        // A failure must not overtake pages that are still to be delivered.
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

/** What is wrong with the options. */
const problemOf = ({ concurrency = 1, maxReadings = 1, order = "list", pageSize = 1, resumeFrom }: Options) => {
  if (!isFrom1(pageSize)) return "pageSize must be a whole number of 1 or more"
  if (!isFrom1(concurrency)) return "concurrency must be a whole number of 1 or more"
  if (!isFrom1(maxReadings) || maxReadings > 100) return "maxReadings must be a whole number from 1 to 100"
  if (order !== "list" && order !== "arrival") return `order must be "list" or "arrival"`
  if (resumeFrom === undefined) return undefined
  if (!isPosition(resumeFrom)) return "resumeFrom must be the position of a page or of an error"
  if (maxReadings > 1)
    return "resumeFrom cannot be combined with maxReadings: the entities before it are not known any more"
  return undefined
}

const isFrom1 = (value: number): boolean => Number.isSafeInteger(value) && value >= 1
