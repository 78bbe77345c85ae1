/**
 * The environment that leads a client to an emulator, under the names that the
 * official CLI and the Terraform provider use.
 */
import * as Redacted from "effect/Redacted"
import * as ControlPath from "../gateway/ControlPath.ts"
import type { OAuth } from "../oauth/OAuth.ts"

/** What a name begins with that may lead to a real organization. */
export const prefix = "GENESYSCLOUD_"

/** Whether a variable may lead to a real organization. Windows takes names in any case. */
export const isOfCloud = (name: string): boolean => name.toUpperCase().startsWith(prefix)

/**
 * Nothing on this machine is asked through a proxy, whatever was set before: a proxy
 * elsewhere does not know this emulator. Programs differ in which of the two variables
 * they read, and in whether an IPv6 address has brackets there.
 */
export const withoutProxy = (
  { host }: { readonly host: string },
  env: { readonly [name: string]: string | undefined }
): { readonly [name: string]: string } => {
  const set = `${env["no_proxy"] ?? ""},${env["NO_PROXY"] ?? ""}`.split(",").map((part) => part.trim())
  const hosts = [host, inUrl(host), "localhost", "127.0.0.1", "::1", "[::1]"]
  const noProxy = [...new Set([...set, ...hosts])].filter((part) => part !== "").join(",")
  return { no_proxy: noProxy, NO_PROXY: noProxy }
}

/** An IPv6 address as it stands in a URL. */
const inUrl = (host: string) => (host.includes(":") && !host.startsWith("[") ? `[${host}]` : host)

/** Where the control routes are. Its name does not begin with {@link prefix}, and no client reads it. */
export const controlName = "GENESYS_LICENSE_EMULATOR_CONTROL"

/** The variables that lead a client to an emulator, and a test to its control routes. */
export const make = (
  { host, port, url }: { readonly host: string; readonly port: number; readonly url: string },
  { clientId, clientSecret }: OAuth["Service"]["credentials"]
): { readonly [name: string]: string } => ({
  [`${prefix}GATEWAY_PROTOCOL`]: "http",
  // Most clients put the parts of the URL together as they are.
  [`${prefix}GATEWAY_HOST`]: inUrl(host),
  [`${prefix}GATEWAY_PORT`]: String(port),
  [`${prefix}OAUTHCLIENT_ID`]: clientId,
  [`${prefix}OAUTHCLIENT_SECRET`]: Redacted.value(clientSecret),
  [controlName]: `${url}${ControlPath.path}`
})
