/**
 * Checks the plans of a fleet before anything is sent. Each plan must record the id of its
 * organization, and no two plans may have the same id. The host is not enough: organizations
 * of a region share it.
 */
import { fail, InvalidInput } from "../AdminError.ts"
import * as Plan from "../change/Plan.ts"
import type { Organization } from "./Organizations.ts"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** The number of changes in all plans. A plan that cannot be read is skipped here, and its `apply` reports the error. */
export const check = Effect.fnUntraced(function* (
  organizations: ReadonlyArray<Organization>,
  pathOf: (organization: Organization) => string
) {
  const planned = new Map<string, string>()
  let additions = 0
  let removals = 0
  for (const organization of organizations) {
    const path = pathOf(organization)
    const plan = Option.getOrUndefined(yield* Effect.option(Plan.load(path)))
    if (plan === undefined) continue
    const recorded = typeof plan.organization === "string" ? undefined : plan.organization?.id
    const invalid = (problem: string) => fail(new InvalidInput({ source: path, problem }))
    if (recorded === undefined) {
      return yield* invalid(
        "it does not record the id of its organization, so it might be applied to another one. Allow the OAuth client to read the organization, and make the plan again"
      )
    }
    const other = planned.get(recorded)
    if (other !== undefined) {
      return yield* invalid(`it is for the same organization as ${other}. Nothing was sent`)
    }
    planned.set(recorded, path)
    const summary = Plan.summary(plan.changes)
    additions += summary.additions
    removals += summary.removals
  }
  return { additions, removals }
})
