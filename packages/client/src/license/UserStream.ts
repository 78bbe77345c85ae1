/**
 * All users as a lazy stream over the pages.
 *
 * Page 1 is read alone, because it tells how many there are; the others follow, a few
 * at a time. Nobody guarantees that the list stands still meanwhile: nobody is
 * delivered twice, and what was seen to move is reported with every page.
 */
import type { UserLicenses, UserLicensesEntityListing } from "@genesys-license/schema/license/User"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Pull from "effect/Pull"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Drift from "../errors/Drift.ts"
import { InvalidRequest, GenesysError } from "../errors/GenesysError.ts"
import { PagePosition } from "../errors/PagePosition.ts"
import * as ReadAhead from "../paging/ReadAhead.ts"
import type { PageQuery, UserPage } from "../paging/UserPage.ts"
import { UserReading } from "../paging/UserReading.ts"

export interface Options {
  /** Users per page. The vendor documents no maximum; 100 is what others use. Default: 100. */
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
   * Its page size stands for `pageSize`. The users before it are not known any more:
   * one who has moved since to a later page is delivered again.
   */
  readonly resumeFrom?: PagePosition | undefined
  /**
   * How often the list is read at most. A further reading delivers whom those before
   * it have not met, and is the last when it confirms the one before it: see
   * `confirmed` of the drift, which stays `false` when the readings are used up.
   * A reading that is resumed is the only one. Default: 1; at most 100.
   */
  readonly maxReadings?: number | undefined
}

type GetPage = (page: PageQuery) => Effect.Effect<UserLicensesEntityListing, GenesysError>

const isPosition = Schema.is(PagePosition)

/** What is wrong with the options. */
const problemOf = ({ concurrency, maxReadings, order, pageSize, resumeFrom }: Required<Options>) => {
  if (!isFrom(1, pageSize)) return "pageSize must be a whole number of 1 or more"
  if (!isFrom(1, concurrency)) return "concurrency must be a whole number of 1 or more"
  if (!isFrom(1, maxReadings) || maxReadings > 100) return "maxReadings must be a whole number from 1 to 100"
  if (order !== "list" && order !== "arrival") return `order must be "list" or "arrival"`
  if (resumeFrom === undefined) return undefined
  if (!isPosition(resumeFrom)) return "resumeFrom must be the position of a page or of an error"
  if (maxReadings > 1)
    return "resumeFrom cannot be combined with maxReadings: the users before it are not known any more"
  return undefined
}

const isFrom = (least: number, value: number | undefined): value is number =>
  value !== undefined && Number.isSafeInteger(value) && value >= least

/** One element for each page that is read. */
export const pages = (getPage: GetPage, options?: Options): Stream.Stream<UserPage, GenesysError> =>
  read(getPage, options, Effect.map(Arr.of))

/** The users of the pages, one after the other. */
export const users = (getPage: GetPage, options?: Options): Stream.Stream<UserLicenses, GenesysError> =>
  read(getPage, options, (page) => {
    const next: Pull.Pull<Arr.NonEmptyReadonlyArray<UserLicenses>, GenesysError> = Effect.flatMap(page, ({ users }) =>
      Arr.isReadonlyArrayNonEmpty(users) ? Effect.succeed(users) : next
    )
    return next
  })

/** A stream whose chunks are made of pages: hundreds of users cost no more steps than a page. */
const read = <A>(
  getPage: GetPage,
  options: Options = {},
  chunks: (page: Pull.Pull<UserPage, GenesysError>) => Pull.Pull<Arr.NonEmptyReadonlyArray<A>, GenesysError>
): Stream.Stream<A, GenesysError> => {
  const { concurrency = 4, maxReadings = 1, order = "list", pageSize = 100, resumeFrom } = options
  const problem = problemOf({ concurrency, maxReadings, order, pageSize, resumeFrom })
  if (problem !== undefined) {
    return Stream.fail(new GenesysError({ operation: "getLicenseUsers", reason: new InvalidRequest({ problem }) }))
  }
  return Stream.fromPull(
    Effect.gen(function* () {
      const reading = new UserReading(resumeFrom ?? beginning(pageSize), maxReadings)
      const requests = ReadAhead.make({
        ask: () => reading.ask(),
        // A failure must not overtake pages that are still to be delivered.
        answer: (query: PageQuery) => Effect.tapError(getPage(query), () => Effect.sync(() => reading.stop())),
        concurrency,
        order
      })
      yield* Effect.addFinalizer(() => requests.clear)

      const page: Pull.Pull<UserPage, GenesysError> = Effect.flatMap(requests.take, (taken) => {
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
          reading.fail(error.value)
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
