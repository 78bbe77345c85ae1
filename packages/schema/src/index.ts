/**
 * What the License API of Genesys Cloud says: models, contract, regions.
 */
export * from "./license/Assignment.ts"
export * from "./Authorization.ts"
export * from "./ErrorBody.ts"
export * from "./Ids.ts"
export * from "./license/Definition.ts"
export * from "./license/LicenseApi.ts"
export * from "./OAuth.ts"
export * as Operation from "./Operation.ts"
export * from "./Region.ts"
export * from "./license/Toggle.ts"
export * from "./license/User.ts"
