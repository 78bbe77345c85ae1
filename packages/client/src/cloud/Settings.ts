/**
 * What has to be set, and the checks of it: a wrong setting is found before anything
 * is sent, called by the name that the reader knows, and never echoed.
 */
import { domainOf, type Region } from "@genesys-license/schema/Region"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Credentials } from "./Credentials.ts"
import { InvalidConfiguration, GenesysError } from "../errors/GenesysError.ts"

/** A gateway stands for both the API and the login, as in the official SDKs. */
export interface Gateway {
  /** The name of a host, without a protocol or a path. */
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
  /** In place of a region. Default: none. */
  readonly gateway?: Gateway | undefined
  /** Who asks. */
  readonly credentials: Credentials
}

/** Where the API and the login are, without trailing slashes, and who asks. */
export interface Checked {
  readonly apiUrl: string
  readonly loginUrl: string
  readonly credentials: Credentials
}

/** The names of the settings: those of the options themselves. */
export const names = {
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

/** The same settings under the names that a reader knows. */
export type Names = typeof names

/** Fails with `InvalidConfiguration`. The value of the setting has no place in it. */
export const invalid = (setting: string, problem: string) =>
  Effect.fail(new GenesysError({ operation: "configure", reason: new InvalidConfiguration({ setting, problem }) }))

/** The settings, once they make sense: first where, then who. */
export const check = Effect.fnUntraced(function* (
  options: Options,
  called: Names
): Effect.fn.Return<Checked, GenesysError> {
  const where = yield* locate(options, called)
  yield* checkCredentials(options.credentials, called)
  return { ...where, credentials: options.credentials }
})

const locate = Effect.fnUntraced(function* (
  { gateway, region }: Pick<Options, "gateway" | "region">,
  called: Names
): Effect.fn.Return<Pick<Checked, "apiUrl" | "loginUrl">, GenesysError> {
  if (gateway !== undefined) {
    const base = yield* gatewayUrl(gateway, called)
    return {
      apiUrl: base + (yield* prefix(gateway.apiPath, called.apiPath)),
      loginUrl: base + (yield* prefix(gateway.loginPath, called.loginPath))
    }
  }
  if (region === undefined || region.trim() === "") {
    return yield* invalid(called.region, `is not set; set it to a region such as us-east-1, or set ${called.host}`)
  }
  const domain = domainOf(region)
  if (domain === undefined) {
    return yield* invalid(
      called.region,
      "names no region that is known and no host; it takes us-east-1, us_east_1 or mypurecloud.com"
    )
  }
  return { apiUrl: `https://api.${domain}`, loginUrl: `https://login.${domain}` }
})

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

const gatewayUrl = Effect.fnUntraced(function* (gateway: Gateway, called: Names) {
  const protocol =
    gateway.protocol
      ?.trim()
      .replace(/:(\/\/)?$/, "")
      .toLowerCase() || "https"
  if (protocol !== "https" && protocol !== "http") return yield* invalid(called.protocol, "must be https or http")
  if (gateway.port !== undefined && !(Number.isInteger(gateway.port) && gateway.port > 0 && gateway.port < 65_536)) {
    return yield* invalid(called.port, "must be a number from 1 to 65535")
  }
  const name = gateway.host.trim().replace(/\/+$/, "")
  // An IPv6 address, as everything but a URL writes it.
  const host = /^[\da-f:.]*:[\da-f:.]*:[\da-f:.]*$/i.test(name) ? `[${name}]` : name
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

/**
 * What may be written in any script, because it travels in a form. All else is visible
 * ASCII by RFC 6749, appendix A, and some of it travels in a header.
 */
const inAnyScript = new Set(["orgName", "assertion", "redirectUri"])

/** A wrong value is found here, and never echoed. */
const checkCredentials = Effect.fnUntraced(function* (credentials: Credentials, called: Names) {
  for (const [field, value] of Object.entries(credentials)) {
    const text = Redacted.isRedacted(value) ? Redacted.value(value) : value
    if (typeof text !== "string" || field === "_tag") continue
    const setting = field === "clientId" || field === "clientSecret" || field === "accessToken" ? called[field] : field
    if (text.trim() === "") return yield* invalid(setting, "is empty")
    if (field === "clientId" && "clientSecret" in credentials && text.includes(":")) {
      return yield* invalid(setting, "contains a colon, where a Basic header would end it")
    }
    if (!inAnyScript.has(field) && !/^[\x20-\x7e]+$/.test(text)) {
      return yield* invalid(setting, "contains a line break or another character that cannot travel in a header")
    }
    if (text !== text.trim()) return yield* invalid(setting, "begins or ends with a space or a line break")
    // The XML of an assertion may have lines.
    const controls = field === "assertion" ? /[^\P{Cc}\t\r\n]/u : /\p{Cc}/u
    if (controls.test(text) || !text.isWellFormed()) {
      return yield* invalid(setting, "contains a line break or another control character")
    }
  }
})
