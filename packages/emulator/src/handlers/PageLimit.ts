/**
 * Applies the maximum page size to a request for a page.
 */
import type { LargestPage } from "../organization/Organization.ts"
import type { PageQuery } from "../organization/Page.ts"

/** The page to serve. `undefined` if the request must be refused. */
export const apply = (
  { pageNumber, pageSize }: PageQuery,
  { larger = "refuse", size }: LargestPage
): PageQuery | undefined => {
  if (pageSize <= size) return { pageNumber, pageSize }
  if (larger === "refuse") return undefined
  return { pageNumber, pageSize: size, reportedSize: larger === "cut" ? size : pageSize }
}
