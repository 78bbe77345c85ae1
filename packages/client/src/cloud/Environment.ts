/**
 * Reads the settings of `GenesysCloud` from the environment, with the variables of the
 * official CLI and the Terraform provider.
 *
 * A variable that is set but empty is an error. A CI pipeline sets an empty variable for a
 * secret that is missing, and no default may silently replace it.
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { GenesysError } from "../errors/GenesysError.ts"
import { type Gateway, invalid, type Names, type Options } from "./Settings.ts"

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

/** The Terraform provider sets a path with two variables: which path it is (`login` or `api`), and its value. */
const pathName = "GENESYSCLOUD_GATEWAY_PATH_NAME"
const pathValue = "GENESYSCLOUD_GATEWAY_PATH_VALUE"

/** The Terraform provider's credentials for a gateway. They are refused: they would replace the token in the `Authorization` header. */
const gatewayCredentials = ["GENESYSCLOUD_GATEWAY_AUTH_USERNAME", "GENESYSCLOUD_GATEWAY_AUTH_PASSWORD"]

/** A location that overrides the environment. */
export interface Where {
  /** Overrides `GENESYSCLOUD_REGION` and every `GENESYSCLOUD_GATEWAY_*`. */
  readonly region?: string | undefined
  /** Overrides `GENESYSCLOUD_REGION` and the gateway's host, protocol and port. The gateway's paths still come from the environment. */
  readonly gateway?: Pick<Gateway, "host" | "port" | "protocol"> | undefined
}

/** Reads the settings. `override` replaces the location. The values are not checked here; see `Settings.check`. */
export const read = Effect.fnUntraced(function* (override?: Where): Effect.fn.Return<Options, GenesysError> {
  const location = yield* readLocation(override)
  const accessToken = yield* variable(names.accessToken)
  const clientId = yield* variable(names.clientId)
  const clientSecret = yield* variable(names.clientSecret)
  if (accessToken !== undefined) {
    return { ...location, credentials: { _tag: "AccessToken", accessToken: Redacted.make(accessToken) } }
  }
  if (clientId === undefined) {
    return yield* invalid(names.clientId, `is not set; set it and ${names.clientSecret}, or set ${names.accessToken}`)
  }
  if (clientSecret === undefined) return yield* invalid(names.clientSecret, "is not set")
  return {
    ...location,
    credentials: { _tag: "ClientCredentials", clientId, clientSecret: Redacted.make(clientSecret) }
  }
})

const readLocation = Effect.fnUntraced(function* (override: Where = {}) {
  if (override.region !== undefined) return { region: override.region }
  if (override.gateway !== undefined) return { gateway: { ...(yield* readPaths), ...override.gateway } }
  const region = yield* variable(names.region)
  const host = yield* variable(names.host)
  const protocol = yield* variable(names.protocol)
  const port = yield* variable(names.port)
  const paths = yield* readPaths
  const gateway =
    host === undefined ? undefined : { ...paths, host, protocol, port: port === undefined ? undefined : Number(port) }
  return { region, gateway }
})

/** Reads the paths of a gateway: from the official CLI's variables, or from the Terraform provider's pair. */
const readPaths = Effect.gen(function* () {
  for (const name of gatewayCredentials) {
    if ((yield* variable(name)) !== undefined) {
      return yield* invalid(name, "is not supported, because the Authorization header holds the access token; unset it")
    }
  }
  const loginPath = yield* variable(names.loginPath)
  const apiPath = yield* variable(names.apiPath)
  const name = yield* variable(pathName)
  const value = yield* variable(pathValue)
  if (name === undefined && value === undefined) return { loginPath, apiPath }
  if (name === undefined) return yield* invalid(pathName, `is not set, but ${pathValue} is; set it to login or api`)
  if (value === undefined) return yield* invalid(pathValue, `is not set, but ${pathName} is`)
  if (name !== "login" && name !== "api") return yield* invalid(pathName, "must be login or api")
  const other = name === "login" ? names.loginPath : names.apiPath
  if ((name === "login" ? loginPath : apiPath) !== undefined) {
    return yield* invalid(pathName, `and ${other} set the same path; unset one of them`)
  }
  return name === "login" ? { loginPath: value, apiPath } : { loginPath, apiPath: value }
})

/** The value of a variable, or `undefined` if it is not set. Fails if it is set but empty. */
export const variable = (name: string): Effect.Effect<string | undefined, GenesysError> =>
  Effect.gen(function* () {
    const provider = yield* ConfigProvider.ConfigProvider
    const value = (yield* provider.load([name]))?.value
    if (value !== undefined ? value.trim() === "" : yield* isListed(provider, name)) {
      return yield* invalid(name, "is set but empty; give it a value, or unset it")
    }
    return value
  }).pipe(Effect.catchTag("SourceError", (error) => invalid(name, `cannot be read: ${error.message}`)))

/**
 * Whether a variable exists although the provider returned no value for it. `load` returns
 * nothing both for an empty and for a missing variable; the keys of its parent tell them apart.
 */
const isListed = Effect.fnUntraced(function* (provider: ConfigProvider.ConfigProvider, name: string) {
  for (const path of [[name], name.split("_")]) {
    const parent = yield* provider.load(path.slice(0, -1))
    const isThere = parent?._tag === "Record" && parent.keys.has(path[path.length - 1]!)
    if (isThere && (yield* provider.load(path)) === undefined) return true
  }
  return false
})
