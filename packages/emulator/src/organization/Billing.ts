/**
 * The contract and the billed usage of an organization. The formats are the vendor's. The names, the
 * prices and the contract number are invented.
 */
import type {
  BillingCharge,
  BillingContract,
  BillingContractPeriodDetail
} from "@genesys-license/schema/billing/Contract"
import type { BillingUsageReport } from "@genesys-license/schema/billing/UsageReport"
import type { LicenseId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import * as DateTime from "effect/DateTime"
import type { Directory } from "./Directory.ts"
import { seen } from "./Person.ts"
import type { Users } from "./Users.ts"

export interface Billing {
  readonly contract: BillingContract
  /** The report of a period. The first request for a period gets `InProgress`, and later ones the report. */
  readonly usage: (
    startDate: DateTime.Utc,
    endDate: DateTime.Utc,
    users: Users,
    directory: Directory
  ) => BillingUsageReport
  /** The charges of a period of the contract. */
  readonly period: (periodId: string, users: Users) => BillingContractPeriodDetail | undefined
}

/** In US dollars for one seat, within the contract and beyond it. */
const price = 100
const overagePrice = 120

/** The maximum number of periods that are known to be ready. Above it, all of them start again with `InProgress`. */
const capacity = 1000

export const make = (options: {
  readonly contractId: string
  /** In milliseconds since 1970. It selects the year of the contract and the open month. */
  readonly now: number
  readonly users: Users
  readonly definitions: ReadonlyArray<LicenseDefinition>
}): Billing => {
  const { contractId, definitions, now } = options
  const ready = new Set<string>()

  // The contract covers the initial users, rounded up to tens.
  const initialHolders = holders(options.users)
  const bought = new Map(definitions.map(({ id }) => [id, Math.ceil((initialHolders.get(id) ?? 0) / 10) * 10]))
  const productOf = ({ description, id }: LicenseDefinition) => ({
    id,
    name: description ?? id,
    unitOfMeasure: "User"
  })

  const today = DateTime.makeUnsafe(now)
  const year = DateTime.startOf(today, "year")
  const billingPeriods = Array.from({ length: DateTime.getPartUtc(today, "month") }, (_, month) => {
    const start = DateTime.add(year, { months: month })
    return {
      id: DateTime.formatIsoDateUtc(start).slice(0, 7),
      dateStart: DateTime.formatIsoDateUtc(start),
      dateEnd: DateTime.formatIsoDateUtc(DateTime.endOf(start, "month")),
      status: month + 1 === DateTime.getPartUtc(today, "month") ? "Open" : "Closed"
    }
  })

  const charge = (definition: LicenseDefinition, actualQuantity: number): BillingCharge => {
    const prepaidQuantity = bought.get(definition.id) ?? 0
    const overageQuantity = Math.max(0, actualQuantity - prepaidQuantity)
    return {
      id: definition.id,
      name: definition.description ?? definition.id,
      product: productOf(definition),
      prepaidQuantity,
      actualQuantity,
      overageQuantity,
      overageRate: overagePrice,
      overageCharge: overageQuantity * overagePrice,
      overageCurrency: "USD"
    }
  }

  return {
    usage: (startDate, endDate, users, directory) => {
      const period = { startDate: DateTime.formatIso(startDate), endDate: DateTime.formatIso(endDate) }
      const key = `${period.startDate}/${period.endDate}`
      if (!ready.has(key)) {
        if (ready.size >= capacity) ready.clear()
        ready.add(key)
        return { ...period, status: "InProgress", usages: [] }
      }
      return { ...period, status: "Complete", usages: usages(users, definitions, directory, period.startDate) }
    },
    contract: {
      id: contractId,
      externalNumber: contractId,
      status: "Active",
      dateStart: DateTime.formatIsoDateUtc(year),
      dateEnd: DateTime.formatIsoDateUtc(DateTime.endOf(today, "year")),
      billingPeriods,
      plans: definitions.map((definition) => ({
        id: definition.id,
        name: definition.description ?? definition.id,
        product: productOf(definition),
        items: [
          {
            name: definition.description ?? definition.id,
            quantity: bought.get(definition.id) ?? 0,
            price,
            overagePrice,
            currencyIsoCode: "USD"
          }
        ]
      }))
    },
    period: (periodId, users) => {
      const period = billingPeriods.find(({ id }) => id === periodId)
      if (period === undefined) return undefined
      const used = holders(users)
      return { ...period, charges: definitions.map((definition) => charge(definition, used.get(definition.id) ?? 0)) }
    }
  }
}

const holders = ({ byId }: Users): ReadonlyMap<LicenseId, number> => {
  const counts = new Map<LicenseId, number>()
  for (const { holding } of byId.values()) {
    for (const license of holding.licenses) counts.set(license, (counts.get(license) ?? 0) + 1)
  }
  return counts
}

/** Bills the licenses of every user who was seen after the start of the period. */
const usages = (
  { byId }: Users,
  definitions: ReadonlyArray<LicenseDefinition>,
  directory: Directory,
  startDate: string
): BillingUsageReport["usages"] => {
  const resources = new Map<LicenseId, Array<{ readonly name: string; readonly date: string }>>()
  for (const { holding, id } of byId.values()) {
    if (holding.licenses.length === 0) continue
    const person = directory.person(id, ["dateLastLogin", "lasttokenissued"])
    if (person === undefined || !person.email || seen(person) < startDate) continue
    for (const license of holding.licenses) {
      const billed = resources.get(license) ?? []
      resources.set(license, billed)
      billed.push({ name: person.email, date: startDate })
    }
  }
  return definitions.flatMap(({ description, id }) => {
    const billed = resources.get(id)
    return billed ? [{ name: description ?? id, totalUsage: String(billed.length), resources: billed }] : []
  })
}
