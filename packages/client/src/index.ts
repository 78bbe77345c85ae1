/**
 * The License API of Genesys Cloud as an Effect layer.
 */
export { AccessToken } from "./AccessToken.ts"
export type { Options as AssignmentBatchOptions } from "./AssignmentBatch.ts"
export { AssignmentChange, AssignmentOutcome } from "./AssignmentOutcome.ts"
export { type CallOptions, type ClientOptions, CurrentCallOptions, defaults, type RateLimit } from "./ClientOptions.ts"
export type * as Credentials from "./Credentials.ts"
export * as Drift from "./Drift.ts"
export { GenesysCloud } from "./GenesysCloud.ts"
export * from "./LicenseError.ts"
export { layerRateLimiter, layerWith, LicenseService } from "./LicenseService.ts"
export { PagePosition } from "./PagePosition.ts"
export type { Gateway, Options as GenesysCloudOptions } from "./Settings.ts"
export type { UserPage } from "./UserPage.ts"
export type { Options as UserStreamOptions } from "./UserStream.ts"
