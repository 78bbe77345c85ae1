/**
 * License definitions as rows.
 */
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import type * as Row from "../terminal/Row.ts"

export const columns = ["licenseId", "permissions", "prerequisites", "comprises", "description"]

/** `permissions` is their number. It is absent if the server sent none. */
export const make = ({ comprises, description, id, permissions, prerequisites }: LicenseDefinition): Row.Row => ({
  licenseId: id,
  ...(permissions !== undefined && { permissions: permissions.ids.length }),
  prerequisites: prerequisites.map(({ id }) => id),
  comprises: comprises.map(({ id }) => id),
  ...(description !== undefined && { description })
})

/** A definition as JSON: everything from the server, with ids renamed to `licenseId`. */
export const document = ({ comprises, id, prerequisites, ...rest }: LicenseDefinition): object => ({
  licenseId: id,
  ...rest,
  prerequisites: prerequisites.map(({ id, ...rest }) => ({ licenseId: id, ...rest })),
  comprises: comprises.map(document)
})
