/**
 * Exports of a package that uses the client. TypeScript infers and writes out their types.
 */
import * as Client from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

export const license = Effect.gen(function* () {
  const license = yield* Client.LicenseService
  return {
    definitions: yield* license.getDefinitions,
    user: yield* license.getUser("a"),
    page: yield* license.getUsersPage({ pageNumber: 1, pageSize: 1 }),
    users: yield* Stream.runCollect(license.users()),
    pages: yield* Stream.runCollect(license.userPages()),
    many: yield* license.getUsers(["a"]),
    outcomes: yield* license.updateAssignments([]),
    toggle: yield* license.getToggle("a")
  }
})
export const failure = Effect.map(Effect.flip(license), ({ reason }) => ("body" in reason ? reason.body : reason))
export const neighbours = Effect.gen(function* () {
  const users = yield* Client.UserService
  const roles = yield* Client.RoleService
  const billing = yield* Client.BillingService
  return {
    user: yield* users.getUser("a"),
    page: yield* users.getUsersPage({ pageNumber: 1, pageSize: 1 }),
    pages: yield* Stream.runCollect(users.userPages()),
    people: yield* users.byId(["a"]),
    roles: yield* Stream.runCollect(roles.roles()),
    grants: yield* Stream.runCollect(roles.grants("a")),
    organization: yield* (yield* Client.OrganizationService).me,
    usage: billing.getUsage,
    contracts: yield* Stream.runCollect(billing.contracts),
    period: yield* billing.getContractPeriod({ contractId: "a", billingPeriodId: "b" })
  }
})
export const raw = Effect.map(Client.GenesysTransport, ({ httpClient }) => httpClient)
export const layers = [
  Client.LicenseService.layerConfig,
  Client.UserService.layerTransport,
  Client.GenesysTransport.layerConfig(),
  Client.GenesysTransport.layer,
  Client.LicenseService.layer
]
