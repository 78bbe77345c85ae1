/**
 * Where Genesys Cloud is, and who asks: a region or a gateway, and credentials,
 * from values or from the environment.
 *
 * The names in the environment are those of the official CLI and of the Terraform
 * provider.
 */
import { domainOf, type Region } from "@genesys-license/schema/Region"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Credentials } from "./Credentials.ts"
import { InvalidConfiguration, LicenseError } from "./LicenseError.ts"

/** A gateway stands for both the API and the login, as in the official SDKs. */
export interface Gateway {
  readonly host: string
  /** Default: `https`. `http` is refused unless the host is loopback. */
  readonly protocol?: string | undefined
  /** Default: that of the protocol. */
  readonly port?: number | undefined
  /** A path before `/oauth/token`. Default: none. */
  readonly loginPath?: string | undefined
  /** A path before `/api/v2`. Default: none. */
  readonly apiPath?: string | undefined
}

/** Either a region or a gateway; a gateway wins. */
export interface Options {
  /** `us-east-1`, `us_east_1`, or a host such as `mypurecloud.com`. */
  readonly region?: Region | (string & {}) | undefined
  readonly gateway?: Gateway | undefined
  readonly credentials: Credentials
}

/** Where and who. */
export class GenesysCloud extends Context.Service<
  GenesysCloud,
  {
    /** The base of the API, without a trailing slash. */
    readonly apiUrl: string
    /** The base of the login, without a trailing slash. */
    readonly loginUrl: string
    readonly credentials: Credentials
  }
>()("@genesys-license/client/GenesysCloud") {
  /** From values. */
  static readonly layer = (options: Options): Layer.Layer<GenesysCloud, LicenseError> =>
    Layer.effect(GenesysCloud, make(options))

  /**
   * From the environment: `GENESYSCLOUD_REGION`, or `GENESYSCLOUD_GATEWAY_HOST` with
   * `_PORT`, `_PROTOCOL`, `_PATH_PARAMS_LOGIN` and `_PATH_PARAMS_API`; and
   * `GENESYSCLOUD_OAUTHCLIENT_ID` with `GENESYSCLOUD_OAUTHCLIENT_SECRET`, or
   * `GENESYSCLOUD_ACCESS_TOKEN`, which wins.
   */
  static readonly layerConfig: Layer.Layer<GenesysCloud, LicenseError> = Layer.effect(
    GenesysCloud,
    Effect.suspend(() => Effect.flatMap(fromEnvironment, (options) => make(options, environmentNames)))
  )
}

const names = {
  region: "region",
  host: "gateway.host",
  protocol: "gateway.protocol",
  port: "gateway.port",
  loginPath: "gateway.loginPath",
  apiPath: "gateway.apiPath",
  clientId: "clientId",
  clientSecret: "clientSecret",
  accessToken: "accessToken"
}

