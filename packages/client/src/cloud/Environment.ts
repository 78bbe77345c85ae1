/**
 * `GenesysCloud` from the environment, under the names that the official CLI and the
 * Terraform provider use.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { GenesysError } from "../errors/GenesysError.ts"
import { invalid, type Names, type Options } from "./Settings.ts"

export const names: Names = {
  region: "GENESYSCLOUD_REGION",
  host: "GENESYSCLOUD_GATEWAY_HOST",
  protocol: "GENESYSCLOUD_GATEWAY_PROTOCOL",
  port: "GENESYSCLOUD_GATEWAY_PORT",
  loginPath: "GENESYSCLOUD_GATEWAY_PATH_PARAMS_LOGIN",
  apiPath: "GENESYSCLOUD_GATEWAY_PATH_PARAMS_API",
  clientId: "GENESYSCLOUD_OAUTHCLIENT_ID",
  clientSecret: "GENESYSCLOUD_OAUTHCLIENT_SECRET",
  accessToken: "GENESYSCLOUD_ACCESS_TOKEN"
}

/** A variable that is empty counts as one that is not set. */
const text = (name: string) =>
  Config.map(Config.option(Config.String(name)), (value) => Option.getOrUndefined(value) || undefined)
const secret = (name: string) => Config.map(text(name), (value) => value && Redacted.make(value))

const settings = Config.all({
  region: text(names.region),
  host: text(names.host),
  protocol: text(names.protocol),
  port: text(names.port),
  loginPath: text(names.loginPath),
  apiPath: text(names.apiPath),
  clientId: text(names.clientId),
  clientSecret: secret(names.clientSecret),
  accessToken: secret(names.accessToken)
})

/** The settings as they are set; whether they make sense is not looked at. */
export const read: Effect.Effect<Options, GenesysError> = Effect.gen(function* () {
  const { accessToken, clientId, clientSecret, host, port, region, ...paths } = yield* settings
  const gateway =
    host === undefined ? undefined : { ...paths, host, port: port === undefined ? undefined : Number(port) }
  if (accessToken) return { region, gateway, credentials: { _tag: "AccessToken", accessToken } } as const
  if (!clientId) return yield* invalid(names.clientId, "is not set")
  if (!clientSecret) return yield* invalid(names.clientSecret, "is not set")
  return { region, gateway, credentials: { _tag: "ClientCredentials", clientId, clientSecret } } as const
}).pipe(Effect.catchTag("ConfigError", (error) => invalid("The environment", `cannot be read: ${error.message}`)))
