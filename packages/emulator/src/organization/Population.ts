/**
 * Users with licenses in proportions that administrators know: most hold one,
 * some hold a license and its add-on, some hold nothing.
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { LicenseDefinition, UserLicenses } from "../Models.ts"
import * as Uuid from "../Uuid.ts"

/** The most users that an emulator makes up. */
export const maximumUsers = 1_000_000

/** What a user holds, and how many in a thousand hold exactly that. Nobody holds `examplePremiumAppUserLicense`. */
const holdings: ReadonlyArray<readonly [perThousand: number, licenses: ReadonlyArray<string>]> = [
  [340, ["cloudCX2"]],
  [220, ["communicate"]],
  [100, ["collaboratePro"]],
  [90, ["cloudCX3"]],
  [80, []],
  [70, ["cloudCX2", "gcSTAupgrade"]],
  [50, ["cloudCX2", "gc2WEMupgrade"]],
  [20, ["cloudCX2", "gc2WEMupgrade", "agentAssistLicense"]],
  [10, ["cloudCX3", "agentAssistOmniLicense"]],
  [10, ["wallboardUser"]],
  [5, ["cxCloudSF"]],
  [5, ["cxCloudSN", "communicate"]]
]

/**
 * Users from the `Random` in use. The first n users of a seed are the same
 * however many are asked for. Licenses without a definition are left out.
 */
export const make = (
  count: number,
  definitions: ReadonlyArray<LicenseDefinition>
): Effect.Effect<ReadonlyArray<UserLicenses>> => Effect.map(generate(count, definitions), (users) => Array.from(users))

/** The same users one after the other, so that nobody has to hold them all. They can be read once. */
export const generate = (
  count: number,
  definitions: ReadonlyArray<LicenseDefinition>
): Effect.Effect<Iterable<UserLicenses>> => Effect.map(Random.Random, (random) => users(random, count, definitions))

function* users(
  random: Random.Random,
  count: number,
  definitions: ReadonlyArray<LicenseDefinition>
): Generator<UserLicenses, void> {
  const defined = new Set(definitions.map(({ id }) => id))
  const byThousandth = holdings.flatMap(([perThousand, licenses]) =>
    Array<ReadonlyArray<string>>(perThousand).fill(licenses.filter((id) => defined.has(id)))
  )
  for (let n = 0; n < count; n++) {
    const id = Uuid.next(random)
    yield { id, licenses: byThousandth[Math.floor(random.nextDoubleUnsafe() * byThousandth.length)] ?? [] }
  }
}
