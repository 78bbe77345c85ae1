/**
 * `genesys-license infer`: which licenses a role or a permission needs.
 */
import * as RoleCost from "@genesys-license/admin/licenses/RoleCost"
import * as RoleDirectory from "@genesys-license/admin/licenses/RoleDirectory"
import { LicenseService } from "@genesys-license/client/LicenseService"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Connection from "../flags/Connection.ts"
import { Misused } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import type * as Row from "../terminal/Row.ts"

export const command = Command.make(
  "infer",
  {
    role: Flag.String("role").pipe(
      Flag.withMetavar("ROLE"),
      Flag.withDescription(
        "Infer the licenses of this role: its name or id; repeat for several; a name needs authorization:role:view"
      ),
      Flag.atLeast(0)
    ),
    permission: Flag.String("permission").pipe(
      Flag.withMetavar("PERMISSION"),
      Flag.withDescription(
        "Infer the licenses of this permission, such as analytics:userDetail:view; repeat for several"
      ),
      Flag.atLeast(0)
    ),
    ...Output.flags(Output.formats),
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, permission, role, ...target }) {
    if ((role.length === 0) === (permission.length === 0)) {
      return yield* new Misused({ message: "Pass either --role or --permission." })
    }
    const malformed = permission.find((permission) => !/^[^:\s]+:[^:\s]+:[^:\s]+$/.test(permission))
    if (malformed !== undefined) {
      const message = `--permission ${JSON.stringify(malformed)}: a permission has three parts, such as analytics:userDetail:view.`
      return yield* new Misused({ message })
    }
    yield* OutputCheck.ofResult(target)
    const connected = Connection.provideOrEmulated(connection)
    const result = yield* role.length > 0 ? connected(ofRoles(role)) : connected(ofPermissions(permission))
    yield* Output.write(target, result)
  })
).pipe(
  Command.withDescription(
    "Shows which licenses a user with these roles or permissions needs. For permissions, it also shows which of them need each license, and which licenses are needed without them."
  ),
  Command.withExamples([
    { command: "genesys-license infer --role Supervisor", description: "Show the licenses for a role" },
    {
      command: "genesys-license infer --role 2f1b7f8e-... --role 90d4c5aa-...",
      description: "Show the licenses for two roles, each alone and both together"
    },
    {
      command: "genesys-license infer --permission routing:queue:view --permission recording:recording:view",
      description: "Show which of two permissions needs which license"
    }
  ])
)

const ofRoles = Effect.fnUntraced(function* (given: ReadonlyArray<string>) {
  const named = yield* RoleDirectory.named(given)
  const cost = yield* RoleCost.ofRoles(named.map(({ roleId }) => roleId))
  const names = new Map(named.flatMap(({ name, roleId }) => (name === undefined ? [] : [[roleId, name] as const])))
  const roles = cost.roles.map((role) => {
    const name = names.get(role.roleId)
    return { roleId: role.roleId, ...(name !== undefined && { name }), licenses: role.licenses }
  })
  // A role with a name was found, so it exists.
  const free = roles.filter(({ licenses, name }) => licenses.length === 0 && name === undefined)
  yield* sayIfNone(
    "role",
    free.map(({ roleId }) => roleId)
  )
  const result: Output.Result = {
    columns: ["roleId", ...(names.size > 0 ? ["name"] : []), "licenses"],
    rows: Stream.fromIterable<Row.Row>([
      ...roles,
      ...(roles.length > 1 ? [{ roleId: "together", licenses: cost.licenses }] : [])
    ]),
    document: () => ({ ...cost, roles })
  }
  return result
})

const ofPermissions = Effect.fnUntraced(function* (permissions: ReadonlyArray<string>) {
  const cost = yield* RoleCost.ofPermissions(permissions)
  const free = permissions.filter((one) => !cost.costs.some(({ permissions }) => permissions.includes(one)))
  yield* checkSpelling(free)
  const result: Output.Result = {
    columns: ["licenseId", "permissions", "without"],
    rows: Stream.fromIterable(
      cost.costs.map(({ licenseId, permissions, without }): Row.Row => ({ licenseId, permissions, without }))
    ),
    document: () => cost
  }
  return result
})

/** A permission without a license may be misspelled: compare it with the permissions that licenses grant. */
const checkSpelling = Effect.fnUntraced(function* (permissions: ReadonlyArray<string>) {
  if (permissions.length === 0) return
  const definitions = yield* LicenseService.use((license) => license.getDefinitions)
  const granted = new Set(definitions.flatMap(({ permissions }) => permissions?.ids ?? []))
  for (const permission of permissions) {
    const meant = [...granted].find((id) => id !== permission && id.toLowerCase() === permission.toLowerCase())
    if (meant !== undefined && !granted.has(permission)) {
      const message = `No license has the permission ${JSON.stringify(permission)}. Did you mean ${meant}?`
      return yield* new Misused({ message })
    }
  }
  yield* sayIfNone("permission", permissions)
})

/** Without a license, the role or permission may be free or may not exist. */
const sayIfNone = (what: string, names: ReadonlyArray<string>) =>
  names.length === 0
    ? Effect.void
    : Console.error(
        `No license is inferred for the ${what} ${names.join(", ")}: either it needs no license, or it does not exist. The License API does not say which.`
      )
