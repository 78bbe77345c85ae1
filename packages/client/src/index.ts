/**
 * The License API of Genesys Cloud as an Effect layer.
 */
export type { Options as AssignmentBatchOptions } from "./license/AssignmentBatch.ts"
export { AssignmentChange, AssignmentOutcome } from "./license/AssignmentOutcome.ts"
export {
  type CallOptions,
  type ClientOptions,
  CurrentCallOptions,
  withCallOptions,
  defaults,
  type RateLimit
} from "./transport/CallOptions.ts"
export type * as Credentials from "./cloud/Credentials.ts"
export * as Drift from "./errors/Drift.ts"
export { GenesysCloud } from "./cloud/GenesysCloud.ts"
export * from "./errors/GenesysError.ts"
export { type License, layerWith, LicenseService } from "./license/LicenseService.ts"
export { GenesysTransport, layerRateLimiter, type Transport } from "./transport/GenesysTransport.ts"
export { CurrentOperation } from "./transport/CurrentOperation.ts"
export { PagePosition } from "./errors/PagePosition.ts"
export type { Gateway, Options as GenesysCloudOptions } from "./cloud/Settings.ts"
export type { UserPage } from "./license/UserPage.ts"
export type { Options as UserStreamOptions } from "./license/UserStream.ts"
