/**
 * A Genesys Cloud in memory, serving the License API.
 *
 * To serve it on a socket: `@genesys-license/emulator/Server`.
 */
export * as Catalog from "./Catalog.ts"
export { Emulator } from "./Emulator.ts"
export type { EmulatorOptions, EmulatorParts } from "./Emulator.ts"
export { Gateway } from "./Gateway.ts"
export type { GatewayOptions } from "./Gateway.ts"
export { Journal } from "./Journal.ts"
export type { Entry, JournalOptions } from "./Journal.ts"
export { OAuth, Refusal } from "./OAuth.ts"
export type { Grant, OAuthOptions, Session } from "./OAuth.ts"
export { defaultClient, defaultClientId, defaultClientSecret } from "./OAuthClient.ts"
export type { OAuthClient, OAuthClientOptions } from "./OAuthClient.ts"
export { Organization } from "./Organization.ts"
export type { OrganizationOptions } from "./Organization.ts"
export { defaultRateLimit, RateWindow } from "./RateWindow.ts"
export type { Admission, RateLimit } from "./RateWindow.ts"
