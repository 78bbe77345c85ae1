/**
 * The error of this package. Failures of the License API itself stay `GenesysError`.
 *
 * `reason` is a tagged union, as in `GenesysError`:
 * `Effect.catchReason("AdminError", "StalePlan", ...)`.
 */
import * as Schema from "effect/Schema"
import { Corrupted, NewerVersion, WrongOrganization } from "./errors/DocumentReasons.ts"
import { DiskFull, FileFailed, InvalidInput, SecretMissing } from "./errors/FileReasons.ts"
import { JournalInUse, JournalMismatch, JournalTakenOver } from "./errors/JournalReasons.ts"
import { AmbiguousRole, UnknownLicenses, UnknownRole } from "./errors/LicenseReasons.ts"
import { AmbiguousEmail, AmbiguousNames, unfound, UnknownUsers } from "./errors/PeopleReasons.ts"
import { NotConfirmed, StalePlan, TooManyChanges } from "./errors/PlanReasons.ts"

export {
  AmbiguousEmail,
  AmbiguousNames,
  AmbiguousRole,
  Corrupted,
  DiskFull,
  FileFailed,
  InvalidInput,
  JournalInUse,
  JournalMismatch,
  JournalTakenOver,
  NewerVersion,
  NotConfirmed,
  SecretMissing,
  StalePlan,
  TooManyChanges,
  unfound,
  UnknownLicenses,
  UnknownRole,
  UnknownUsers,
  WrongOrganization
}

/** Every reason of an {@link AdminError}. */
export const Reason = Schema.Union([
  InvalidInput,
  FileFailed,
  DiskFull,
  SecretMissing,
  Corrupted,
  NewerVersion,
  WrongOrganization,
  UnknownLicenses,
  UnknownRole,
  AmbiguousRole,
  UnknownUsers,
  AmbiguousEmail,
  AmbiguousNames,
  StalePlan,
  TooManyChanges,
  NotConfirmed,
  JournalInUse,
  JournalTakenOver,
  JournalMismatch
])
export type Reason = (typeof Reason)["Type"]

/** The error of every function of this package. */
export class AdminError extends Schema.TaggedError<AdminError>()("AdminError", {
  /** What went wrong: a tagged union, for `Effect.catchReason` and `Effect.catchReasons`. */
  reason: Reason
}) {
  override get message(): string {
    return this.reason.message
  }
}

/** Makes an {@link AdminError}, which can be yielded as a failure. */
export const fail = (reason: Reason): AdminError => new AdminError({ reason })
