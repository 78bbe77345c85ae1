/**
 * What an organization was billed for.
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

/** A span of time, in which billing periods lie. */
export interface Period {
  /** Its beginning, in UTC. */
  readonly startDate: DateTime.Utc
  /** Its end, in UTC. */
  readonly endDate: DateTime.Utc
}

/** Reads the bills of one organization. */
export interface Billing {
  /**
   * The billable usage of a period, charge by charge, with the users who were billed by
   * their e-mail addresses. The names of charges are for people, and not the ids of
   * licenses. Needs `billing:subscription:read` or `billing:subscription:view`.
   *
   * The server makes the report when it is asked for: it is asked again after 3 seconds,
   * 40 times at most, and then the call fails with `NotReady`.
   */
  readonly getUsage: (period: Period) => Effect.Effect<BillingUsageReport, GenesysError>
  /**
   * The contracts, with their periods. A preview upstream: it may change or vanish, and
   * whether it answers for every organization is not known. Needs `billing:subscription:view`.
   */
  readonly contracts: Stream.Stream<BillingContract, GenesysError>
  /** A period of a contract: what was bought, and what was used of it. A preview upstream, like `contracts`. */
  readonly getContractPeriod: (period: {
    readonly contractId: string
    readonly billingPeriodId: string
  }) => Effect.Effect<BillingContractPeriodDetail, GenesysError>
}

/** Reads the bills of one organization with one set of credentials. */
export class BillingService extends Context.Service<BillingService, Billing>()(
  "@genesys-license/client/BillingService"
) {
  /** On a given transport, together with other services. */
  static readonly layerTransport = ServiceLayers.layerTransport(BillingService, (transport) => make(transport))
  /** From values; needs an `HttpClient` only. */
  static readonly layer = (options: ServiceLayers.Options) =>
    ServiceLayers.layer(BillingService.layerTransport, options)
  /** From the `GENESYSCLOUD_*` environment; see `GenesysCloud.layerConfig`. */
  static readonly layerConfig = ServiceLayers.layerConfig(BillingService.layerTransport)
}

/** "Wait a few seconds", says the contract. */
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

/** The cursor in the link to the next page, of which the host is no business of ours. */
const afterOf = (nextUri: string | undefined) =>
  nextUri === undefined ? undefined : (new URLSearchParams(nextUri.split("?")[1] ?? "").get("after") ?? undefined)
