/**
 * A list that stands still, and a server with a way of its own to cut it into pages.
 */
import { GenesysError, Refused, ResponseTooLarge } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import type { Listing, PageQuery } from "../../../packages/client/src/paging/Page.ts"
import type { List } from "../../../packages/client/src/paging/Pages.ts"
import * as PageSize from "../../../packages/client/src/paging/PageSize.ts"

/** How a server goes about page sizes. */
export interface Serving {
  /** Larger pages are refused, ... */
  readonly refuseOver?: number | undefined
  /** ... in this way, ... */
  readonly refusal?: keyof typeof refusals | undefined
  /** ... and served as pages of this size otherwise. */
  readonly max?: number | undefined
  /** The page size that an answer tells: the one that was asked for, the one that is served, or none. */
  readonly echo: "asked" | "served" | "nothing"
  /** What an answer counts. `askedPages` is a number of pages of the size that was asked for. */
  readonly counts: "all" | "total" | "pages" | "askedPages" | "none"
}

const entityTooLarge = { code: "response.entity.too.large", details: [], errors: [] }

export const refusals = {
  bare400: new Refused({ status: 400 }),
  coded400: new Refused({ status: 400, body: entityTooLarge }),
  status413: new Refused({ status: 413 }),
  ourCap: new ResponseTooLarge({ limit: 1_000 })
}

export const servings: fc.Arbitrary<Serving> = fc.record({
  refuseOver: fc.option(fc.integer({ min: 25, max: 600 }), { nil: undefined }),
  refusal: fc.constantFrom(...(Object.keys(refusals) as Array<keyof typeof refusals>)),
  max: fc.option(fc.oneof(fc.constantFrom(25, 50, 100, 250), fc.integer({ min: 10, max: 600 })), { nil: undefined }),
  echo: fc.constantFrom("asked", "served", "nothing"),
  counts: fc.constantFrom("all", "total", "pages", "askedPages", "none")
})

/** The page of a list, as the server cuts it. */
export const cut = <A>(
  all: ReadonlyArray<A>,
  { counts, echo, max = Number.POSITIVE_INFINITY }: Serving,
  { pageNumber, pageSize }: PageQuery
): Listing<A> => {
  const served = Math.min(pageSize, max)
  const total = all.length
  return {
    entities: all.slice((pageNumber - 1) * served, pageNumber * served),
    pageNumber,
    ...(echo !== "nothing" && { pageSize: echo === "asked" ? pageSize : served }),
    ...((counts === "all" || counts === "total") && { total }),
    ...((counts === "all" || counts === "pages") && { pageCount: Math.ceil(total / served) }),
    ...(counts === "askedPages" && { pageCount: Math.ceil(total / pageSize) })
  }
}

/** Such a list, which keeps what it is asked for. */
export const make = (total: number, serving: Serving) => {
  const all = Array.from({ length: total }, (_, n) => ({ id: `e${n}` }))
  const asked: Array<PageQuery> = []
  const list: List<{ readonly id: string }> = {
    operation: "getThings",
    pageSize: PageSize.make(),
    getPage: (query) =>
      Effect.suspend(() => {
        asked.push(query)
        return query.pageSize > (serving.refuseOver ?? Number.POSITIVE_INFINITY)
          ? Effect.fail(new GenesysError({ operation: "getThings", reason: refusals[serving.refusal ?? "bare400"] }))
          : Effect.succeed(cut(all, serving, query))
      })
  }
  return { all, asked, list }
}
