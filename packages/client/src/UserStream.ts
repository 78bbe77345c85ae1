/**
 * All users as a lazy stream over the pages.
 *
 * Page 1 is read alone, because it tells how many there are; the others follow in
 * order, a few at a time. Nobody guarantees that the list stands still meanwhile:
 * a user who moved to a later page is not repeated.
 */
import type { UserId } from "@genesys-license/schema/Ids"
import type { UserLicenses, UserLicensesEntityListing } from "@genesys-license/schema/User"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { InvalidRequest, LicenseError, UnexpectedResponse } from "./LicenseError.ts"

export interface Options {
  /** Users per page. The vendor documents no maximum; 100 is what others use. Default: 100. */
  readonly pageSize?: number | undefined
  /** Pages at the same time, after the first. 1 is strictly sequential. Default: 4. */
  readonly concurrency?: number | undefined
}

type GetPage = (page: {
  readonly pageNumber: number
  readonly pageSize: number
}) => Effect.Effect<UserLicensesEntityListing, LicenseError>

const failed = (reason: LicenseError["reason"]) => new LicenseError({ operation: "getLicenseUsers", reason })

export const make = (getPage: GetPage, options: Options = {}): Stream.Stream<UserLicenses, LicenseError> => {
  const { concurrency = 4, pageSize = 100 } = options
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    return Stream.fail(failed(new InvalidRequest({ problem: "concurrency must be 1 or more" })))
  }
  return Stream.suspend(() => {
    const seen = new Set<UserId>()
    const fresh = (page: UserLicensesEntityListing) => page.entities.filter(({ id }) => !seen.has(id) && seen.add(id))

    const read = (pageNumber: number) =>
      Effect.filterOrFail(
        getPage({ pageNumber, pageSize }),
        (page) => page.pageNumber === undefined || page.pageNumber === pageNumber,
        (page) =>
          failed(new UnexpectedResponse({ problem: `asked for page ${pageNumber}, it is page ${page.pageNumber}` }))
      )

    /** Pages `from` to `to`, and those that the last of them says there are more of. */
    const rest = (from: number, to: number): Stream.Stream<UserLicenses, LicenseError> => {
      if (to < from) return Stream.empty
      let last = to
      return Stream.range(from, to, 1).pipe(
        Stream.mapEffect(read, { concurrency }),
        Stream.tap((page) => Effect.sync(() => (last = Math.max(last, page.pageCount ?? 0)))),
        Stream.map(fresh),
        Stream.flattenIterable,
        Stream.concat(Stream.suspend(() => rest(to + 1, last)))
      )
    }

    /** Without a page count: on to the first page that brings nobody new. */
    const untilNobodyNew = (from: number): Stream.Stream<UserLicenses, LicenseError> =>
      Stream.fromEffect(read(from)).pipe(
        Stream.flatMap((page) => {
          const users = fresh(page)
          return users.length === 0
            ? Stream.empty
            : Stream.concat(
                Stream.fromIterable(users),
                Stream.suspend(() => untilNobodyNew(from + 1))
              )
        })
      )

    return Stream.fromEffect(read(1)).pipe(
      Stream.flatMap((first) => {
        if (first.entities.length === 0 && first.pageCount === undefined && first.total === undefined) {
          // An object that is no page at all would otherwise be an organization without users.
          return Stream.fail(
            failed(new UnexpectedResponse({ problem: "page 1 tells of no users, nor how many there are" }))
          )
        }
        const users = fresh(first)
        const more = (first.pageCount ?? 0) > 0 ? rest(2, first.pageCount ?? 0) : untilNobodyNew(2)
        return Stream.concat(Stream.fromIterable(users), users.length === 0 && !first.pageCount ? Stream.empty : more)
      })
    )
  })
}
