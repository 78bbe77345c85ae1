/**
 * License definitions: what a license is, what it permits, what it is made of.
 */
import * as Schema from "effect/Schema"
import { LicenseId, PermissionId } from "../Ids.ts"
import { list, optional } from "../Lenient.ts"

/** The permissions that a license grants. */
export const Permissions = Schema.Struct({
  ids: Schema.Array(PermissionId)
}).annotate({ identifier: "Permissions" })
export interface Permissions extends Schema.Schema.Type<typeof Permissions> {}

/** A pointer to a definition. */
export const AddressableLicenseDefinition = Schema.Struct({
  id: LicenseId,
  selfUri: optional(Schema.String)
}).annotate({ identifier: "AddressableLicenseDefinition" })
export interface AddressableLicenseDefinition extends Schema.Schema.Type<typeof AddressableLicenseDefinition> {}

/**
 * A license that the organization can hold.
 *
 * `permissions` has no default: when it is absent, the server did not say, which
 * is not the same as "none". The list of definitions may leave it out; the
 * definition by id has it.
 */
export interface LicenseDefinition {
  /** The id, such as `cloudCX3`. */
  readonly id: LicenseId
  /** Its name for people, such as `Genesys Cloud CX 3`. */
  readonly description?: string
  /** What it permits. Absent if the server did not say. */
  readonly permissions?: Permissions
  /** Licenses that a user must hold before this one. */
  readonly prerequisites: ReadonlyArray<AddressableLicenseDefinition>
  /** Licenses that this one contains; recursive. */
  readonly comprises: ReadonlyArray<LicenseDefinition>
  /** Where the definition is read, beneath the host of the API. */
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
