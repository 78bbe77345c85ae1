/**
 * Identifies the organization of a document, so that a plan for one organization is never applied
 * to another. The id of an organization never changes. Without it, only the host identifies the
 * organization.
 */
import { quote } from "@genesys-license/schema/Quote"
import * as Schema from "effect/Schema"

/** What is known of an organization. */
export const OrganizationIdentity = Schema.Struct({
  /** The id that `GET /api/v2/organizations/me` returns. */
  id: Schema.optionalKey(Schema.NonEmptyString),
  name: Schema.optionalKey(Schema.String),
  /** The host of its API or of a gateway, with the port if there is one. */
  host: Schema.String
}).annotate({ identifier: "OrganizationIdentity" })
export interface OrganizationIdentity extends Schema.Schema.Type<typeof OrganizationIdentity> {}

/** The organization in a document. Documents of earlier versions have a string, which is the host. */
export const Recorded = Schema.Union([OrganizationIdentity, Schema.String])
export type Recorded = (typeof Recorded)["Type"]

/**
 * The result of a comparison.
 *
 * - `same`: the ids and the hosts are equal.
 * - `sameElsewhere`: the ids are equal, the hosts differ, for example because of a gateway.
 * - `sameHost`: an id is unknown, and the hosts are equal.
 * - `unsaid`: one of the two does not name its organization.
 * - `other`: the ids differ. If an id is unknown: the hosts differ.
 */
export type Comparison = "same" | "sameElsewhere" | "sameHost" | "unsaid" | "other"

const identityOf = (recorded: Recorded): OrganizationIdentity =>
  typeof recorded === "string" ? { host: recorded } : recorded

/** Compares the organization of a document with the organization of another document, or with the connected one. */
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

/** The text for messages: `Example (3f9a…) at api.mypurecloud.de`. */
export const describe = (recorded: Recorded): string => {
  const { host, id, name } = identityOf(recorded)
  if (id === undefined) return quote(host)
  return `${name === undefined || name === "" ? "the organization" : quote(name)} (${quote(id)}) at ${quote(host)}`
}

/** The text for titles, without the id: `Example at api.mypurecloud.de`. */
export const nameAndPlace = (recorded: Recorded): string => {
  const { host, name = "" } = identityOf(recorded)
  return name === "" ? describe(recorded) : `${quote(name)} at ${quote(host)}`
}
