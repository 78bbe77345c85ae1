/**
 * The handlers of the billing operations, including the preview of contracts.
 */
import { GenesysCloudApi } from "@genesys-license/schema/GenesysCloudApi"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Authorization from "../gateway/Authorization.ts"
import * as ErrorResponse from "../gateway/ErrorResponse.ts"
import { Organization } from "../organization/Organization.ts"

const billing = HttpApiBuilder.group(
  GenesysCloudApi,
  "billing",
  Effect.fnUntraced(function* (handlers) {
    const organization = yield* Organization
    return handlers.handleAll({
      getBillingReportsBillableusage: Effect.fnUntraced(function* ({ query: { endDate, startDate } }) {
        return DateTime.isGreaterThan(startDate, endDate)
          ? yield* ErrorResponse.badRequest("endDate is before startDate.")
          : yield* organization.billableUsage(startDate, endDate)
      })
    })
  })
)

const contracts = HttpApiBuilder.group(
  GenesysCloudApi,
  "billingContracts",
  Effect.fnUntraced(function* (handlers) {
    const organization = yield* Organization
    const contractOf = Effect.fnUntraced(function* (contractId: string) {
      const contract = yield* organization.contract
      return contract.id === contractId ? contract : undefined
    })

    return handlers.handleAll({
      getBillingContracts: ({ query }) =>
        Effect.map(organization.contract, (contract) => {
          const isSought =
            (query.status ?? contract.status) === contract.status &&
            (query.externalNumber ?? contract.externalNumber) === contract.externalNumber &&
            (query.dateStart ?? "") <= (contract.dateEnd ?? "") &&
            (contract.dateStart ?? "") <= (query.dateEnd ?? "9999")
          return { entities: isSought && query.after === undefined ? [contract] : [] }
        }),
      getBillingContract: Effect.fnUntraced(function* ({ params }) {
        return (yield* contractOf(params.contractId)) ?? (yield* ErrorResponse.notFound)
      }),
      getBillingContractBillingperiod: Effect.fnUntraced(function* ({ params }) {
        const period = yield* organization.contractPeriod(params.billingPeriodId)
        const isKnown = (yield* contractOf(params.contractId)) !== undefined && Option.isSome(period)
        return isKnown ? period.value : yield* ErrorResponse.notFound
      })
    })
  })
)

/** The handlers of the groups `billing` and `billingContracts`. */
export const layer = Layer.mergeAll(billing, contracts).pipe(Layer.provide(Authorization.layer))
