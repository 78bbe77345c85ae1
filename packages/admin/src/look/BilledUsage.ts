/**
 * The billable usage of a period: charge by charge, with the people behind it as far
 * as the directory knows them.
 */
import type { BillingUsageReport } from "@genesys-license/schema/billing/UsageReport"
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import type { Person } from "@genesys-license/schema/users/Person"
import * as ChargeMap from "../licenses/ChargeMap.ts"
import * as Emails from "../people/Emails.ts"

/** Who or what was billed. */
export interface BilledResource {
  /** An e-mail address, or the id of a device. */
  readonly resource: string
  /** When it was first seen in the period, as the server writes it. */
  readonly date?: string
  /** Absent where the directory was not read. */
  readonly isInDirectory?: boolean
  readonly userId?: UserId
  /** As the directory has it. */
  readonly name?: string
  /** As the directory has it. */
  readonly department?: string
  /** The name of it, as the directory has it. */
  readonly division?: string
  /** `active`, `inactive` or `deleted`, as the directory has it. */
  readonly state?: string
  /** Whether this person holds the license of the charge now. Absent where that is not known. */
  readonly holds?: boolean
}

/** One charge of a report. */
export interface BilledCharge {
  /** For people, and no license id. */
  readonly charge: string
  /** A decimal number, exactly as the server wrote it. */
  readonly totalUsage?: string
  /** The license of the charge, where the file of charges tells it. */
  readonly licenseId?: LicenseId
  /** How many hold this license now. */
  readonly held?: number
  /** Absent where the directory was not read. */
  readonly notInDirectory?: number
  /** Who or what was billed. */
  readonly resources: ReadonlyArray<BilledResource>
}

/** A report of billable usage. */
export interface BilledUsage {
  /** When the period begins, as the server writes it. */
  readonly startDate?: string
  /** When it ends, as the server writes it. */
  readonly endDate?: string
  /** In the order of the server. */
  readonly charges: ReadonlyArray<BilledCharge>
  /** Charges of the file of charges that were not billed. */
  readonly strangers: ReadonlyArray<string>
}

/** What is known beside the report; what is not given is left out of the result. */
export interface Known {
  /** By the sameness of their e-mail address. */
  readonly people?: ReadonlyMap<string, Person> | undefined
  /** Which license each charge is for. */
  readonly charges?: ChargeMap.ChargeMap | undefined
  /** Who holds which license, of those in `charges` at least. */
  readonly holders?: ReadonlyMap<LicenseId, ReadonlySet<UserId>> | undefined
}

/** Everything in the report that may be an e-mail address. */
export const emails = ({ usages }: BillingUsageReport): ReadonlySet<string> =>
  new Set(
    usages.flatMap(({ resources }) =>
      resources.flatMap(({ name = "" }) => (name.includes("@") ? [Emails.sameness(name.trim())] : []))
    )
  )

/** Puts what is known now beside a report. */
export const make = (report: BillingUsageReport, { charges, holders, people }: Known): BilledUsage => ({
  ...(report.startDate !== undefined && { startDate: report.startDate }),
  ...(report.endDate !== undefined && { endDate: report.endDate }),
  charges: report.usages.map(({ name: charge = "", resources, totalUsage }) => {
    const licenseId = charges && ChargeMap.licenseOf(charges, charge)
    const holding = licenseId === undefined || holders === undefined ? undefined : (holders.get(licenseId) ?? new Set())
    const billed = resources.map(({ date, name: resource = "" }): BilledResource => {
      const person = people?.get(Emails.sameness(resource.trim()))
      return {
        resource,
        ...(date !== undefined && { date }),
        ...(people !== undefined && { isInDirectory: person !== undefined }),
        ...(person !== undefined && identify(person)),
        ...(person !== undefined && holding !== undefined && { holds: holding.has(person.id) })
      }
    })
    return {
      charge,
      ...(totalUsage !== undefined && { totalUsage }),
      ...(licenseId !== undefined && { licenseId }),
      ...(holding !== undefined && { held: holding.size }),
      ...(people !== undefined && { notInDirectory: billed.filter(({ isInDirectory }) => !isInDirectory).length }),
      resources: billed
    }
  }),
  strangers:
    charges === undefined
      ? []
      : ChargeMap.strangers(
          charges,
          report.usages.map(({ name = "" }) => name)
        )
})

const identify = ({ department, division, id, name, state }: Person) => ({
  userId: id,
  ...(name !== undefined && { name }),
  ...(department !== undefined && { department }),
  ...(division?.name !== undefined && { division: division.name }),
  ...(state !== undefined && { state })
})
