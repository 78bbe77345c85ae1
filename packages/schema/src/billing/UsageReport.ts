/**
 * Who and what was billed in a period.
 */
import * as Schema from "effect/Schema"
import { date, list, optional } from "../Lenient.ts"

/** A user or a device that was billed. */
export const BillingUsageResource = Schema.Struct({
  /** The e-mail address of a user, or the id of a device. */
  name: optional(Schema.String),
  /** When it was first seen in the period, as the server writes it. */
  date
}).annotate({ identifier: "BillingUsageResource" })
export interface BillingUsageResource extends Schema.Schema.Type<typeof BillingUsageResource> {}

/** What was used of one charge. */
export const BillingUsage = Schema.Struct({
  /** The name of the charge, such as `Genesys Cloud CX 2`: for people, and not the id of a license. */
  name: optional(Schema.String),
  /** A decimal number, such as `"12"` or `"0.5"`. */
  totalUsage: optional(Schema.String),
  resources: list(BillingUsageResource)
}).annotate({ identifier: "BillingUsage" })
export interface BillingUsage extends Schema.Schema.Type<typeof BillingUsage> {}

/** The billable usage of a period. */
export const BillingUsageReport = Schema.Struct({
  startDate: date,
  endDate: date,
  /** `InProgress`: ask again in a few seconds. `Complete`: this is the report. Open, because the list may grow. */
  status: optional(Schema.String),
  usages: list(BillingUsage)
}).annotate({ identifier: "BillingUsageReport" })
export interface BillingUsageReport extends Schema.Schema.Type<typeof BillingUsageReport> {}
