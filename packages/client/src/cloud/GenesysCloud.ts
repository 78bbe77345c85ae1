/**
 * Where Genesys Cloud is, and who asks: a region or a gateway, and credentials,
 * from values or from the environment.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Environment from "./Environment.ts"
import type { GenesysError } from "../errors/GenesysError.ts"
import * as Settings from "./Settings.ts"

/** Where and who. */
export class GenesysCloud extends Context.Service<GenesysCloud, Settings.Checked>()(
  "@genesys-license/client/GenesysCloud"
) {
  /** From values. */
  static readonly layer = (options: Settings.Options): Layer.Layer<GenesysCloud, GenesysError> =>
    Layer.effect(GenesysCloud, Settings.check(options, Settings.names))

  /** From the environment, except where a place is given. `called` is what the settings are called in errors. */
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
   * From the environment: `GENESYSCLOUD_REGION`, or `GENESYSCLOUD_GATEWAY_HOST` with
   * `_PORT`, `_PROTOCOL`, `_PATH_PARAMS_LOGIN` and `_PATH_PARAMS_API`; and
   * `GENESYSCLOUD_OAUTHCLIENT_ID` with `GENESYSCLOUD_OAUTHCLIENT_SECRET`, or
   * `GENESYSCLOUD_ACCESS_TOKEN`, which wins. One that is set but empty is an error. Read
   * each time that the layer is built: one that was built once would be the first
   * organization for all others, too.
   *
   * A proxy is the business of the `HttpClient`: `GENESYSCLOUD_PROXY_*` is not read.
   */
  static readonly layerConfig: Layer.Layer<GenesysCloud, GenesysError> = GenesysCloud.layerConfigWith()
}
