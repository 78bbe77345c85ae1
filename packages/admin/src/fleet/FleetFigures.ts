/**
 * The result of a command in a few numbers, which add up over many organizations.
 */
import type * as Apply from "../change/Apply.ts"
import * as Plan from "../change/Plan.ts"
import type { Audit } from "../look/Audit.ts"
import type { Comparison } from "../look/Compare.ts"
import type { CompactSnapshot } from "../look/CompactSnapshot.ts"
import type { Entry } from "./FleetRecord.ts"

/** Numbers by name, and the changes by license if there are any. */
export type Figures = Pick<Entry, "changes" | "numbers">

/** Holders, and seats that could be given back. */
export const ofAudit = ({ activity, licenses, unlicensed, users }: Audit): Figures => ({
  numbers: {
    users,
    licenses: licenses.reduce((sum, license) => sum + license.users, 0),
    unlicensed,
    ...(activity && { couldGiveBack: activity.couldGiveBack })
  }
})

/** Users, and the licenses that they hold. */
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

/** Who joined or left, and licenses gained and lost. */
export const ofComparison = ({ joined, left, licenses }: Comparison): Figures => {
  const changes = licenses.map(({ gained, licenseId, lost }) => ({
    licenseId,
    gained: gained.length,
    lost: lost.length
  }))
  return { numbers: { joined: joined.length, left: left.length, ...ofChanges(changes) }, changes }
}

/** Changes to make. */
export const ofPlan = ({ changes, unchanged }: Pick<Plan.Plan, "changes" | "unchanged">): Figures => {
  const { additions, licenses, removals } = Plan.summary(changes)
  return {
    numbers: { toGive: additions, toTakeAway: removals, unchanged },
    changes: licenses.map(({ additions, licenseId, removals }) => ({ licenseId, gained: additions, lost: removals }))
  }
}

/** Changes that are in effect, by this run or an earlier one. */
export const ofResult = ({ outcomes }: Apply.Result): Figures => {
  const done = outcomes.filter(({ standing }) => standing === "done" || standing === "alreadySo")
  const { additions, licenses, removals } = Plan.summary(done)
  return {
    numbers: { given: additions, takenAway: removals, notDone: outcomes.length - done.length },
    changes: licenses.map(({ additions, licenseId, removals }) => ({ licenseId, gained: additions, lost: removals }))
  }
}
