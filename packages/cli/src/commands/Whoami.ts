/**
 * `genesys-license whoami`: the organization, the OAuth client and its permissions.
 */
import { LicenseService } from "@genesys-license/client/LicenseService"
import { OrganizationService } from "@genesys-license/client/OrganizationService"
import { RoleService } from "@genesys-license/client/RoleService"
import { UserService } from "@genesys-license/client/UserService"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { RolesApi } from "@genesys-license/schema/authorization/RolesApi"
import { LicenseApi } from "@genesys-license/schema/license/LicenseApi"
import * as Operation from "@genesys-license/schema/Operation"
import { UsersApi } from "@genesys-license/schema/users/UsersApi"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Connection from "../flags/Connection.ts"
import * as Output from "../terminal/Output.ts"
import * as Table from "../terminal/Table.ts"
import { Traffic } from "../terminal/Traffic.ts"

export const command = Command.make(
  "whoami",
  { ...Output.flags(Output.formats), connection: Connection.flags },
  Effect.fnUntraced(function* ({ connection, ...target }) {
    const facts = yield* look.pipe(Connection.provide(connection))
    yield* Output.write(target, {
      columns: ["fact", "value"],
      rows: Stream.fromIterable(rows(facts)),
      text: (width) =>
        Table.ofLines(
          rows(facts).map(({ fact, value }) => [fact, value]),
          ["left", "left"],
          width
        ),
      document: () => ({ version: 1, ...facts })
    })
  })
).pipe(
  Command.withDescription(
    "Shows the organization, the host, the OAuth client, its permissions and the rate limit. Changes nothing. Tests each permission with a request that needs it. Does not test the permission to change licenses, because only a change could."
  ),
  Command.withExamples([
    { command: "genesys-license whoami", description: "Check the connection before you apply a plan" },
    {
      command: "genesys-license whoami --format json | jq -r .organization.id",
      description: "Print the id of the organization"
    }
  ])
)

const license = LicenseApi.groups.license.endpoints
const people = UsersApi.groups.users.endpoints
const roles = RolesApi.groups.authorization.endpoints

type Held = "yes" | "no" | "not known" | "not checked"

interface Facts {
  readonly organization: { readonly id: string; readonly name?: string | undefined } | undefined
  readonly host: string
  readonly clientId: string | undefined
  /** One permission of `anyOf` is enough. The names come from the API contract. */
  readonly permissions: ReadonlyArray<{
    readonly to: string
    readonly anyOf: ReadonlyArray<string>
    readonly held: Held
  }>
  readonly rateLimit: { readonly allowed: number; readonly left: number } | undefined
}

const look = Effect.gen(function* (): Effect.fn.Return<
  Facts,
  GenesysError,
  Connection.Organization | LicenseService | OrganizationService | RoleService | UserService | Traffic
> {
  const { clientId, label } = yield* Connection.Organization
  const page = { pageNumber: 1, pageSize: 1 }
  const reading = yield* isAllowed(LicenseService.use((licenses) => licenses.getDefinitions))
  const names = yield* isAllowed(UserService.use((users) => users.getUsersPage(page)))
  const rolesHeld = yield* isAllowed(Stream.runHead((yield* RoleService).roles({ pageSize: 1 })))
  const me = yield* orRefused((yield* OrganizationService).me, undefined, undefined)
  const { window } = yield* Traffic
  return {
    organization: me && { id: me.id, name: me.name },
    host: label,
    clientId,
    permissions: [
      { to: "read licenses", anyOf: Operation.of(license.getLicenseDefinitions).permissions, held: reading },
      { to: "read names", anyOf: Operation.of(people.getUsers).permissions, held: names },
      { to: "read roles", anyOf: Operation.of(roles.getAuthorizationRoles).permissions, held: rolesHeld },
      { to: "change licenses", anyOf: Operation.of(license.postLicenseOrganization).permissions, held: "not checked" }
    ],
    rateLimit: window && { allowed: window.allowed, left: window.left }
  }
})

/** "Forbidden" answers the question, and "not found" may come from a gateway. Every other error ends the command. */
const orRefused = <A, B, R>(effect: Effect.Effect<A, GenesysError, R>, refused: B, missing: B) =>
  effect.pipe(
    Effect.catchReason("GenesysError", "Forbidden", () => Effect.succeed(refused)),
    Effect.catchReason("GenesysError", "NotFound", () => Effect.succeed(missing))
  )

const isAllowed = <A, R>(effect: Effect.Effect<A, GenesysError, R>) =>
  orRefused<Held, Held, R>(Effect.as(effect, "yes" as const), "no", "not known")

const rows = ({ clientId, host, organization, permissions, rateLimit }: Facts) => [
  {
    fact: "organization",
    value: organization === undefined ? "not known" : `${organization.name ?? "without a name"} (${organization.id})`
  },
  { fact: "host", value: host },
  { fact: "client", value: clientId ?? "an access token" },
  ...permissions.map(({ anyOf, held, to }) => ({
    fact: to,
    value: anyOf.length === 0 ? held : `${held} (needs ${anyOf.join(" or ")})`
  })),
  {
    fact: "rate limit",
    value:
      rateLimit === undefined
        ? "not known"
        : `${Table.number(rateLimit.allowed)} requests in a window, ${Table.number(rateLimit.left)} left`
  }
]
