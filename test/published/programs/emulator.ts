/**
 * Uses the whole emulator, so that TypeScript writes out every model in its signatures.
 */
import * as All from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"

export const all = { ...All }
export const catalog = { ...All.Catalog }
export const document = { ...All.OrganizationDocument }
export const state = { ...All.State }
export const emulator = All.Emulator.useSync((service) => ({ ...service }))
export const organization = All.Organization.useSync((service) => ({ ...service }))
export const oauth = All.OAuth.useSync((service) => ({ ...service }))
export const journal = All.Journal.useSync((service) => ({ ...service }))
export const faults = All.Faults.useSync((service) => ({ ...service }))
export const gateway = All.Gateway.useSync((service) => ({ ...service }))
export const server = Server.useSync((service) => ({ ...service }))
export const layer = Server.layer({ users: 5 })
