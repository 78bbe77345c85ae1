/**
 * The environment that leads a client to an emulator, under the names that the
 * official CLI and the Terraform provider use.
 */
import * as Redacted from "effect/Redacted"
import * as ControlApi from "../control/ControlApi.ts"
import type { OAuth } from "../oauth/OAuth.ts"

/** What a name begins with that may lead to a real organization. */
export const prefix = "GENESYSCLOUD_"

/** Where the control routes are. Its name does not begin with {@link prefix}, and no client reads it. */
export const controlName = "GENESYS_LICENSE_EMULATOR_CONTROL"

export const make = (
  { host, port, url }: { readonly host: string; readonly port: number; readonly url: string },
  { clientId, clientSecret }: OAuth["Service"]["credentials"]
): { readonly [name: string]: string } => ({
  [`${prefix}GATEWAY_PROTOCOL`]: "http",
  [`${prefix}GATEWAY_HOST`]: host,
  [`${prefix}GATEWAY_PORT`]: String(port),
  [`${prefix}OAUTHCLIENT_ID`]: clientId,
  [`${prefix}OAUTHCLIENT_SECRET`]: Redacted.value(clientSecret),
  [controlName]: `${url}${ControlApi.path}`
})
