/**
 * The settings of a connection, and their checks. A wrong setting fails before anything is
 * sent. The error has the name by which the reader set it, and never its value.
 */
import { domainOf, type Region } from "@genesys-license/schema/Region"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Credentials } from "./Credentials.ts"
import { InvalidConfiguration, GenesysError } from "../errors/GenesysError.ts"

/** A gateway replaces the hosts of both the API and the login, as in the official SDKs. */
export interface Gateway {
  /** A host name, without a protocol or path. */
  readonly host: string
  /** `https` or `http` (default: `https`). `http` is allowed only for this machine (loopback). */
  readonly protocol?: string | undefined
  /** 1 to 65535 (default: that of the protocol). */
  readonly port?: number | undefined
  /** The path before `/oauth/token` (default: none). */
  readonly loginPath?: string | undefined
  /** The path before `/api/v2` (default: none). */
  readonly apiPath?: string | undefined
}

/** A region or a gateway, and credentials. If both a region and a gateway are given, the gateway is used. */
export interface Options {
  /** `us-east-1`, `us_east_1`, or a host such as `mypurecloud.com`. */
  readonly region?: Region | (string & {}) | undefined
  /** Replaces the region (default: none). */
  readonly gateway?: Gateway | undefined
  /** How the client logs in. */
  readonly credentials: Credentials
}

/** Checked settings. The URLs have no trailing slash. */
export interface Checked {
  readonly apiUrl: string
  readonly loginUrl: string
  readonly credentials: Credentials
}

/** How errors name the settings by default: as the options do. */
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

/** How errors name the settings, such as by variables or flags. */
export type Names = typeof names

/** Fails with `InvalidConfiguration`. `problem` must not contain the value of the setting. */
export const invalid = (setting: string, problem: string) =>
  Effect.fail(new GenesysError({ operation: "configure", reason: new InvalidConfiguration({ setting, problem }) }))

/** Checks the settings: first the region or gateway, then the credentials. */
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
      "is neither a known region nor a host; set it to a value such as us-east-1, us_east_1 or mypurecloud.com"
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
    return yield* invalid(called.port, "must be a whole number from 1 to 65535")
  }
  const name = gateway.host.trim().replace(/\/+$/, "")
  // Only a URL needs brackets around an IPv6 address.
  const host = /^[\da-f:.]*:[\da-f:.]*:[\da-f:.]*$/i.test(name) ? `[${name}]` : name
  if (host.includes("@"))
    return yield* invalid(called.host, "must not contain credentials; remove everything up to the @")
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
    return yield* invalid(called.host, "must be a host name, without a protocol or path")
  }
  if (protocol === "http" && !loopback.test(url.hostname)) {
    return yield* invalid(
      called.protocol,
      "may be http only for this machine, because http would send the token unencrypted; set it to https"
    )
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
    return yield* invalid(setting, "must be a plain path such as /genesys")
  }
  return `/${trimmed}`
})

/**
 * Credentials that may contain any script, because they are sent in a form. All others are
 * visible ASCII (RFC 6749, appendix A), and some of them are sent in a header.
 */
const inAnyScript = new Set(["orgName", "assertion", "redirectUri"])

const checkCredentials = Effect.fnUntraced(function* (credentials: Credentials, called: Names) {
  for (const [field, value] of Object.entries(credentials)) {
    const text = Redacted.isRedacted(value) ? Redacted.value(value) : value
    if (typeof text !== "string" || field === "_tag") continue
    const setting = field === "clientId" || field === "clientSecret" || field === "accessToken" ? called[field] : field
    if (text.trim() === "") return yield* invalid(setting, "is empty")
    if (field === "clientId" && "clientSecret" in credentials && text.includes(":")) {
      return yield* invalid(
        setting,
        "contains a colon, which a client id cannot have; check that it was copied completely"
      )
    }
    if (!inAnyScript.has(field) && !/^[\x20-\x7e]+$/.test(text)) {
      return yield* invalid(setting, "contains a line break or another character that a header cannot contain")
    }
    if (text !== text.trim()) return yield* invalid(setting, "begins or ends with a space or a line break")
    // The XML of an assertion may contain line breaks.
    const controls = field === "assertion" ? /[^\P{Cc}\t\r\n]/u : /\p{Cc}/u
    if (controls.test(text) || !text.isWellFormed()) {
      return yield* invalid(setting, "contains a line break or another control character")
    }
  }
})
