/**
 * Whether a document may be carried out or reversed here.
 */
import * as Effect from "effect/Effect"
import { type AdminError, fail, WrongOrganization } from "../AdminError.ts"
import { compare, type OrganizationIdentity, type Recorded } from "../organization/OrganizationIdentity.ts"

/**
 * Fails where a document is certainly of another organization. Where it does not say
 * of which, or nobody says which one this is, there is nothing to compare.
 */
export const ensure = (
  document: "plan" | "journal",
  recorded: Recorded | undefined,
  asked: OrganizationIdentity | undefined
): Effect.Effect<void, AdminError> =>
  recorded !== undefined && asked !== undefined && compare(recorded, asked) === "other"
    ? fail(new WrongOrganization({ document, recorded, asked }))
    : Effect.void
