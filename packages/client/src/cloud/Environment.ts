/**
 * `GenesysCloud` from the environment, under the names that the official CLI and the
 * Terraform provider use.
 *
 * A variable that is set but empty is an error: it is how a secret arrives that a
 * pipeline does not have, and nothing may stand in for it without a word.
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

/** The Terraform provider's way to set one path: which one, and the path. */
const pathName = "GENESYSCLOUD_GATEWAY_PATH_NAME"
const pathValue = "GENESYSCLOUD_GATEWAY_PATH_VALUE"

/** The Terraform provider's credentials for a gateway. They would replace the token in the `Authorization` header. */
const gatewayCredentials = ["GENESYSCLOUD_GATEWAY_AUTH_USERNAME", "GENESYSCLOUD_GATEWAY_AUTH_PASSWORD"]

/** Where Genesys Cloud is, decided by somebody else than the environment. */
export interface Where {
  /** In place of `GENESYSCLOUD_REGION` and of every `GENESYSCLOUD_GATEWAY_*`. */
  readonly region?: string | undefined
  /** In place of `GENESYSCLOUD_REGION`, and of the host, protocol and port of the gateway; its paths are still read. */
  readonly gateway?: Pick<Gateway, "host" | "port" | "protocol"> | undefined
}

/** The settings as they are set, except where a place is given; whether they make sense is not looked at. */
export const read = Effect.fnUntraced(function* (where?: Where): Effect.fn.Return<Options, GenesysError> {
  const place = yield* readPlace(where)
  const accessToken = yield* variable(names.accessToken)
  const clientId = yield* variable(names.clientId)
  const clientSecret = yield* variable(names.clientSecret)
  if (accessToken !== undefined) {
    return { ...place, credentials: { _tag: "AccessToken", accessToken: Redacted.make(accessToken) } }
  }
  if (clientId === undefined) {
    return yield* invalid(names.clientId, `is not set; set it and ${names.clientSecret}, or set ${names.accessToken}`)
  }
  if (clientSecret === undefined) return yield* invalid(names.clientSecret, "is not set")
  return { ...place, credentials: { _tag: "ClientCredentials", clientId, clientSecret: Redacted.make(clientSecret) } }
})

const readPlace = Effect.fnUntraced(function* (where: Where = {}) {
  if (where.region !== undefined) return { region: where.region }
  if (where.gateway !== undefined) return { gateway: { ...(yield* readPaths), ...where.gateway } }
  const region = yield* variable(names.region)
  const host = yield* variable(names.host)
  const protocol = yield* variable(names.protocol)
  const port = yield* variable(names.port)
  const paths = yield* readPaths
  const gateway =
    host === undefined ? undefined : { ...paths, host, protocol, port: port === undefined ? undefined : Number(port) }
  return { region, gateway }
})

/** The paths of a gateway, in either of the two ways to set them. */
const readPaths = Effect.gen(function* () {
  for (const name of gatewayCredentials) {
    if ((yield* variable(name)) !== undefined) {
      return yield* invalid(name, "is not supported: a request has room for the token only; unset it")
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

/** The value of a variable, if it is set; one that is set but empty is an error. */
export const variable = (name: string): Effect.Effect<string | undefined, GenesysError> =>
  Effect.gen(function* () {
    const provider = yield* ConfigProvider.ConfigProvider
    const value = (yield* provider.load([name]))?.value
    if (value !== undefined ? value.trim() === "" : yield* isListed(provider, name)) {
      return yield* invalid(name, "is set but empty; give it a value, or unset it")
    }
    return value
  }).pipe(Effect.catchTag("SourceError", (error) => invalid(name, `cannot be read: ${error.message}`)))

/** Whether there is a variable of this name and no other that begins with it. A provider does not tell an empty value from none. */
const isListed = Effect.fnUntraced(function* (provider: ConfigProvider.ConfigProvider, name: string) {
  for (const path of [[name], name.split("_")]) {
    const parent = yield* provider.load(path.slice(0, -1))
    const isThere = parent?._tag === "Record" && parent.keys.has(path[path.length - 1]!)
    if (isThere && (yield* provider.load(path)) === undefined) return true
  }
  return false
})
