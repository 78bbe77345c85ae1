/**
 * Makes a plan that reverses the changes in a journal.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { LicenseService } from "@genesys-license/client/LicenseService"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { AdminError } from "../AdminError.ts"
import * as Freshness from "./Freshness.ts"
import * as Journal from "./Journal.ts"
import type * as Plan from "./Plan.ts"
import * as Planning from "./Planning.ts"
import * as SameOrganization from "./SameOrganization.ts"

/** A plan that reverses the changes in a journal. */
export interface Undo {
  /** The plan. Review and apply it like any other plan, with a new journal. */
  readonly plan: Plan.Plan
  /** The changes whose outcome is unknown in the journal, as a fresh read shows them. */
  readonly readBack: ReadonlyArray<Freshness.Found>
}

type Options = Omit<Planning.Options, "undefinedLicenses" | "unknownUsers">

/**
 * Makes the plan that reverses a journal, from a fresh read. It reverses the changes that were made
 * and that nobody has reversed since. If the journal does not show whether a change was made, the
 * fresh read decides. This is safe, because no user was in the new state when the plan was made.
 *
 * A license that the organization no longer has is not given back; the plan has a warning instead.
 * Fails for a journal of another organization.
 */
export const plan = Effect.fn("Undo.plan")(function* (
  path: string,
  options: Options = {}
): Effect.fn.Return<Undo, AdminError | GenesysError, LicenseService | FileSystem.FileSystem> {
  return yield* ofJournal(yield* Journal.load(path), options)
})

/** Makes the plan for a journal that is already in memory. */
export const ofJournal = Effect.fnUntraced(function* (
  { organization, standings }: Journal.Journal,
  options: Options = {}
): Effect.fn.Return<Undo, AdminError | GenesysError, LicenseService> {
  yield* SameOrganization.ensure("journal", organization, options.organization)
  const changes = (which: Journal.Standing) =>
    [...standings.values()].filter(({ standing }) => standing === which).map(({ change }) => change)
  const readBack = yield* Freshness.readBack(changes("unknown"))
  const done = [...changes("done"), ...readBack.filter(({ isSo }) => isSo).map(({ change }) => change)]
  const assignments = done.map(({ change, licenseId, userId }) => ({
    userId,
    licenseId,
    state: change === "add" ? ("absent" as const) : ("present" as const)
  }))
  const plan = yield* Planning.make({ assignments, exactly: [] }, { ...options, undefinedLicenses: "leaveOut" })
  return { plan, readBack }
})
