/**
 * What an administrator does, with all that it has: every model that a signature names is written out.
 */
import * as Admin from "@genesys-license/admin"
import { LicenseService } from "@genesys-license/client/LicenseService"
import * as Effect from "effect/Effect"

export const apply = { ...Admin.Apply }
export const audit = { ...Admin.Audit }
export const compare = { ...Admin.Compare }
export const desired = { ...Admin.Desired }
export const html = { ...Admin.Html }
export const plan = { ...Admin.Plan }
export const planning = { ...Admin.Planning }
export const relations = { ...Admin.Relations }
export const roleCost = { ...Admin.RoleCost }
export const snapshot = { ...Admin.Snapshot }
export const undo = { ...Admin.Undo }
export const facts = { ...Admin.UserFacts }
export const provided = Effect.provide(Admin.Audit.run(), LicenseService.layerConfig)
