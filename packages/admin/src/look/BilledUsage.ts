/**
 * The billable usage of a period by charge, with the people who were billed if the directory
 * has them.
 */
import type { BillingUsageReport } from "@genesys-license/schema/billing/UsageReport"
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import type { Person } from "@genesys-license/schema/users/Person"
import * as ChargeMap from "../licenses/ChargeMap.ts"
import * as Emails from "../people/Emails.ts"

/** A person or a device that was billed. */
export interface BilledResource {
  /** An e-mail address, or the id of a device. */
  readonly resource: string
  /** When the resource was first used in the period, as the server writes it. */
  readonly date?: string
  /** Absent if the directory was not read. */
  readonly isInDirectory?: boolean
  readonly userId?: UserId
  /** The name, from the directory. */
  readonly name?: string
  /** The department, from the directory. */
  readonly department?: string
  /** The name of the division, from the directory. */
  readonly division?: string
  /** `active`, `inactive` or `deleted`, from the directory. */
  readonly state?: string
  /** Whether this person now holds the license of the charge. Absent if that is not known. */
  readonly holds?: boolean
}

/** One charge of a report. */
export interface BilledCharge {
  /** The name of the charge, for people. It is not a license id. */
  readonly charge: string
  /** A decimal number, exactly as the server wrote it. */
  readonly totalUsage?: string
  /** The license of the charge, if the charge map has it. */
  readonly licenseId?: LicenseId
  /** How many users hold this license now. */
  readonly held?: number
  /** How many resources are not in the directory. Absent if it was not read. */
  readonly notInDirectory?: number
  /** The people and devices that were billed. */
  readonly resources: ReadonlyArray<BilledResource>
}

/** A report of billable usage. */
export interface BilledUsage {
  /** The start of the period, as the server writes it. */
  readonly startDate?: string
  /** The end of the period, as the server writes it. */
  readonly endDate?: string
  /** The charges, in the order of the server. */
  readonly charges: ReadonlyArray<BilledCharge>
  /** Charges in the charge map that were not billed. */
  readonly strangers: ReadonlyArray<string>
}

/** More data for a report. Absent data is left out of the result. */
export interface Known {
  /** People by normalized e-mail address (`Emails.sameness`). */
  readonly people?: ReadonlyMap<string, Person> | undefined
  /** Maps charges to licenses. */
  readonly charges?: ChargeMap.ChargeMap | undefined
  /** The holders of each license. Needs at least the licenses in `charges`. */
  readonly holders?: ReadonlyMap<LicenseId, ReadonlySet<UserId>> | undefined
}

/** All texts in the report that may be e-mail addresses. */
export const emails = ({ usages }: BillingUsageReport): ReadonlySet<string> =>
  new Set(
    usages.flatMap(({ resources }) =>
      resources.flatMap(({ name = "" }) => (name.includes("@") ? [Emails.sameness(name.trim())] : []))
    )
  )

/** Combines a report with what is known now. */
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
