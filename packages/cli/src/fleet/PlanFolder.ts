/**
 * The plans of a fleet, looked at before anything is sent: each has to say which organization
 * it is for, and no two the same one. Where organizations share a host, as those of a region
 * do, only the id tells one from another.
 */
import { fail, InvalidInput } from "@genesys-license/admin/AdminError"
import * as Plan from "@genesys-license/admin/change/Plan"
import type { Organization } from "@genesys-license/admin/fleet/Organizations"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** How much all plans change. A plan that cannot be read counts for nothing: its `apply` fails. */
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
        "it does not record the id of its organization, so that it could be applied to another one. Give the OAuth client the right to read the organization, and plan again"
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
