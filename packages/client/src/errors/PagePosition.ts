/**
 * Where a reading of a list stands, as plain data: what a program keeps
 * to go on another day.
 */
import * as Schema from "effect/Schema"
import { Drift } from "./Drift.ts"

const Positive = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

/** A position between two pages. It has a meaning only with its page size, and brings it along. */
export const PagePosition = Schema.Struct({
  /** The next page: all before it have been delivered. Counted from 1. */
  pageNumber: Positive,
  /** Users per page, as the server counts them. */
  pageSize: Positive,
  /** Pages after `pageNumber` that have been delivered, when pages come in the order of their arrival. */
  ahead: Schema.Array(Positive),
  /** Users that the pages delivered should have held. */
  expected: Schema.Finite,
  /** What has been seen to move until here. */
  drift: Drift
}).annotate({ identifier: "PagePosition" })
export interface PagePosition extends Schema.Schema.Type<typeof PagePosition> {}