const environmentNames: typeof names = {
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

const invalid = (setting: string, problem: string) =>
  Effect.fail(new LicenseError({ operation: "configure", reason: new InvalidConfiguration({ setting, problem }) }))

/** From values, checked. `called` are the names that the reader knows the settings by. */
export const make = Effect.fnUntraced(function* (
  options: Options,
  called: typeof names = names
): Effect.fn.Return<GenesysCloud["Service"], LicenseError> {
  yield* checkCredentials(options.credentials, called)
  if (options.gateway !== undefined) {
    const base = yield* gatewayUrl(options.gateway, called)
    return {
      apiUrl: base + (yield* prefix(options.gateway.apiPath, called.apiPath)),
      loginUrl: base + (yield* prefix(options.gateway.loginPath, called.loginPath)),
      credentials: options.credentials
    }
  }
  if (options.region === undefined || options.region.trim() === "") {
    return yield* invalid(called.region, `is not set; set it to a region such as us-east-1, or set ${called.host}`)
  }
  const domain = domainOf(options.region)
  if (domain === undefined) {
    return yield* invalid(
      called.region,
      "names no region that is known and no host; it takes us-east-1, us_east_1 or mypurecloud.com"
    )
  }
  return { apiUrl: `https://api.${domain}`, loginUrl: `https://login.${domain}`, credentials: options.credentials }
})

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

const gatewayUrl = Effect.fnUntraced(function* (gateway: Gateway, called: typeof names) {
  const protocol =
    gateway.protocol
      ?.trim()
      .replace(/:(\/\/)?$/, "")
      .toLowerCase() || "https"
  if (protocol !== "https" && protocol !== "http") return yield* invalid(called.protocol, "must be https or http")
  if (gateway.port !== undefined && !(Number.isInteger(gateway.port) && gateway.port > 0 && gateway.port < 65_536)) {
    return yield* invalid(called.port, "must be a number from 1 to 65535")
  }
  const host = gateway.host.trim().replace(/\/+$/, "")
  if (host.includes("@")) return yield* invalid(called.host, "must not carry credentials")
  const written = gateway.port === undefined ? `${protocol}://${host}` : `${protocol}://${host}:${gateway.port}`
  const url = URL.canParse(written) ? new URL(written) : undefined
  if (
    host === "" ||
    url === undefined ||
    url.pathname !== "/" ||
    url.search !== "" ||
    url.hash !== "" ||
    /[\s\\]/.test(host)
  ) {
    return yield* invalid(called.host, "must be the name of a host, without a protocol or a path")
  }
  if (protocol === "http" && !loopback.test(url.hostname)) {
    return yield* invalid(called.protocol, "may be http on this machine only; a token must not travel in the clear")
  }
  return url.origin
})

const prefix = Effect.fnUntraced(function* (path: string | undefined, setting: string) {
  const trimmed = (path ?? "").trim().replace(/^\/+|\/+$/g, "")
  if (trimmed === "") return ""
  if (
    !/^[A-Za-z0-9._~!$&'()*+,;=:@/-]+$/.test(trimmed) ||
    trimmed.split("/").some((part) => part === "." || part === ".." || part === "")
  ) {
    return yield* invalid(setting, "must be a plain path")
  }
  return `/${trimmed}`
})

/** Values that travel in a header: an empty or broken one is found here, and never echoed. */
const checkCredentials = Effect.fnUntraced(function* (credentials: Credentials, called: typeof names) {
  for (const [field, value] of Object.entries(credentials)) {
    const text = Redacted.isRedacted(value) ? Redacted.value(value) : value
    if (typeof text !== "string" || field === "_tag") continue
    const setting = field === "clientId" || field === "clientSecret" || field === "accessToken" ? called[field] : field
    if (text.trim() === "") return yield* invalid(setting, "is empty")
    if (field === "clientId" && "clientSecret" in credentials && text.includes(":")) {
      return yield* invalid(setting, "contains a colon, where a Basic header would end it")
    }
    if (!/^[\x20-\x7e]+$/.test(text) || text !== text.trim()) {
      return yield* invalid(
        setting,
        "contains a space, a line break or another character that cannot travel in a header"
      )
    }
  }
})

const text = (name: string) => Config.String(name).pipe(Config.option)
const secret = (name: string) => Config.Redacted(name).pipe(Config.option)

const settings = Config.all({
  region: text(environmentNames.region),
  host: text(environmentNames.host),
  protocol: text(environmentNames.protocol),
  port: text(environmentNames.port),
  loginPath: text(environmentNames.loginPath),
  apiPath: text(environmentNames.apiPath),
  clientId: text(environmentNames.clientId),
  clientSecret: secret(environmentNames.clientSecret),
  accessToken: secret(environmentNames.accessToken)
})

/** An empty variable counts as one that is not set. */
const given = (value: Option.Option<string>) => Option.getOrUndefined(Option.filter(value, (text) => text !== ""))

const fromEnvironment = Effect.gen(function* () {
  const read = yield* settings
  const host = given(read.host)
  const port = given(read.port)
  return {
    region: given(read.region),
    gateway:
      host === undefined
        ? undefined
        : {
            host,
            protocol: given(read.protocol),
            port: port === undefined ? undefined : Number(port),
            loginPath: given(read.loginPath),
            apiPath: given(read.apiPath)
          },
    credentials: yield* credentialsOf(read)
  } satisfies Options
}).pipe(Effect.catchTag("ConfigError", (error) => invalid("The environment", `cannot be read: ${error.message}`)))

const credentialsOf = Effect.fnUntraced(function* (read: Config.Success<typeof settings>) {
  const present = (value: Option.Option<Redacted.Redacted>) =>
    Option.getOrUndefined(Option.filter(value, (secret) => Redacted.value(secret) !== ""))
  const accessToken = present(read.accessToken)
  if (accessToken !== undefined) return { _tag: "AccessToken", accessToken } as const
  const clientId = given(read.clientId)
  const clientSecret = present(read.clientSecret)
  if (clientId === undefined) return yield* invalid(environmentNames.clientId, "is not set")
  if (clientSecret === undefined) return yield* invalid(environmentNames.clientSecret, "is not set")
  return { _tag: "ClientCredentials", clientId, clientSecret } as const
})
