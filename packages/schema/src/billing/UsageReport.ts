/**
 * The usage report: which users and devices the organization was billed for.
 */
import * as Schema from "effect/Schema"
import { date, list, optional } from "../Lenient.ts"

/** A user or a device that the organization was billed for. */
export const BillingUsageResource = Schema.Struct({
  /** The e-mail address of a user, or the id of a device. */
  name: optional(Schema.String),
  /** When the user or device was first seen in the period, as the server sends it. */
  date
}).annotate({ identifier: "BillingUsageResource" })
export interface BillingUsageResource extends Schema.Schema.Type<typeof BillingUsageResource> {}

/** The usage of one charge. */
export const BillingUsage = Schema.Struct({
  /** The display name of the charge, such as `Genesys Cloud CX 2`. It is not a license id. */
  name: optional(Schema.String),
  /** A decimal number as a string, such as `"12"` or `"0.5"`. */
  totalUsage: optional(Schema.String),
  resources: list(BillingUsageResource)
}).annotate({ identifier: "BillingUsage" })
export interface BillingUsage extends Schema.Schema.Type<typeof BillingUsage> {}

/** The billable usage of a period. */
export const BillingUsageReport = Schema.Struct({
  startDate: date,
  endDate: date,
  /** `InProgress`: repeat the request after a few seconds. `Complete`: the report is ready. The vendor may add values. */
  status: optional(Schema.String),
  usages: list(BillingUsage)
}).annotate({ identifier: "BillingUsageReport" })
export interface BillingUsageReport extends Schema.Schema.Type<typeof BillingUsageReport> {}
