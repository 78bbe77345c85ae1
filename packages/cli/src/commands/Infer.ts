/**
 * `genesys-license infer`: which licenses a role or a permission costs.
 */
import * as RoleCost from "@genesys-license/admin/licenses/RoleCost"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Connection from "../flags/Connection.ts"
import { Misused } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"
import type * as Row from "../terminal/Row.ts"

export const command = Command.make(
  "infer",
  {
    role: Flag.String("role").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Id of a role; repeat it for several"),
      Flag.atLeast(0)
    ),
    permission: Flag.String("permission").pipe(
      Flag.withMetavar("PERMISSION"),
      Flag.withDescription("Permission, such as analytics:userDetail:view; repeat it for several"),
      Flag.atLeast(0)
    ),
    ...Output.flags(Output.formats),
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, permission, role, ...target }) {
    if ((role.length === 0) === (permission.length === 0)) {
      return yield* new Misused({ message: "Give roles (--role) or permissions (--permission), one of the two." })
    }
    const result = role.length > 0 ? ofRoles(role) : ofPermissions(permission)
    yield* Output.write(target, yield* result.pipe(Connection.provideOrEmulated(connection)))
  })
).pipe(
  Command.withDescription(
    "Shows which licenses somebody with these roles or permissions needs. For permissions it also shows which one costs a license, and what would be needed without it."
  ),
  Command.withExamples([
    {
      command: "genesys-license infer --role 2f1b7f8e-... --role 90d4c5aa-...",
      description: "The licenses for two roles, each alone and both together"
    },
    {
      command: "genesys-license infer --permission routing:queue:view --permission recording:recording:view",
      description: "Which of two permissions needs which license"
    }
  ])
)

const ofRoles = (roleIds: ReadonlyArray<string>) =>
  Effect.map(RoleCost.ofRoles(roleIds), (cost): Output.Result => ({
    columns: ["roleId", "licenses"],
    rows: Stream.fromIterable<Row.Row>([
      ...cost.roles.map(({ licenses, roleId }) => ({ roleId, licenses })),
      ...(roleIds.length > 1 ? [{ roleId: "together", licenses: cost.licenses }] : [])
    ]),
    document: () => cost
  }))

const ofPermissions = (permissions: ReadonlyArray<string>) =>
  Effect.map(RoleCost.ofPermissions(permissions), (cost): Output.Result => ({
    columns: ["licenseId", "permissions", "without"],
    rows: Stream.fromIterable(
      cost.costs.map(({ licenseId, permissions, without }): Row.Row => ({ licenseId, permissions, without }))
    ),
    document: () => cost
  }))
