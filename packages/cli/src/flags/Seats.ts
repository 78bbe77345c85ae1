/**
 * The flags `--charges` and `--prices`: seats bought, from the contracts of the
 * organization, and list prices, from a file of your own.
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
  charges: Charges.flag,
  prices: Paths.flag("prices").pipe(
    Flag.withMetavar("CSV"),
    Flag.withDescription(
      "Add list prices from a CSV; columns: licenseId, price, currency, optionally per (month or year); - is stdin"
    ),
    Flag.optional
  )
}

export interface Flags {
  readonly charges: Option.Option<string>
  readonly prices: Option.Option<string>
}

/** The files that are read, to check that no output overwrites them. */
export const reads = ({ charges, prices }: Flags) => ({
  "the charges": Option.getOrUndefined(charges),
  "the prices": Option.getOrUndefined(prices)
})

/** What these flags add to an audit. A part is absent if it was not asked for or cannot be read. */
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

/** Makes the additions. Says which entries of the files match nothing, and if the contracts cannot be read. */
export const make = Effect.fnUntraced(function* (
  licenses: ReadonlyArray<{ readonly licenseId: LicenseId; readonly users: number }>,
  { charges, prices }: Files,
  flags: Flags
): Effect.fn.Return<Seats, never, BillingService> {
  const contracts = charges && (yield* contractCharges)
  const bought = charges && contracts && Bought.make(contracts, charges, licenses)
  if (bought !== undefined) {
    yield* Charges.report(flags.charges, "not a charge of the contracts", bought.strangers)
    yield* Charges.report(flags.charges, "not a license of the organization", bought.unknownLicenses)
  }
  const listPrices = prices && SeatPrices.make(licenses, prices)
  if (listPrices !== undefined) {
    yield* Charges.report(flags.prices, "not a license of the organization", listPrices.strangers)
  }
  return { ...(bought && { bought }), ...(listPrices && { listPrices }) }
})

const contractCharges = Contracts.read().pipe(
  Effect.map(({ charges }) => charges),
  Effect.catchTag("GenesysError", ({ message }) =>
    Effect.as(Console.error(`Seats bought are left out: the contracts (preview) cannot be read. ${message}`), undefined)
  )
)
