/**
 * The id and the names of the organization, which `GET /api/v2/organizations/me` returns. Callers use
 * them to tell organizations apart.
 */
import type { Organization } from "@genesys-license/schema/organization/Organization"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import * as Uuid from "../Uuid.ts"

/** The identity. Missing fields are generated from the seed. */
export const IdentityOptions = Schema.Struct({
  id: Schema.optionalKey(Schema.NonEmptyString),
  name: Schema.optionalKey(Schema.String),
  /** The short name. */
  thirdPartyOrgName: Schema.optionalKey(Schema.String),
  /** Also the domain of generated email addresses. */
  domain: Schema.optionalKey(Schema.NonEmptyString)
}).annotate({ identifier: "Organization" })
export interface IdentityOptions extends Schema.Schema.Type<typeof IdentityOptions> {}

export interface Identity extends Organization {
  readonly name: string
  readonly thirdPartyOrgName: string
  readonly domain: string
}

/** Every seed gives another id and other names. */
export const make = (seed: string, options: IdentityOptions = {}): Effect.Effect<Identity> =>
  Effect.map(Random.Random.pipe(Random.withSeed(`${seed}/organization`)), (random) => {
    const id = Uuid.next(random)
    const shortName =
      seed
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "") || "organization"
    return {
      id,
      name: `${seed} (emulated)`,
      thirdPartyOrgName: shortName,
      domain: `${shortName}.example`,
      defaultCountryCode: "US",
      state: "active",
      version: 1,
      productPlatform: "GenesysCloud",
      ...options
    }
  })
