/**
 * The flag `--charges`: a CSV that maps charges to licenses.
 */
import * as ChargeMap from "@genesys-license/admin/licenses/ChargeMap"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Paths from "../terminal/Paths.ts"

export const flag = Paths.flag("charges").pipe(
  Flag.withMetavar("CSV"),
  Flag.withDescription("Map charges to licenses with a CSV; columns: charge, licenseId; - is stdin"),
  Flag.optional
)

/** Reads the CSV, if the flag is given. */
export const load = (charges: Option.Option<string>) =>
  Option.isNone(charges) ? Effect.undefined : ChargeMap.load(charges.value)

/** Names the entries of a file that match nothing, because they may be misspelled. */
export const report = (file: Option.Option<string>, problem: string, names: ReadonlyArray<string>) =>
  names.length === 0 || Option.isNone(file)
    ? Effect.void
    : Console.error(`${file.value}: ${problem}: ${names.map((name) => JSON.stringify(name)).join(", ")}.`)
