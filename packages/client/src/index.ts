/**
 * The License API of Genesys Cloud as an Effect layer.
 */
export { AccessToken } from "./AccessToken.ts"
export { type CallOptions, type ClientOptions, CurrentCallOptions, defaults, type RateLimit } from "./ClientOptions.ts"
export type * as Credentials from "./Credentials.ts"
export { GenesysCloud } from "./GenesysCloud.ts"
export * from "./LicenseError.ts"
export { layerRateLimiter, layerWith, LicenseService } from "./LicenseService.ts"
export type { Gateway, Options as GenesysCloudOptions } from "./Settings.ts"
export type { Options as UserStreamOptions } from "./UserStream.ts"
