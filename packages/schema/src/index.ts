/**
 * What the License API of Genesys Cloud says: models, contract, regions.
 */
export * from "./Assignment.ts"
export * from "./Authorization.ts"
export * from "./ErrorBody.ts"
export * from "./Ids.ts"
export * from "./License.ts"
export * from "./LicenseApi.ts"
export * from "./OAuth.ts"
export * as Operation from "./Operation.ts"
export * from "./Region.ts"
export * from "./Toggle.ts"
export * from "./User.ts"
