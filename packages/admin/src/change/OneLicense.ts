/**
 * One license that some people shall get or lose: the short way to a plan.
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

/** What is asked for. */
export interface Order {
  /** Whether the license is given or taken. */
  readonly change: AssignmentChange["change"]
  /** Which license. */
  readonly licenseId: LicenseId
  /** The people who get the license or lose it. */
  readonly people: ReadonlyArray<NamedPeople.Named>
}

/** What comes of it. */
export interface Planned {
  /** The changes, for `Apply`. */
  readonly plan: Plan
  /** Who has what is to be given already, or does not have what is to be taken. */
  readonly alreadySo: ReadonlyArray<UserId>
  /** Addresses and names that nobody in the directory has. Nothing is planned for them. */
  readonly unknown: ReadonlyArray<NamedPeople.Named>
}

/** How the plan is made. */
export interface Options extends Pick<Planning.Options, "organization"> {
  /** Hears how far the directory is read, if it is. */
  readonly onProgress?: Directory.Options["onProgress"]
}

/**
 * Finds the people, and plans the change, only for people with something to change. A license
 * that is not defined is refused; it can still be taken from who holds it.
 */
export const plan = Effect.fn("OneLicense.plan")(function* (
  { change, licenseId, people }: Order,
  { onProgress, organization }: Options = {}
): Effect.fn.Return<Planned, AdminError | GenesysError, LicenseService | UserService> {
  const license = yield* LicenseService
  const defined = (yield* license.getDefinitions).map(({ id }) => id)
  const refused = defined.includes(licenseId)
    ? undefined
    : fail(new UnknownLicenses({ licenseIds: [licenseId], defined, similar: Similar.to(licenseId, defined) }))
  if (refused !== undefined && change === "add") return yield* refused

  const { unknown, userIds } = yield* NamedPeople.find(people, { onProgress })
  const state = change === "add" ? "present" : "absent"
  const assignments = userIds.map((userId): Assignment => ({ userId, licenseId, state }))
  const plan = yield* Planning.make({ assignments, exactly: [] }, { organization })
  if (refused !== undefined && plan.changes.length === 0) return yield* refused

  const strangers = plan.warnings.flatMap((warning) => (warning._tag === "UnknownUser" ? [warning.userId] : []))
  const others = new Set([...plan.changes.map(({ userId }) => userId), ...strangers].map(UserIdCell.sameness))
  return { plan, unknown, alreadySo: userIds.filter((userId) => !others.has(UserIdCell.sameness(userId))) }
})
