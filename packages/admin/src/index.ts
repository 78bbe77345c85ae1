/**
 * What an administrator does with licenses, on `LicenseService` only.
 */
export type * as Activity from "./Activity.ts"
export {
  AdminError,
  Corrupted,
  DiskFull,
  FileFailed,
  InvalidInput,
  JournalInUse,
  JournalMismatch,
  NewerVersion,
  NotConfirmed,
  Reason,
  StalePlan,
  TooManyChanges,
  UnknownLicenses
} from "./AdminError.ts"
export * as Apply from "./Apply.ts"
export * as Audit from "./Audit.ts"
export * as Compare from "./Compare.ts"
export * as Desired from "./Desired.ts"
export * as Html from "./report/Html.ts"
export * as Journal from "./Journal.ts"
export * as Plan from "./Plan.ts"
export * as Relations from "./Relations.ts"
export * as RoleCost from "./RoleCost.ts"
export * as Snapshot from "./Snapshot.ts"
export * as Undo from "./Undo.ts"
export * as UserFacts from "./UserFacts.ts"
