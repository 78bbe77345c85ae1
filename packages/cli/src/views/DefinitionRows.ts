/**
 * Definitions of licenses as rows.
 */
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import type * as Row from "../terminal/Row.ts"

export const columns = ["licenseId", "permissions", "prerequisites", "comprises", "description"]

/** `permissions` counts them; it is left out where the server did not say. */
export const make = ({ comprises, description, id, permissions, prerequisites }: LicenseDefinition): Row.Row => ({
  licenseId: id,
  ...(permissions !== undefined && { permissions: permissions.ids.length }),
  prerequisites: prerequisites.map(({ id }) => id),
  comprises: comprises.map(({ id }) => id),
  ...(description !== undefined && { description })
})

/** A definition as a document: all that the server said, with its id and those within it called `licenseId`. */
export const document = ({ comprises, id, prerequisites, ...rest }: LicenseDefinition): object => ({
  licenseId: id,
  ...rest,
  prerequisites: prerequisites.map(({ id, ...rest }) => ({ licenseId: id, ...rest })),
  comprises: comprises.map(document)
})
