/**
 * The connection to one organization: a region or gateway, and credentials. They come from
 * values or from the environment.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Environment from "./Environment.ts"
import type { GenesysError } from "../errors/GenesysError.ts"
import * as Settings from "./Settings.ts"

/** The addresses of one Genesys Cloud region, and the credentials for it. */
export class GenesysCloud extends Context.Service<GenesysCloud, Settings.Checked>()(
  "@genesys-license/client/GenesysCloud"
) {
  /** From values. Fails with `InvalidConfiguration` if one is invalid. `called` gives settings other names in errors. */
  static readonly layer = (
    options: Settings.Options,
    called: Partial<Settings.Names> = {}
  ): Layer.Layer<GenesysCloud, GenesysError> =>
    Layer.effect(GenesysCloud, Settings.check(options, { ...Settings.names, ...called }))

  /** From the environment, except for what `where` overrides. `called` maps the settings to the names that errors use. */
  static readonly layerConfigWith = (
    where?: Environment.Where,
    called: Settings.Names = Environment.names
  ): Layer.Layer<GenesysCloud, GenesysError> =>
    Layer.fresh(
      Layer.effect(
        GenesysCloud,
        Effect.flatMap(Environment.read(where), (options) => Settings.check(options, called))
      )
    )

  /**
   * From the environment:
   *
   * - where: `GENESYSCLOUD_GATEWAY_HOST` with `_PORT`, `_PROTOCOL`, `_PATH_PARAMS_LOGIN` and
   *   `_PATH_PARAMS_API`; or else `GENESYSCLOUD_REGION`
   * - who: `GENESYSCLOUD_ACCESS_TOKEN`; or else `GENESYSCLOUD_OAUTHCLIENT_ID` and
   *   `GENESYSCLOUD_OAUTHCLIENT_SECRET`
   *
   * A variable that is set but empty is an error. The environment is read each time the layer
   * is built, so that one program can build it for several organizations.
   *
   * `GENESYSCLOUD_PROXY_*` is not read: the `HttpClient` decides about proxies.
   */
  static readonly layerConfig: Layer.Layer<GenesysCloud, GenesysError> = GenesysCloud.layerConfigWith()
}
