/**
 * The proxy for all requests, as the environment names it. This module only reads the
 * settings: give them to an `HttpClient` that can use a proxy.
 *
 * Requests to this machine itself never use the proxy. They may be plain http, so a proxy
 * would see the token.
 *
 * @see https://undici.nodejs.org/#/docs/api/EnvHttpProxyAgent.md
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import { GenesysError, InvalidConfiguration } from "../errors/GenesysError.ts"
import * as Environment from "./Environment.ts"

/** A proxy, and where it is named. */
export interface Proxy {
  /** The variable that names it. */
  readonly name: string
  /** The options of `UndiciHttpClient.layerProxy`. */
  readonly options: {
    /** The URL of the proxy for `https` requests. */
    readonly httpsProxy: string
    /** The same for `http` requests. Empty: no proxy. */
    readonly httpProxy: string
    /** Hosts to reach without the proxy, separated by commas. */
    readonly noProxy: string
  }
}

/**
 * Reads the Terraform provider's proxy, `GENESYSCLOUD_PROXY_*`, which is for Genesys Cloud only. Without it, the
 * proxy of the machine: `https_proxy`, `HTTPS_PROXY`, `http_proxy` or `HTTP_PROXY`. Undefined if there is none.
 * Fails if a variable is not the URL of a proxy.
 */
export const read: Effect.Effect<Proxy | undefined, GenesysError> = Effect.gen(function* () {
  const genesys = yield* genesysProxy
  if (genesys !== undefined) return { name: genesys.name, options: to(genesys.url, "") }
  const noProxy = (yield* firstOf(["no_proxy", "NO_PROXY"]))?.value ?? ""
  const named = yield* firstOf(["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"])
  if (named === undefined) return undefined
  return { name: named.name, options: to(yield* urlOf(named.name, named.value), noProxy) }
})

const to = (url: URL, noProxy: string): Proxy["options"] => ({
  httpsProxy: url.href,
  httpProxy: "",
  noProxy: `${noProxy},localhost,127.0.0.1,::1`
})

const prefix = "GENESYSCLOUD_PROXY"

const genesysProxy = Effect.gen(function* () {
  const host = yield* Environment.variable(`${prefix}_HOST`)
  const port = yield* Environment.variable(`${prefix}_PORT`)
  const protocol = yield* Environment.variable(`${prefix}_PROTOCOL`)
  const username = yield* Environment.variable(`${prefix}_AUTH_USERNAME`)
  const password = yield* Environment.variable(`${prefix}_AUTH_PASSWORD`)
  const name = `${prefix}_HOST`
  if (host === undefined) {
    if (port ?? protocol ?? username ?? password) return yield* invalid(name, `is not set, but another ${prefix}_* is`)
    return undefined
  }
  const url = yield* urlOf(name, `${protocol?.replace(/:(\/\/)?$/, "") ?? "http"}://${host}${port ? `:${port}` : ""}`)
  // The setters encode characters that a URL cannot contain.
  if (username !== undefined) url.username = username
  if (password !== undefined) url.password = password
  return { name, url }
})

/** The first variable that is not empty: in a shell, an empty proxy variable means no proxy. */
const firstOf = Effect.fnUntraced(function* (names: ReadonlyArray<string>) {
  for (const name of names) {
    const value = yield* Effect.orDie(Config.withDefault(Config.String(name), ""))
    if (value !== "") return { name, value }
  }
  return undefined
})

/** The error does not show the value, which may contain a password. */
const urlOf = (name: string, value: string) => {
  // Many people write `proxy.example:8080`.
  const written = value.includes("://") ? value : `http://${value}`
  const url = URL.canParse(written) ? new URL(written) : undefined
  return url !== undefined && /^(https?|socks5):$/.test(url.protocol) && url.hostname !== ""
    ? Effect.succeed(url)
    : invalid(name, "is not the URL of a proxy, such as http://proxy.example:8080")
}

const invalid = (setting: string, problem: string) =>
  Effect.fail(new GenesysError({ operation: "configure", reason: new InvalidConfiguration({ setting, problem }) }))
