/**
 * The organization that a command works on: the one that `GENESYSCLOUD_*` and the
 * flags name, or, where neither names any, an emulated one.
 *
 * Secrets come from the environment only: flags are seen by everybody on the machine.
 */
import { GenesysCloud } from "@genesys-license/client/GenesysCloud"
import { InvalidConfiguration, GenesysError } from "@genesys-license/client/GenesysError"
import * as LicenseService from "@genesys-license/client/LicenseService"
import { layerRateLimiter } from "@genesys-license/client/GenesysTransport"
import * as UndiciHttpClient from "@genesys-license/undici/UndiciHttpClient"
import * as Flag from "effect/cli/Flag"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Misused } from "../terminal/Ending.ts"
import * as Manifest from "../terminal/Manifest.ts"
import * as Traffic from "../terminal/Traffic.ts"

export const flags = {
  region: Flag.String("region").pipe(
    Flag.withMetavar("REGION"),
    Flag.withDescription("Region, such as us-east-1 or mypurecloud.de, in place of GENESYSCLOUD_REGION"),
    Flag.optional
  ),
  gateway: Flag.String("gateway").pipe(
    Flag.withMetavar("URL"),
    Flag.withDescription("Gateway, such as https://proxy.example:8443, in place of GENESYSCLOUD_GATEWAY_*"),
    Flag.optional
  )
}

export interface Flags {
  readonly region: Option.Option<string>
  readonly gateway: Option.Option<string>
}

/** What to call the organization. */
export class Organization extends Context.Service<
  Organization,
  {
    /** In a sentence. */
    readonly title: string
    /** In a document: where it is. */
    readonly label: string
  }
>()("@genesys-license/cli/Organization") {}

const prefix = "GENESYSCLOUD"

type Remote = LicenseService.LicenseService | Organization
type Services = Remote | Traffic.Traffic

/** Gives an effect the organization that the flags and the environment name. */
export const provide =
  (flags: Flags) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | GenesysError | Misused, Exclude<R, Services>> =>
    Effect.provide(effect, layer(flags))

const layer = (flags: Flags): Layer.Layer<Services, GenesysError | Misused> =>
  Layer.unwrap(
    Effect.gen(function* (): Effect.fn.Return<Layer.Layer<Remote, GenesysError, Traffic.Traffic>, Misused> {
      const overrides = yield* overridesOf(flags)
      const isNamed = Object.keys(overrides).length > 0 || (yield* isAnySet([prefix]))
      return isNamed ? named(overrides) : emulated
    })
  ).pipe(Layer.provideMerge(Traffic.Traffic.layer))

/** The settings that flags stand for. One that wins over the flag is switched off. */
const overridesOf = Effect.fnUntraced(function* ({ gateway, region }: Flags) {
  if (Option.isSome(region) && Option.isSome(gateway)) {
    return yield* new Misused({ message: "Give --region or --gateway: a gateway stands for a region." })
  }
  if (Option.isSome(region)) return { [`${prefix}_REGION`]: region.value, [`${prefix}_GATEWAY_HOST`]: "" }
  if (Option.isNone(gateway)) return {}
  const url = URL.canParse(gateway.value) ? new URL(gateway.value) : undefined
  if (url === undefined || url.host === "" || `${url.origin}/` !== url.href) {
    return yield* new Misused({ message: "--gateway must be a URL such as https://proxy.example:8443." })
  }
  return {
    [`${prefix}_GATEWAY_PROTOCOL`]: url.protocol,
    [`${prefix}_GATEWAY_HOST`]: url.hostname,
    [`${prefix}_GATEWAY_PORT`]: url.port
  }
})

/** Whether the environment says anything of an organization, however little: what is missing is reported, and not replaced. */
const isAnySet = (path: ConfigProvider.Path): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const node = yield* (yield* ConfigProvider.ConfigProvider).load(path)
    if (node?.value) return true
    if (node?._tag !== "Record") return false
    for (const key of node.keys) if (yield* isAnySet([...path, key])) return true
    return false
  }).pipe(Effect.orDie)

const named = (overrides: { readonly [name: string]: string }) =>
  Layer.mergeAll(
    LicenseService.layerWith({ userAgent: `genesys-license/${Manifest.version}` }).pipe(
      Layer.provide([GenesysCloud.layerConfig, layerRateLimiter, http])
    ),
    Layer.effect(
      Organization,
      Effect.map(GenesysCloud, ({ apiUrl }) => {
        const label = new URL(apiUrl).host
        const isByFlag = Object.keys(overrides).length > 0
        return { title: isByFlag ? label : "the organization that GENESYSCLOUD_* names", label }
      })
    ).pipe(Layer.provide(GenesysCloud.layerConfig))
  ).pipe(
    Layer.provide(
      ConfigProvider.layerAdd(ConfigProvider.fromUnknown(overrides, { preserveEmptyStrings: true }), {
        asPrimary: true
      })
    ),
    Layer.catchTag("GenesysError", (error) =>
      Layer.effectContext<Remote, GenesysError, never>(Effect.fail(calledByFlag(error, overrides)))
    )
  )

const http = Traffic.layerWatched(UndiciHttpClient.layer)

/** A setting that was given by a flag is called by its name. */
const calledByFlag = (error: GenesysError, overrides: { readonly [name: string]: string }) => {
  const { reason } = error
  if (reason._tag !== "InvalidConfiguration" || !overrides[reason.setting]) return error
  const setting = reason.setting === `${prefix}_REGION` ? "--region" : "--gateway"
  const problem = reason.problem
  return new GenesysError({ operation: error.operation, reason: new InvalidConfiguration({ setting, problem }) })
}

/** Nobody may take it for a real one. */
const emulated = Layer.unwrap(
  Effect.gen(function* () {
    const Emulated = yield* Effect.promise(() => import("./Emulated.ts"))
    yield* Console.error(
      `No GENESYSCLOUD_* is set, so this is an emulated organization of ${Emulated.users.toLocaleString("en-US")} users.`
    )
    return Layer.mergeAll(
      Emulated.layer(http),
      Layer.succeed(Organization, {
        title: "an emulated organization (no GENESYSCLOUD_* is set)",
        label: "an emulated organization"
      })
    )
  })
)
