/**
 * Seats bought beside seats held, where somebody tells which charge is for which
 * license, and the contract tells a number.
 */
import type { LicenseId } from "@genesys-license/schema/Ids"
import * as ChargeMap from "../licenses/ChargeMap.ts"
import type { ContractCharge } from "./Contracts.ts"

/** A charge of the contract, and the holders of its license. Two charges of one license are not added up. */
export interface BoughtCharge {
  readonly licenseId: LicenseId
  /** How many hold the license now. */
  readonly held: number
  /** How many are paid for, used or not. */
  readonly bought: number
  /** The name of the charge. */
  readonly charge: string
  /** The number of the contract, or its id where it has none. */
  readonly contract: string
  /** The id of the billing period. */
  readonly periodId: string
  /** As the contract counts: for a concurrent charge that is the peak, and not the holders. */
  readonly used?: number
  /** Used beyond what is paid for. */
  readonly overage?: number
}

/** Licenses that are held beside those that are paid for. */
export interface Bought {
  /** Charges whose license and number are known. */
  readonly charges: ReadonlyArray<BoughtCharge>
  /** Charges of the contract that the file does not have, or of which the contract tells no number. */
  readonly leftOut: ReadonlyArray<string>
  /** Charges of the file that the contract does not have. */
  readonly strangers: ReadonlyArray<string>
  /** Licenses of the file that the organization does not have. */
  readonly unknownLicenses: ReadonlyArray<LicenseId>
}

/** Puts the holders of licenses beside the charges of contracts. */
export const make = (
  charges: ReadonlyArray<ContractCharge>,
  map: ChargeMap.ChargeMap,
  licenses: ReadonlyArray<{ readonly licenseId: LicenseId; readonly users: number }>
): Bought => {
  const held = new Map(licenses.map(({ licenseId, users }) => [licenseId, users]))
  const bought: Array<BoughtCharge> = []
  const leftOut = new Set<string>()
  for (const { charge, contract, overage, periodId, prepaid, used } of charges) {
    const licenseId = ChargeMap.licenseOf(map, charge)
    const holders = licenseId === undefined ? undefined : held.get(licenseId)
    if (licenseId === undefined || holders === undefined || prepaid === undefined) {
      leftOut.add(charge)
      continue
    }
    bought.push({
      licenseId,
      held: holders,
      bought: prepaid,
      charge,
      contract,
      periodId,
      ...(used !== undefined && { used }),
      ...(overage !== undefined && { overage })
    })
  }
  return {
    charges: bought,
    leftOut: [...leftOut],
    strangers: ChargeMap.strangers(
      map,
      charges.map(({ charge }) => charge)
    ),
    unknownLicenses: [...new Set([...map.byCharge.values()].map(({ licenseId }) => licenseId))].filter(
      (licenseId) => !held.has(licenseId)
    )
  }
}
