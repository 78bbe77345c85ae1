/**
 * Contracts: what the organization bought, and what it used in each billing period.
 *
 * This is a preview of the vendor, known only from the official SDKs. Every field except
 * the ids may disappear without notice.
 */
import * as Schema from "effect/Schema"
import { date, list, optional } from "../Lenient.ts"

/** A product that Genesys sells. */
export const BillingProduct = Schema.Struct({
  id: optional(Schema.String),
  sku: optional(Schema.String),
  name: optional(Schema.String),
  /** Such as `User`, `Token` or `Minute`. The vendor may add values. */
  unitOfMeasure: optional(Schema.String)
}).annotate({ identifier: "BillingProduct" })
export interface BillingProduct extends Schema.Schema.Type<typeof BillingProduct> {}

/** One line of a plan. Prices are in `currencyIsoCode`. */
export const BillingPlanItem = Schema.Struct({
  name: optional(Schema.String),
  quantity: optional(Schema.Finite),
  price: optional(Schema.Finite),
  /** The price of each unit beyond `quantity`. */
  overagePrice: optional(Schema.Finite),
  discountAmount: optional(Schema.Finite),
  currencyIsoCode: optional(Schema.String)
}).annotate({ identifier: "BillingPlanItem" })
export interface BillingPlanItem extends Schema.Schema.Type<typeof BillingPlanItem> {}

/** What the organization has agreed to buy of a product. */
export const BillingPlan = Schema.Struct({
  id: optional(Schema.String),
  name: optional(Schema.String),
  product: optional(BillingProduct),
  items: list(BillingPlanItem)
}).annotate({ identifier: "BillingPlan" })
export interface BillingPlan extends Schema.Schema.Type<typeof BillingPlan> {}

const period = {
  id: Schema.String,
  /** A day, as the server sends it. */
  dateStart: date,
  dateEnd: date,
  /** `Open` or `Closed`. The vendor may add values. */
  status: optional(Schema.String)
}

/** A billing period of a contract. */
export const BillingContractPeriod = Schema.Struct(period).annotate({ identifier: "BillingContractPeriod" })
export interface BillingContractPeriod extends Schema.Schema.Type<typeof BillingContractPeriod> {}

/** A contract, with its periods and plans. */
export const BillingContract = Schema.Struct({
  id: Schema.String,
  externalNumber: optional(Schema.String),
  /** `Active` or `Inactive`. The vendor may add values. */
  status: optional(Schema.String),
  dateStart: date,
  dateEnd: date,
  billingPeriods: list(BillingContractPeriod),
  plans: list(BillingPlan)
}).annotate({ identifier: "BillingContract" })
export interface BillingContract extends Schema.Schema.Type<typeof BillingContract> {}

/** A page of contracts, without counts. `nextUri` is the address of the next page; the last page has none. */
export const BillingContractListing = Schema.Struct({
  entities: list(BillingContract),
  nextUri: optional(Schema.String)
}).annotate({ identifier: "BillingContractListing" })
export interface BillingContractListing extends Schema.Schema.Type<typeof BillingContractListing> {}

/** What the organization bought and used of a product in a billing period. */
export const BillingCharge = Schema.Struct({
  id: optional(Schema.String),
  name: optional(Schema.String),
  product: optional(BillingProduct),
  /** The quantity that is paid for, used or not. */
  prepaidQuantity: optional(Schema.Finite),
  /** The additional quantity that is free of charge. */
  fairuseQuantity: optional(Schema.Finite),
  actualQuantity: optional(Schema.Finite),
  overageQuantity: optional(Schema.Finite),
  /** The price of each unit of overage, in `overageCurrency`. */
  overageRate: optional(Schema.Finite),
  /** The price of all overage, in `overageCurrency`. */
  overageCharge: optional(Schema.Finite),
  overageCurrency: optional(Schema.String)
}).annotate({ identifier: "BillingCharge" })
export interface BillingCharge extends Schema.Schema.Type<typeof BillingCharge> {}

/** A billing period of a contract, with its charges. */
export const BillingContractPeriodDetail = Schema.Struct({ ...period, charges: list(BillingCharge) }).annotate({
  identifier: "BillingContractPeriodDetail"
})
export interface BillingContractPeriodDetail extends Schema.Schema.Type<typeof BillingContractPeriodDetail> {}
