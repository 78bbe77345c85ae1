/**
 * What becomes of a page that is larger than a server serves.
 */
import type { LargestPage } from "../organization/Organization.ts"
import type { PageQuery } from "../organization/Page.ts"

/** The page that is served; `undefined` where it is refused. */
export const apply = (
  { pageNumber, pageSize }: PageQuery,
  { larger = "refuse", size }: LargestPage
): PageQuery | undefined => {
  if (pageSize <= size) return { pageNumber, pageSize }
  if (larger === "refuse") return undefined
  return { pageNumber, pageSize: size, saidSize: larger === "cut" ? size : pageSize }
}
