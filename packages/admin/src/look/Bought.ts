/**
 * Compares seats bought with seats held. This needs a map from charges to licenses, and a
 * prepaid quantity in the contract.
 */
import type { LicenseId } from "@genesys-license/schema/Ids"
import * as ChargeMap from "../licenses/ChargeMap.ts"
import type { ContractCharge } from "./Contracts.ts"

/** A charge of a contract, and the holders of its license. Charges of the same license are not added up, because they may count different things. */
export interface BoughtCharge {
  readonly licenseId: LicenseId
  /** How many users hold the license now. */
  readonly held: number
  /** The prepaid quantity, used or not. */
  readonly bought: number
  /** The name of the charge. */
  readonly charge: string
  /** The number of the contract, or its id if it has none. */
  readonly contract: string
  /** The id of the billing period. */
  readonly periodId: string
  /** The quantity used, as the contract counts it. For a concurrent charge this is the peak, not the number of holders. */
  readonly used?: number
  /** The quantity used beyond the prepaid one. */
  readonly overage?: number
}

/** Seats held compared with seats bought. */
export interface Bought {
  /** Charges with a known license and prepaid quantity. */
  readonly charges: ReadonlyArray<BoughtCharge>
  /** Charges of the contract that are not in the map, or that have no prepaid quantity. */
  readonly leftOut: ReadonlyArray<string>
  /** Charges of the map that no contract has. */
  readonly strangers: ReadonlyArray<string>
  /** Licenses of the map that the organization does not have. */
  readonly unknownLicenses: ReadonlyArray<LicenseId>
}

/** Compares the holders of licenses with the charges of contracts. */
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
