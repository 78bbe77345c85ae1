/**
 * Uses the whole admin package, so that TypeScript writes out every model in its signatures.
 */
import * as Admin from "@genesys-license/admin"
import { LicenseService } from "@genesys-license/client/LicenseService"
import * as Effect from "effect/Effect"

export const apply = { ...Admin.Apply }
export const audit = { ...Admin.Audit }
export const billedUsage = { ...Admin.BilledUsage }
export const bought = { ...Admin.Bought }
export const chargeMap = { ...Admin.ChargeMap }
export const compare = { ...Admin.Compare }
export const comparePage = { ...Admin.ComparePage }
export const contracts = { ...Admin.Contracts }
export const desired = { ...Admin.Desired }
export const directory = { ...Admin.Directory }
export const emails = { ...Admin.Emails }
export const html = { ...Admin.Html }
export const journal = { ...Admin.Journal }
export const measures = { ...Admin.Measures }
export const organizationIdentity = { ...Admin.OrganizationIdentity }
export const people = { ...Admin.People }
export const plan = { ...Admin.Plan }
export const planning = { ...Admin.Planning }
export const priceList = { ...Admin.PriceList }
export const profile = { ...Admin.Profile }
export const relations = { ...Admin.Relations }
export const roleCost = { ...Admin.RoleCost }
export const seatPrices = { ...Admin.SeatPrices }
export const roleDirectory = { ...Admin.RoleDirectory }
export const roleFindings = { ...Admin.RoleFindings }
export const roleReport = { ...Admin.RoleReport }
export const sheets = { ...Admin.Sheets }
export const snapshot = { ...Admin.Snapshot }
export const snapshotFolder = { ...Admin.SnapshotFolder }
export const undo = { ...Admin.Undo }
export const userFacts = { ...Admin.UserFacts }
export const why = { ...Admin.Why }
export const provided = Effect.provide(Admin.Audit.run(), LicenseService.layerConfig)
