/**
 * Definitions of licenses as rows.
 */
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import type * as Row from "../terminal/Row.ts"

export const columns = ["id", "permissions", "prerequisites", "comprises", "description"]

/** `permissions` counts them; it is left out where the server did not say. */
export const make = ({ comprises, description, id, permissions, prerequisites }: LicenseDefinition): Row.Row => ({
  id,
  ...(permissions !== undefined && { permissions: permissions.ids.length }),
  prerequisites: prerequisites.map(({ id }) => id),
  comprises: comprises.map(({ id }) => id),
  ...(description !== undefined && { description })
})
