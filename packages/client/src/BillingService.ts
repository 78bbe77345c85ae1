/**
 * Billable usage and contracts of an organization.
 *
 * @see https://developer.genesys.cloud/billing/
 */
import { BillingApi } from "@genesys-license/schema/billing/BillingApi"
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { BillingContract, BillingContractPeriodDetail, BillingUsageReport } from "./Models.ts"
import { GenesysError, NotReady } from "./errors/GenesysError.ts"
import * as Cursor from "./paging/Cursor.ts"
import type { Transport } from "./transport/GenesysTransport.ts"
import * as ServiceLayers from "./transport/ServiceLayers.ts"

/** A period of time. */
export interface Period {
  /** Its beginning, in UTC. */
  readonly startDate: DateTime.Utc
  /** Its end, in UTC. */
  readonly endDate: DateTime.Utc
}

/** Reads the billing data of one organization. */
export interface Billing {
  /**
   * The billable usage of a period, by charge. Users appear by e-mail address. The names of
   * charges are display names, not license ids. Needs `billing:subscription:read` or
   * `billing:subscription:view`.
   *
   * The server prepares the report on request. The client polls it every 3 seconds, and fails
   * with `NotReady` after 40 requests.
   */
  readonly getUsage: (period: Period) => Effect.Effect<BillingUsageReport, GenesysError>
  /**
   * All contracts, with their billing periods. A preview of the vendor: it may change or
   * disappear, and may not be available to every organization. Needs `billing:subscription:view`.
   */
  readonly contracts: Stream.Stream<BillingContract, GenesysError>
  /** One billing period of a contract: what was bought and what was used. A preview of the vendor, like `contracts`. */
  readonly getContractPeriod: (period: {
    readonly contractId: string
    readonly billingPeriodId: string
  }) => Effect.Effect<BillingContractPeriodDetail, GenesysError>
}

/** Reads the billing data of one organization with one set of credentials. */
export class BillingService extends Context.Service<BillingService, Billing>()(
  "@genesys-license/client/BillingService"
) {
  /** On a given transport, which other services share. */
  static readonly layerTransport = ServiceLayers.layerTransport(BillingService, (transport) => make(transport))
  /** From values. Needs only an `HttpClient`. */
  static readonly layer = (options: ServiceLayers.Options) =>
    ServiceLayers.layer(BillingService.layerTransport, options)
  /** From the `GENESYSCLOUD_*` environment; see `GenesysCloud.layerConfig`. */
  static readonly layerConfig = ServiceLayers.layerConfig(BillingService.layerTransport)
}

/** The contract says: "wait a few seconds". */
const pause = Duration.seconds(3)
const mostRequests = 40

const make = (transport: Transport): Billing => {
  const usage = transport.group(BillingApi.groups.billing)
  const contracts = transport.group(BillingApi.groups.billingContracts)

  const getUsage = (query: Period, requests = 1): Effect.Effect<BillingUsageReport, GenesysError> =>
    Effect.flatMap(usage.getBillingReportsBillableusage({ query }), (report) => {
      if (report.status?.toLowerCase() !== "inprogress") return Effect.succeed(report)
      if (requests < mostRequests) return Effect.delay(getUsage(query, requests + 1), pause)
      const after = Duration.times(pause, mostRequests - 1)
      return Effect.fail(
        new GenesysError({ operation: "getBillingReportsBillableusage", reason: new NotReady({ after }) })
      )
    })

  return {
    getUsage: (period) => getUsage(period),
    contracts: Cursor.entities("getBillingContracts", (after) =>
      Effect.map(
        contracts.getBillingContracts({ query: { pageSize: "10", ...(after !== undefined && { after }) } }),
        ({ entities, nextUri }) => ({ entities, next: afterOf(nextUri) })
      )
    ),
    getContractPeriod: (params) => contracts.getBillingContractBillingperiod({ params })
  }
}

/** The cursor in the link to the next page. Only the cursor is used, so that a request never goes to another host. */
const afterOf = (nextUri: string | undefined) =>
  nextUri === undefined ? undefined : (new URLSearchParams(nextUri.split("?")[1] ?? "").get("after") ?? undefined)
