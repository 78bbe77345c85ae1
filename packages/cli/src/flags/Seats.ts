/**
 * What seats were bought and what they cost by the list, as flags: two files of yours,
 * and the contracts of the organization.
 */
import * as Bought from "@genesys-license/admin/look/Bought"
import * as Contracts from "@genesys-license/admin/look/Contracts"
import * as SeatPrices from "@genesys-license/admin/look/SeatPrices"
import type { ChargeMap } from "@genesys-license/admin/licenses/ChargeMap"
import * as PriceList from "@genesys-license/admin/licenses/PriceList"
import type { BillingService } from "@genesys-license/client/BillingService"
import type { LicenseId } from "@genesys-license/schema/Ids"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Paths from "../terminal/Paths.ts"
import * as Charges from "./Charges.ts"

export const flags = {
  charges: Charges.flag.pipe(
    Flag.withDescription("CSV with charge and licenseId: shows seats bought (preview) beside seats held; - is stdin")
  ),
  prices: Paths.flag("prices").pipe(
    Flag.withMetavar("CSV"),
    Flag.withDescription("CSV with licenseId, price, currency and optionally per (month or year): shows list prices"),
    Flag.optional
  )
}

export interface Flags {
  readonly charges: Option.Option<string>
  readonly prices: Option.Option<string>
}

/** The files, for whoever checks that no output is among them. */
export const reads = ({ charges, prices }: Flags) => ({
  "the charges": Option.getOrUndefined(charges),
  "the prices": Option.getOrUndefined(prices)
})

/** What is told beside an audit, as far as it was asked for and could be read. */
export interface Seats {
  readonly bought?: Bought.Bought
  readonly listPrices?: SeatPrices.SeatPrices
}

export interface Files {
  readonly charges: ChargeMap | undefined
  readonly prices: PriceList.PriceList | undefined
}

export const load = Effect.fnUntraced(function* ({ charges, prices }: Flags) {
  const files: Files = {
    charges: yield* Charges.load(charges),
    prices: Option.isNone(prices) ? undefined : yield* PriceList.load(prices.value)
  }
  return files
})

/** Says what of the files fits nothing. Contracts that cannot be read are said, and left out. */
export const beside = Effect.fnUntraced(function* (
  licenses: ReadonlyArray<{ readonly licenseId: LicenseId; readonly users: number }>,
  { charges, prices }: Files,
  flags: Flags
): Effect.fn.Return<Seats, never, BillingService> {
  const contracts = charges && (yield* contractCharges)
  const bought = charges && contracts && Bought.make(contracts, charges, licenses)
  if (bought !== undefined) {
    yield* Charges.report(flags.charges, "no charge of the contracts", bought.strangers)
    yield* Charges.report(flags.charges, "no license of the organization", bought.unknownLicenses)
  }
  const listPrices = prices && SeatPrices.make(licenses, prices)
  if (listPrices !== undefined) {
    yield* Charges.report(flags.prices, "no license of the organization", listPrices.strangers)
  }
  return { ...(bought && { bought }), ...(listPrices && { listPrices }) }
})

/** A page has neither, and that is said. */
export const sayLeftOut = ({ bought, listPrices }: Seats) =>
  bought === undefined && listPrices === undefined
    ? Effect.void
    : Console.error("The page leaves out seats bought and list prices. All other formats have them.")

const contractCharges = Contracts.read().pipe(
  Effect.map(({ charges }) => charges),
  Effect.catchTag("GenesysError", ({ message }) =>
    Effect.as(
      Console.error(`Seats bought are left out, because the contracts (preview) cannot be read. ${message}`),
      undefined
    )
  )
)
