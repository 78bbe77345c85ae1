/**
 * Which organization a document is of: by its id, which is its own for ever, and by
 * the host that it was asked at. What was planned for one is not done to another.
 */
import { quote } from "@genesys-license/schema/Quote"
import * as Schema from "effect/Schema"

/** An organization, as far as it is known. Without an id, only the host tells it from others. */
export const OrganizationIdentity = Schema.Struct({
  /** As `GET /api/v2/organizations/me` tells it. */
  id: Schema.optionalKey(Schema.NonEmptyString),
  name: Schema.optionalKey(Schema.String),
  /** Of its API, or of a gateway, with the port where there is one. */
  host: Schema.String
}).annotate({ identifier: "OrganizationIdentity" })
export interface OrganizationIdentity extends Schema.Schema.Type<typeof OrganizationIdentity> {}

/** As documents have it: those of before only have what the organization was called, which was its host. */
export const Recorded = Schema.Union([OrganizationIdentity, Schema.String])
export type Recorded = (typeof Recorded)["Type"]

/**
 * What a comparison shows.
 *
 * - `same`: the ids are equal.
 * - `sameElsewhere`: the ids are equal, the hosts are not: another gateway, for example.
 * - `sameHost`: an id is not known, and the hosts are equal.
 * - `unsaid`: a document does not say which organization it is of.
 * - `other`: the ids are not equal or, where one is not known, the hosts.
 */
export type Comparison = "same" | "sameElsewhere" | "sameHost" | "unsaid" | "other"

const identityOf = (recorded: Recorded): OrganizationIdentity =>
  typeof recorded === "string" ? { host: recorded } : recorded

/** Compares the organization of a document with that of another one, or with the one that is asked. */
export const compare = (one: Recorded | undefined, other: Recorded | undefined): Comparison => {
  if (one === undefined || other === undefined) return "unsaid"
  const [a, b] = [identityOf(one), identityOf(other)]
  const isSameHost = a.host.toLowerCase() === b.host.toLowerCase()
  if (a.id !== undefined && b.id !== undefined) {
    if (a.id.toLowerCase() !== b.id.toLowerCase()) return "other"
    return isSameHost ? "same" : "sameElsewhere"
  }
  return isSameHost ? "sameHost" : "other"
}

/** For a sentence: `Example (3f9a…) at api.mypurecloud.de`. */
export const describe = (recorded: Recorded): string => {
  const { host, id, name } = identityOf(recorded)
  if (id === undefined) return quote(host)
  return `${name === undefined || name === "" ? "the organization" : quote(name)} (${quote(id)}) at ${quote(host)}`
}

/** For whoever knows organizations by their names: `Example at api.mypurecloud.de`. */
export const nameAndPlace = (recorded: Recorded): string => {
  const { host, name = "" } = identityOf(recorded)
  return name === "" ? describe(recorded) : `${quote(name)} at ${quote(host)}`
}
