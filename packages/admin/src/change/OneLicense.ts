/**
 * Plans one license for some people: the short way to a plan.
 */
import type { AssignmentChange } from "@genesys-license/client/AssignmentOutcome"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { LicenseService } from "@genesys-license/client/LicenseService"
import type { UserService } from "@genesys-license/client/UserService"
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import * as Effect from "effect/Effect"
import { type AdminError, fail, UnknownLicenses } from "../AdminError.ts"
import * as Similar from "../licenses/Similar.ts"
import type * as Directory from "../people/Directory.ts"
import * as NamedPeople from "../people/NamedPeople.ts"
import * as UserIdCell from "../people/UserIdCell.ts"
import type { Assignment } from "./Desired.ts"
import type { Plan } from "./Plan.ts"
import * as Planning from "./Planning.ts"

/** The license to give or take, and the people. */
export interface Order {
  /** Whether to give or to take the license. */
  readonly change: AssignmentChange["change"]
  /** The license. */
  readonly licenseId: LicenseId
  /** The people who get the license or lose it. */
  readonly people: ReadonlyArray<NamedPeople.Named>
}

/** The plan, and the people without a change. */
export interface Planned {
  /** The changes, for `Apply`. */
  readonly plan: Plan
  /** The people who already have the license to give, or do not have the license to take. */
  readonly alreadySo: ReadonlyArray<UserId>
  /** The addresses and names that nobody in the directory has. Nothing is planned for them. */
  readonly unknown: ReadonlyArray<NamedPeople.Named>
}

/** Options for making the plan. */
export interface Options extends Pick<Planning.Options, "organization"> {
  /** Called with the progress of reading the directory. Never called if the directory is not needed. */
  readonly onProgress?: Directory.Options["onProgress"]
}

/**
 * Finds the people, and plans the change for those who need it. Refuses a license that the
 * organization does not have. Such a license can still be taken from users who hold it.
 */
export const plan = Effect.fn("OneLicense.plan")(function* (
  { change, licenseId, people }: Order,
  { onProgress, organization }: Options = {}
): Effect.fn.Return<Planned, AdminError | GenesysError, LicenseService | UserService> {
  const license = yield* LicenseService
  const defined = (yield* license.getDefinitions).map(({ id }) => id)
  const refusal = defined.includes(licenseId)
    ? undefined
    : fail(new UnknownLicenses({ licenseIds: [licenseId], defined, similar: Similar.to(licenseId, defined) }))
  if (refusal !== undefined && change === "add") return yield* refusal

  const { unknown, userIds } = yield* NamedPeople.find(people, { onProgress })
  const state = change === "add" ? "present" : "absent"
  const assignments = userIds.map((userId): Assignment => ({ userId, licenseId, state }))
  const plan = yield* Planning.make({ assignments, exactly: [] }, { organization })
  if (refusal !== undefined && plan.changes.length === 0) return yield* refusal

  const unknownIds = plan.warnings.flatMap((warning) => (warning._tag === "UnknownUser" ? [warning.userId] : []))
  const others = new Set([...plan.changes.map(({ userId }) => userId), ...unknownIds].map(UserIdCell.sameness))
  return { plan, unknown, alreadySo: userIds.filter((userId) => !others.has(UserIdCell.sameness(userId))) }
})
