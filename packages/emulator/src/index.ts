/**
 * An emulated Genesys Cloud organization in memory.
 *
 * `@genesys-license/emulator/Server` serves it on a socket.
 *
 * @module
 */
export * as Catalog from "./organization/Catalog.ts"
export { Emulator } from "./Emulator.ts"
export type { EmulatorOptions, EmulatorParts } from "./Emulator.ts"
export { ControlApi } from "./control/ControlApi.ts"
export { EmulatorClock } from "./EmulatorClock.ts"
export { ExpectationFailed } from "./journal/Expectation.ts"
export type { Difference, Expectation } from "./journal/Expectation.ts"
export { FaultRule } from "./faults/FaultRule.ts"
export { Fault } from "./faults/Fault.ts"
export { Faults } from "./faults/Faults.ts"
export type { FaultCount, FaultsOptions } from "./faults/Faults.ts"
export { Gateway } from "./gateway/Gateway.ts"
export type { GatewayOptions } from "./gateway/Gateway.ts"
export { Journal } from "./journal/RequestJournal.ts"
export type { Entry } from "./journal/JournalEntry.ts"
export type { JournalOptions } from "./journal/RequestJournal.ts"
export { OAuth, Refusal } from "./oauth/OAuth.ts"
export type { Grant, OAuthOptions, Session } from "./oauth/OAuth.ts"
export { defaultClient, defaultClientId, defaultClientSecret } from "./oauth/OAuthClient.ts"
export type { OAuthClient, OAuthClientOptions } from "./oauth/OAuthClient.ts"
export { Organization } from "./organization/Organization.ts"
export type { OrganizationOptions } from "./organization/Organization.ts"
export * as OrganizationDocument from "./control/OrganizationDocument.ts"
export { defaultRateLimit, RateWindow } from "./oauth/RateWindow.ts"
export type { Admission, RateLimit, RateWindowOptions } from "./oauth/RateWindow.ts"
export * as State from "./control/State.ts"
