/**
 * Notes about the organization of a plan, journal or snapshot.
 */
import {
  compare,
  describe,
  type OrganizationIdentity,
  type Recorded
} from "@genesys-license/admin/organization/OrganizationIdentity"
import { quote } from "@genesys-license/schema/Quote"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

/** A note about a document, if there is something to know. There is none for a different organization, because that is an error. */
export const ofDocument = (
  path: string,
  recorded: Recorded | undefined,
  connected: OrganizationIdentity
): string | undefined => {
  if (recorded === undefined) return withoutOrganization(path)
  switch (compare(recorded, connected)) {
    case "sameElsewhere":
      return `${path} was made at the host ${hostOf(recorded)}. This is the same organization, at ${quote(connected.host)}.`
    case "sameHost":
      return idOf(recorded) === undefined ? withoutId(path) : undefined
    default:
      return undefined
  }
}

/** A note about two compared snapshots. Different organizations are no error here, but explain the differences. */
export const ofTwo = (
  before: { readonly path: string; readonly recorded: Recorded | undefined },
  after: { readonly path: string; readonly recorded: Recorded | undefined }
): string | undefined => {
  if (before.recorded === undefined) return withoutOrganization(before.path)
  if (after.recorded === undefined) return withoutOrganization(after.path)
  const both = `${before.path} is from ${describe(before.recorded)}, ${after.path} is from ${describe(after.recorded)}`
  switch (compare(before.recorded, after.recorded)) {
    case "sameElsewhere":
      return `${before.path} is from the host ${hostOf(before.recorded)}, ${after.path} is from ${hostOf(after.recorded)}. They are the same organization.`
    case "sameHost":
      return withoutId(idOf(before.recorded) === undefined ? before.path : after.path)
    case "other":
      return `These are different organizations: ${both}.`
    default:
      return undefined
  }
}

/** Prints the note to stderr, if there is one. */
export const say = (note: string | undefined): Effect.Effect<void> =>
  note === undefined ? Effect.void : Console.error(note)

const idOf = (recorded: Recorded) => (typeof recorded === "string" ? undefined : recorded.id)

const hostOf = (recorded: Recorded) => quote(typeof recorded === "string" ? recorded : recorded.host)

const withoutOrganization = (path: string) => `${path} does not record its organization.`

const withoutId = (path: string) => `${path} does not record the id of its organization. Only the hosts were compared.`
