/**
 * Finds the licenses that a set of permissions needs.
 *
 * "The license that each role uses corresponds to the most expensive permission
 * assigned to the role": a permission needs the cheapest license that grants it. If a needed license
 * comprises another one, the other one is not needed.
 *
 * @see https://help.mypurecloud.com/articles/assign-roles
 */
import type { LicenseId, PermissionId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import * as Permissions from "./Permissions.ts"

/**
 * A user needs at most one of these add-ons. Workforce engagement comes first, because it also grants
 * speech and text analytics.
 */
const addOns = [/WEMupgrade$/, /STAupgrade$/]

/** The ids of the needed licenses, in the order of the definitions. */
export const licensesFor = (
  permissions: Iterable<PermissionId>,
  definitions: ReadonlyArray<LicenseDefinition>
): ReadonlyArray<LicenseId> => {
  const needed = new Set<LicenseDefinition>()
  for (const permission of Permissions.expand(permissions, definitions)) {
    const granting = definitions.filter((definition) => definition.permissions?.ids.includes(permission))
    for (const definition of granting) {
      if (!granting.some((other) => comprises(definition, other.id))) needed.add(definition)
    }
  }
  const outermost = definitions.filter(
    (definition) => needed.has(definition) && ![...needed].some((other) => comprises(other, definition.id))
  )
  const isAddOn = ({ id }: LicenseDefinition) => addOns.some((kind) => kind.test(id))
  const chosen = addOns.flatMap((kind) => outermost.filter(({ id }) => kind.test(id)))[0]
  return outermost.filter((definition) => definition === chosen || !isAddOn(definition)).map(({ id }) => id)
}

const comprises = (definition: LicenseDefinition, id: LicenseId): boolean =>
  definition.comprises.some((part) => part.id === id || comprises(part, id))
