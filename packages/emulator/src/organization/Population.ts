/**
 * Generates users with licenses in realistic proportions: most users hold one license, some hold a
 * license and its add-on, and some hold none.
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { LicenseDefinition, UserLicenses } from "../Models.ts"
import * as Uuid from "../Uuid.ts"

/** The maximum number of generated users. */
export const maximumUsers = 1_000_000

/** Combinations of licenses, and how many of 1,000 users hold each. Nobody holds `examplePremiumAppUserLicense`. */
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
 * Generates users from the `Random` in use. For one seed, a larger count only adds users at the end.
 * Leaves out licenses without a definition.
 */
export const make = (
  count: number,
  definitions: ReadonlyArray<LicenseDefinition>
): Effect.Effect<ReadonlyArray<UserLicenses>> => Effect.map(generate(count, definitions), (users) => Array.from(users))

/** The users of {@link make} one at a time, to save memory. The iterable works only once. */
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
