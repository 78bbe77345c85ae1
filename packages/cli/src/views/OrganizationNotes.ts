/**
 * What to know about the organization of a document, in a sentence.
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

/** Absent where there is nothing to know, and for another organization: there, the document is refused. */
export const ofDocument = (
  path: string,
  recorded: Recorded | undefined,
  asked: OrganizationIdentity
): string | undefined => {
  if (recorded === undefined) return unsaid(path)
  switch (compare(recorded, asked)) {
    case "sameElsewhere":
      return `${path} was written at ${hostOf(recorded)}; this is the same organization, at ${quote(asked.host)}.`
    case "sameHost":
      return idOf(recorded) === undefined ? withoutId(path) : undefined
    default:
      return undefined
  }
}

/** The same for two that are compared, where another organization is no error, but explains much. */
export const ofTwo = (
  before: { readonly path: string; readonly recorded: Recorded | undefined },
  after: { readonly path: string; readonly recorded: Recorded | undefined }
): string | undefined => {
  if (before.recorded === undefined) return unsaid(before.path)
  if (after.recorded === undefined) return unsaid(after.path)
  const those = `${before.path} is of ${describe(before.recorded)}, ${after.path} of ${describe(after.recorded)}`
  switch (compare(before.recorded, after.recorded)) {
    case "sameElsewhere":
      return `${before.path} is of ${hostOf(before.recorded)}, ${after.path} of ${hostOf(after.recorded)}: the same organization, at two hosts.`
    case "sameHost":
      return withoutId(idOf(before.recorded) === undefined ? before.path : after.path)
    case "other":
      return `These are different organizations: ${those}.`
    default:
      return undefined
  }
}

/** Says it on stderr, if there is something to say. */
export const say = (note: string | undefined): Effect.Effect<void> =>
  note === undefined ? Effect.void : Console.error(note)

const idOf = (recorded: Recorded) => (typeof recorded === "string" ? undefined : recorded.id)

const hostOf = (recorded: Recorded) => quote(typeof recorded === "string" ? recorded : recorded.host)

const unsaid = (path: string) => `${path} does not say which organization it is of.`

const withoutId = (path: string) =>
  `${path} does not record the id of its organization, so that only the hosts were compared.`
