/**
 * The main numbers of a command's result. `fleet` collects them from each organization; for
 * a command that runs alone, nobody listens.
 */
import type * as Apply from "@genesys-license/admin/change/Apply"
import * as Plan from "@genesys-license/admin/change/Plan"
import type { Entry } from "@genesys-license/admin/fleet/FleetRecord"
import type { Audit } from "@genesys-license/admin/look/Audit"
import type { Comparison } from "@genesys-license/admin/look/Compare"
import type { CompactSnapshot } from "@genesys-license/admin/look/CompactSnapshot"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/** Only numbers that can be added up over many organizations. */
export type Figures = Pick<Entry, "changes" | "numbers">

/** The receiver of the numbers. Default: none. */
export const Listener = Context.Reference<(figures: Figures) => void>("@genesys-license/cli/Figures/Listener", {
  defaultValue: () => () => {}
})

export const tell = (figures: Figures): Effect.Effect<void> => Effect.map(Listener, (hear) => hear(figures))

export const ofAudit = ({ activity, licenses, unlicensed, users }: Audit): Figures => ({
  numbers: {
    users,
    licenses: licenses.reduce((sum, license) => sum + license.users, 0),
    unlicensed,
    ...(activity && { couldGiveBack: activity.couldGiveBack })
  }
})

export const ofSnapshot = ({ users }: CompactSnapshot): Figures => {
  let licenses = 0
  for (const user of users) licenses += user.licenses.length
  return { numbers: { users: users.length, licenses } }
}

const ofChanges = (
  changes: ReadonlyArray<{ readonly licenseId: string; readonly gained: number; readonly lost: number }>
) => ({
  gained: changes.reduce((sum, { gained }) => sum + gained, 0),
  lost: changes.reduce((sum, { lost }) => sum + lost, 0)
})

export const ofComparison = ({ joined, left, licenses }: Comparison): Figures => {
  const changes = licenses.map(({ gained, licenseId, lost }) => ({
    licenseId,
    gained: gained.length,
    lost: lost.length
  }))
  return { numbers: { joined: joined.length, left: left.length, ...ofChanges(changes) }, changes }
}

export const ofPlan = ({ changes, unchanged }: Pick<Plan.Plan, "changes" | "unchanged">): Figures => {
  const { additions, licenses, removals } = Plan.summary(changes)
  return {
    numbers: { toGive: additions, toTakeAway: removals, unchanged },
    changes: licenses.map(({ additions, licenseId, removals }) => ({ licenseId, gained: additions, lost: removals }))
  }
}

/** The changes that are done, by this run or an earlier one. */
export const ofResult = ({ outcomes }: Apply.Result): Figures => {
  const done = outcomes.filter(({ standing }) => standing === "done" || standing === "alreadySo")
  const { additions, licenses, removals } = Plan.summary(done)
  return {
    numbers: { given: additions, takenAway: removals, notDone: outcomes.length - done.length },
    changes: licenses.map(({ additions, licenseId, removals }) => ({ licenseId, gained: additions, lost: removals }))
  }
}
