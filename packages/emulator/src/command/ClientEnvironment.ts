/**
 * The environment variables that make a client use an emulator. The names are those of the official
 * CLI and the Terraform provider.
 */
import * as Redacted from "effect/Redacted"
import * as ControlPath from "../gateway/ControlPath.ts"
import type { OAuth } from "../oauth/OAuth.ts"

/** The prefix of every variable that can select a real organization. */
export const prefix = "GENESYSCLOUD_"

/** Whether a variable can select a real organization. Names of variables ignore case on Windows. */
export const selectsOrganization = (name: string): boolean => name.toUpperCase().startsWith(prefix)

/**
 * The variables that keep requests to this machine away from a proxy, because a proxy on another machine
 * cannot reach the emulator. They keep the hosts that are already listed. Programs read one variable or the
 * other, and expect an IPv6 address with or without brackets.
 */
export const withoutProxy = (
  { host }: { readonly host: string },
  env: { readonly [name: string]: string | undefined }
): { readonly [name: string]: string } => {
  const listed = `${env["no_proxy"] ?? ""},${env["NO_PROXY"] ?? ""}`.split(",").map((part) => part.trim())
  const hosts = [host, urlHost(host), "localhost", "127.0.0.1", "::1", "[::1]"]
  const noProxy = [...new Set([...listed, ...hosts])].filter((part) => part !== "").join(",")
  return { no_proxy: noProxy, NO_PROXY: noProxy }
}

/** A host as a URL needs it: an IPv6 address gets brackets. */
const urlHost = (host: string) => (host.includes(":") && !host.startsWith("[") ? `[${host}]` : host)

/** The variable for the URL of the control routes. It is for tests; no client reads it. */
export const controlName = "GENESYS_LICENSE_EMULATOR_CONTROL"

/** The variables for the gateway and the credentials of a client, and for the control routes. */
export const make = (
  { host, port, url }: { readonly host: string; readonly port: number; readonly url: string },
  { clientId, clientSecret }: OAuth["Service"]["credentials"]
): { readonly [name: string]: string } => ({
  [`${prefix}GATEWAY_PROTOCOL`]: "http",
  // With brackets for IPv6, because most clients concatenate the parts of the URL.
  [`${prefix}GATEWAY_HOST`]: urlHost(host),
  [`${prefix}GATEWAY_PORT`]: String(port),
  [`${prefix}OAUTHCLIENT_ID`]: clientId,
  [`${prefix}OAUTHCLIENT_SECRET`]: Redacted.value(clientSecret),
  [controlName]: `${url}${ControlPath.path}`
})
