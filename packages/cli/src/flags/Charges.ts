/**
 * Which charge is for which license, as a flag.
 */
import * as ChargeMap from "@genesys-license/admin/licenses/ChargeMap"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Paths from "../terminal/Paths.ts"

export const flag = Paths.flag("charges").pipe(
  Flag.withMetavar("CSV"),
  Flag.withDescription("CSV with charge and licenseId, which tells the license of each charge; - is stdin"),
  Flag.optional
)

/** The file, if one is named. */
export const load = (charges: Option.Option<string>) =>
  Option.isNone(charges) ? Effect.undefined : ChargeMap.load(charges.value)

/** Says what of the file fits nothing: it may be misspelt. */
export const report = (charges: Option.Option<string>, what: string, names: ReadonlyArray<string>) =>
  names.length === 0 || Option.isNone(charges)
    ? Effect.void
    : Console.error(`${charges.value}: ${what}: ${names.map((name) => JSON.stringify(name)).join(", ")}.`)
