/**
 * Refuses plans and journals of another organization.
 */
import * as Effect from "effect/Effect"
import { type AdminError, fail, WrongOrganization } from "../AdminError.ts"
import { compare, type OrganizationIdentity, type Recorded } from "../organization/OrganizationIdentity.ts"

/**
 * Fails if a document certainly belongs to another organization. Succeeds if either of the two
 * organizations is unknown.
 */
export const ensure = (
  document: "plan" | "journal",
  recorded: Recorded | undefined,
  asked: OrganizationIdentity | undefined
): Effect.Effect<void, AdminError> =>
  recorded !== undefined && asked !== undefined && compare(recorded, asked) === "other"
    ? fail(new WrongOrganization({ document, recorded, asked }))
    : Effect.void
