/**
 * License administration for Genesys Cloud: audits, snapshots, plans and reports, on top of the client's services.
 *
 * @module
 */
export type * as Activity from "./look/Activity.ts"
export {
  AdminError,
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
  Reason,
  SecretMissing,
  StalePlan,
  TooManyChanges,
  UnknownLicenses,
  UnknownRole,
  UnknownUsers,
  WrongOrganization
} from "./AdminError.ts"
export * as Apply from "./change/Apply.ts"
export * as Audit from "./look/Audit.ts"
export * as BilledUsage from "./look/BilledUsage.ts"
export * as Bought from "./look/Bought.ts"
export * as ChargeMap from "./licenses/ChargeMap.ts"
export * as CompactSnapshot from "./look/CompactSnapshot.ts"
export * as Compare from "./look/Compare.ts"
export * as ComparePage from "./report/ComparePage.ts"
export * as Contracts from "./look/Contracts.ts"
export * as Desired from "./change/Desired.ts"
export * as Directory from "./people/Directory.ts"
export * as Emails from "./people/Emails.ts"
export * as FleetFigures from "./fleet/FleetFigures.ts"
export * as FleetPage from "./fleet/FleetPage.ts"
export * as FleetRecord from "./fleet/FleetRecord.ts"
export * as FleetRun from "./fleet/FleetRun.ts"
export * as FleetSummary from "./fleet/FleetSummary.ts"
export * as Html from "./report/Html.ts"
export * as InputFolder from "./fleet/InputFolder.ts"
export * as Journal from "./change/Journal.ts"
export * as JournalFile from "./change/JournalFile.ts"
export type * as JournalStore from "./change/JournalStore.ts"
export * as Measures from "./look/Measures.ts"
export * as NamedPeople from "./people/NamedPeople.ts"
export * as OneLicense from "./change/OneLicense.ts"
export * as Organizations from "./fleet/Organizations.ts"
export * as OrganizationIdentity from "./organization/OrganizationIdentity.ts"
export * as People from "./people/People.ts"
export * as Plan from "./change/Plan.ts"
export * as PlanFolder from "./fleet/PlanFolder.ts"
export * as Planning from "./change/Planning.ts"
export * as PriceList from "./licenses/PriceList.ts"
export * as Profile from "./people/Profile.ts"
export * as Relations from "./licenses/Relations.ts"
export * as RoleCost from "./licenses/RoleCost.ts"
export * as SeatPrices from "./look/SeatPrices.ts"
export * as RoleDirectory from "./licenses/RoleDirectory.ts"
export * as RoleFindings from "./look/RoleFindings.ts"
export * as RoleReport from "./look/RoleReport.ts"
export type * as RolesOfPeople from "./people/RolesOfPeople.ts"
export * as Secrets from "./fleet/Secrets.ts"
export * as Sheet from "./people/Sheet.ts"
export * as Sheets from "./report/Sheets.ts"
export * as Snapshot from "./look/Snapshot.ts"
export * as SnapshotFolder from "./look/SnapshotFolder.ts"
export * as Undo from "./change/Undo.ts"
export * as UserFacts from "./people/UserFacts.ts"
export * as Why from "./look/Why.ts"
