/**
 * A position in a list, as plain data. A program can store it and resume there on another day.
 */
import * as Schema from "effect/Schema"
import { Drift } from "./Drift.ts"

const Positive = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

/** A position between two pages. It includes the page size, because page numbers depend on it. */
export const PagePosition = Schema.Struct({
  /** The next page to read, counted from 1. All pages before it were delivered. */
  pageNumber: Positive,
  /** Entities per page, as the server counts them. */
  pageSize: Positive,
  /** Pages after `pageNumber` that were already delivered. Empty unless `order` is `"arrival"`. */
  ahead: Schema.Array(Positive),
  /** How many entities the delivered pages should have contained. */
  expected: Schema.Finite,
  /** The changes that were noticed up to this position. */
  drift: Drift
}).annotate({ identifier: "PagePosition" })
export interface PagePosition extends Schema.Schema.Type<typeof PagePosition> {}
