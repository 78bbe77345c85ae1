/**
 * The way back: a plan that reverses what a journal tells was done.
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

/** A plan that reverses a journal. */
export interface Undo {
  /** To be looked at and applied as any other plan, with a journal of its own. */
  readonly plan: Plan.Plan
  /** Changes of which the journal does not tell whether they were done, as they were found now. */
  readonly readBack: ReadonlyArray<Freshness.Found>
}

type Options = Omit<Planning.Options, "undefinedLicenses" | "unknownUsers">

/**
 * Makes the plan that reverses a journal, on a fresh read. Only what was done is
 * reversed, and only what has not been reversed since. Where the journal does not
 * tell, what is found now decides, as it does when the plan is applied again: no
 * user had it before. A license that the organization cannot hold any more is not
 * given back; the plan warns of it. The journal of another organization is refused.
 */
export const plan = Effect.fn("Undo.plan")(function* (
  path: string,
  options: Options = {}
): Effect.fn.Return<Undo, AdminError | GenesysError, LicenseService | FileSystem.FileSystem> {
  return yield* ofJournal(yield* Journal.load(path), options)
})

/** The same for a journal that was read before. */
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
