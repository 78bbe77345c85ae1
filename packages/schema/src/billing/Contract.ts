/**
 * Contracts: what was bought, and period by period what was used of it. All of it is
 * a preview of the vendor's, known from the official SDKs only: anything but an id
 * may be missing tomorrow.
 */
import * as Schema from "effect/Schema"
import { date, list, optional } from "../Lenient.ts"

/** What is sold. */
export const BillingProduct = Schema.Struct({
  id: optional(Schema.String),
  sku: optional(Schema.String),
  name: optional(Schema.String),
  /** Such as `User`, `Token` or `Minute`; open, because the list may grow. */
  unitOfMeasure: optional(Schema.String)
}).annotate({ identifier: "BillingProduct" })
export interface BillingProduct extends Schema.Schema.Type<typeof BillingProduct> {}

/** A line of a plan. Prices are in `currencyIsoCode`. */
export const BillingPlanItem = Schema.Struct({
  name: optional(Schema.String),
  quantity: optional(Schema.Finite),
  price: optional(Schema.Finite),
  /** For each unit beyond `quantity`. */
  overagePrice: optional(Schema.Finite),
  discountAmount: optional(Schema.Finite),
  currencyIsoCode: optional(Schema.String)
}).annotate({ identifier: "BillingPlanItem" })
export interface BillingPlanItem extends Schema.Schema.Type<typeof BillingPlanItem> {}

/** What the organization has agreed to buy of one product. */
export const BillingPlan = Schema.Struct({
  id: optional(Schema.String),
  name: optional(Schema.String),
  product: optional(BillingProduct),
  items: list(BillingPlanItem)
}).annotate({ identifier: "BillingPlan" })
export interface BillingPlan extends Schema.Schema.Type<typeof BillingPlan> {}

const period = {
  id: Schema.String,
  /** A day, as the server writes it. */
  dateStart: date,
  dateEnd: date,
  /** `Open` or `Closed`; open, because the list may grow. */
  status: optional(Schema.String)
}

/** A period of a contract. */
export const BillingContractPeriod = Schema.Struct(period).annotate({ identifier: "BillingContractPeriod" })
export interface BillingContractPeriod extends Schema.Schema.Type<typeof BillingContractPeriod> {}

/** A contract, with its periods and plans. */
export const BillingContract = Schema.Struct({
  id: Schema.String,
  externalNumber: optional(Schema.String),
  /** `Active` or `Inactive`; open, because the list may grow. */
  status: optional(Schema.String),
  dateStart: date,
  dateEnd: date,
  billingPeriods: list(BillingContractPeriod),
  plans: list(BillingPlan)
}).annotate({ identifier: "BillingContract" })
export interface BillingContract extends Schema.Schema.Type<typeof BillingContract> {}

/** A page of contracts. There is no number of pages: `nextUri` leads on, and is absent at the end. */
export const BillingContractListing = Schema.Struct({
  entities: list(BillingContract),
  nextUri: optional(Schema.String)
}).annotate({ identifier: "BillingContractListing" })
export interface BillingContractListing extends Schema.Schema.Type<typeof BillingContractListing> {}

/** What was bought and used of one product in a period. */
export const BillingCharge = Schema.Struct({
  id: optional(Schema.String),
  name: optional(Schema.String),
  product: optional(BillingProduct),
  /** What is paid for, used or not. */
  prepaidQuantity: optional(Schema.Finite),
  /** What may be used beyond that without a charge. */
  fairuseQuantity: optional(Schema.Finite),
  actualQuantity: optional(Schema.Finite),
  overageQuantity: optional(Schema.Finite),
  /** For each unit, in `overageCurrency`. */
  overageRate: optional(Schema.Finite),
  /** In all, in `overageCurrency`. */
  overageCharge: optional(Schema.Finite),
  overageCurrency: optional(Schema.String)
}).annotate({ identifier: "BillingCharge" })
export interface BillingCharge extends Schema.Schema.Type<typeof BillingCharge> {}

/** A period of a contract, with its charges. */
export const BillingContractPeriodDetail = Schema.Struct({ ...period, charges: list(BillingCharge) }).annotate({
  identifier: "BillingContractPeriodDetail"
})
export interface BillingContractPeriodDetail extends Schema.Schema.Type<typeof BillingContractPeriodDetail> {}
