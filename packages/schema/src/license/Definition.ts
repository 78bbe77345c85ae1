/**
 * License definitions: the name, permissions and parts of each license.
 */
import * as Schema from "effect/Schema"
import { LicenseId, PermissionId } from "../Ids.ts"
import { list, optional } from "../Lenient.ts"

/** The permissions that a license grants. */
export const Permissions = Schema.Struct({
  ids: Schema.Array(PermissionId)
}).annotate({ identifier: "Permissions" })
export interface Permissions extends Schema.Schema.Type<typeof Permissions> {}

/** A reference to a definition. */
export const AddressableLicenseDefinition = Schema.Struct({
  id: LicenseId,
  selfUri: optional(Schema.String)
}).annotate({ identifier: "AddressableLicenseDefinition" })
export interface AddressableLicenseDefinition extends Schema.Schema.Type<typeof AddressableLicenseDefinition> {}

/**
 * A license that is available to the organization.
 *
 * Absent `permissions` mean "not sent", not "none". The list of definitions may leave them out.
 * `getLicenseDefinition` returns them.
 */
export interface LicenseDefinition {
  /** The id, such as `cloudCX3`. */
  readonly id: LicenseId
  /** The display name, such as `Genesys Cloud CX 3`. */
  readonly description?: string
  /** The permissions that the license grants. Absent if the server did not send them. */
  readonly permissions?: Permissions
  /** The licenses that a user must hold first. */
  readonly prerequisites: ReadonlyArray<AddressableLicenseDefinition>
  /** The licenses that this license contains. They may contain others. */
  readonly comprises: ReadonlyArray<LicenseDefinition>
  /** The path of the definition, relative to the host of the API. */
  readonly selfUri?: string
}

/** {@link LicenseDefinition} as JSON. */
export interface LicenseDefinitionEncoded {
  readonly id: string
  readonly description?: string | null
  readonly permissions?: (typeof Permissions)["Encoded"] | null
  readonly prerequisites?: ReadonlyArray<(typeof AddressableLicenseDefinition)["Encoded"]> | null
  readonly comprises?: ReadonlyArray<LicenseDefinitionEncoded> | null
  readonly selfUri?: string | null
}

export const LicenseDefinition: Schema.Codec<LicenseDefinition, LicenseDefinitionEncoded> = Schema.Struct({
  id: LicenseId,
  description: optional(Schema.String),
  permissions: optional(Permissions),
  prerequisites: list(AddressableLicenseDefinition),
  comprises: list(Schema.suspend(() => LicenseDefinition)),
  selfUri: optional(Schema.String)
}).annotate({ identifier: "LicenseDefinition" })
