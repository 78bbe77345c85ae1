/** Both clients of one server: the vendor's SDK, and ours. */
import { NodeHttpClient } from "@effect/platform-node"
import { type GenesysError, LicenseService } from "@genesys-license/client"
import type { Credentials } from "@genesys-license/client/Credentials"
import { Emulator } from "@genesys-license/emulator"
import { Server, type ServerOptions } from "@genesys-license/emulator/Server"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as OfficialSdk from "../../support/officialSdk.ts"

export { timeout } from "../../support/processes.ts"

/** Our client of a server on this machine. */
export const licenseOf = ({ host, port }: { readonly host: string; readonly port: number }, credentials: Credentials) =>
  LicenseService.layer({ gateway: { protocol: "http", host, port }, credentials }).pipe(
    Layer.provide(NodeHttpClient.layerUndici),
    Layer.build,
    Effect.map(Context.get(LicenseService))
  )

/** Both clients of one emulator, each logged in for itself, over the same socket. */
export const both = Effect.fnUntraced(function* (client?: {
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
}) {
  const server = yield* Server
  const { faults, journal, oauth, organization, rateWindow } = yield* Emulator
  const credentials = client ?? oauth.credentials
  const sdk = yield* OfficialSdk.login(server, credentials)
  const license = yield* licenseOf(server, { _tag: "ClientCredentials", ...credentials })
  return { sdk, license, faults, journal, organization, rateWindow }
})

/** The emulator on a socket. */
export const emulator = (options?: ServerOptions) => Effect.provide(Server.layer({ users: 230, ...options }))

/** What a call that must fail fails with. */
export const failure = (effect: Effect.Effect<unknown, GenesysError>) => Effect.orDie(Effect.flip(effect))

/** The body of an error without the one thing that differs from request to request. */
export const withoutContext = (body: { readonly contextId?: string }) => ({ ...body, contextId: "" })
