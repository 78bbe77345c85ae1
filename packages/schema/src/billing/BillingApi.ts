/**
 * The operations that read billable usage and, as a preview of the vendor, contracts.
 *
 * @see https://developer.genesys.cloud/billing/
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { Authorization } from "../Authorization.ts"
import { documentedErrors as error } from "../ErrorBody.ts"
import { PathSegment } from "../Ids.ts"
import * as Operation from "../Operation.ts"
import * as Query from "../Query.ts"
import { BillingContract, BillingContractListing, BillingContractPeriodDetail } from "./Contract.ts"
import { BillingUsageReport } from "./UsageReport.ts"

/** The scope of both groups. */
const scope = "billing"

const period = { startDate: Query.dateTime, endDate: Query.dateTime }

const getBillingReportsBillableusage = HttpApiEndpoint.get("getBillingReportsBillableusage", "/reports/billableusage", {
  query: period,
  success: BillingUsageReport,
  error
}).annotateMerge(
  Operation.reads({
    scope,
    scopes: ["billing:readonly"],
    summary:
      "Get the billable usage of a period. While its status is InProgress, repeat the request after a few seconds.",
    permissions: ["billing:subscription:read", "billing:subscription:view"],
    query: period
  })
)

const billing = HttpApiGroup.make("billing", { topLevel: true })
  .add(getBillingReportsBillableusage)
  .prefix("/api/v2/billing")
  .middleware(Authorization)
  .annotate(OpenApi.Title, "Billing")

/** In the official SDKs since 2025-08, but not in the public contract. Their scopes are therefore a guess. */
const preview = { scope, permissions: ["billing:subscription:view"], preview: true } as const

const contracts = {
  /** The cursor of the next page. `nextUri` of the previous page contains it. */
  after: Query.text,
  before: Query.text,
  /** Maximum: 10. A string by contract. */
  pageSize: Query.text,
  dateStart: Query.date,
  dateEnd: Query.date,
  status: Query.optionalOneOf(["Active", "Inactive"]),
  externalNumber: Query.text
}

const getBillingContracts = HttpApiEndpoint.get("getBillingContracts", "/contracts", {
  query: contracts,
  success: BillingContractListing,
  error
}).annotateMerge(Operation.reads({ ...preview, summary: "Get a page of contracts (preview).", query: contracts }))

const getBillingContract = HttpApiEndpoint.get("getBillingContract", "/contracts/:contractId", {
  params: { contractId: PathSegment },
  success: BillingContract,
  error
}).annotateMerge(Operation.reads({ ...preview, summary: "Get a contract (preview)." }))

const getBillingContractBillingperiod = HttpApiEndpoint.get(
  "getBillingContractBillingperiod",
  "/contracts/:contractId/billingperiods/:billingPeriodId",
  {
    params: { contractId: PathSegment, billingPeriodId: PathSegment },
    success: BillingContractPeriodDetail,
    error
  }
).annotateMerge(Operation.reads({ ...preview, summary: "Get the usage of a contract in a billing period (preview)." }))

const billingContracts = HttpApiGroup.make("billingContracts", { topLevel: true })
  .add(getBillingContracts, getBillingContract, getBillingContractBillingperiod)
  .prefix("/api/v2/billing")
  .middleware(Authorization)
  .annotate(OpenApi.Title, "Billing contracts (preview)")

/** The billing operations: usage, and contracts (preview). */
export class BillingApi extends HttpApi.make("GenesysCloudBilling")
  .add(billing, billingContracts)
  .annotateMerge(
    OpenApi.annotations({
      title: "Genesys Cloud Billing API",
      version: "v2",
      transform: Operation.withoutRefusals
    })
  ) {}
