/**
 * The proxy that requests go through, as the environment names it.
 *
 * This machine itself is never asked through a proxy: that is where plain http is
 * allowed, and a token must not travel in the clear.
 *
 * @see https://undici.nodejs.org/#/docs/api/EnvHttpProxyAgent.md
 */
import * as Environment from "@genesys-license/client/Environment"
import { GenesysError, InvalidConfiguration } from "@genesys-license/client/GenesysError"
import type { ProxyOptions } from "@genesys-license/undici/UndiciHttpClient"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"

export interface Proxy {
  /** The variable that names it. */
  readonly name: string
  readonly options: ProxyOptions
}

/** The Terraform provider's proxy, which is for Genesys Cloud alone; otherwise that of the machine. */
export const read: Effect.Effect<Proxy | undefined, GenesysError> = Effect.gen(function* () {
  const own = yield* ownProxy
  if (own !== undefined) return { name: own.name, options: to(own.url, "") }
  const noProxy = (yield* firstOf(["no_proxy", "NO_PROXY"]))?.value ?? ""
  const named = yield* firstOf(["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"])
  if (named === undefined) return undefined
  return { name: named.name, options: to(yield* urlOf(named.name, named.value), noProxy) }
})

const to = (url: URL, noProxy: string): ProxyOptions => ({
  httpsProxy: url.href,
  httpProxy: "",
  noProxy: `${noProxy},localhost,127.0.0.1,::1`
})

const prefix = "GENESYSCLOUD_PROXY"

const ownProxy = Effect.gen(function* () {
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
  // The setters encode what a URL cannot hold.
  if (username !== undefined) url.username = username
  if (password !== undefined) url.password = password
  return { name, url }
})

/** An empty one is how a shell says that there is none. */
const firstOf = Effect.fnUntraced(function* (names: ReadonlyArray<string>) {
  for (const name of names) {
    const value = yield* Effect.orDie(Config.withDefault(Config.String(name), ""))
    if (value !== "") return { name, value }
  }
  return undefined
})

/** The value may hold a password, so it has no place in the error. */
const urlOf = (name: string, value: string) => {
  // `proxy.example:8080` is what many write.
  const written = value.includes("://") ? value : `http://${value}`
  const url = URL.canParse(written) ? new URL(written) : undefined
  return url !== undefined && /^(https?|socks5):$/.test(url.protocol) && url.hostname !== ""
    ? Effect.succeed(url)
    : invalid(name, "is not the address of a proxy; it takes one such as http://proxy.example:8080")
}

const invalid = (setting: string, problem: string) =>
  Effect.fail(new GenesysError({ operation: "configure", reason: new InvalidConfiguration({ setting, problem }) }))
