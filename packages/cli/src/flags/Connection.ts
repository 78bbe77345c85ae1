/**
 * Connects a command to the organization named by `GENESYSCLOUD_*` and by flags.
 *
 * Secrets come from the environment only, because everybody on a machine can see the
 * arguments of a process.
 */
import type { AdminError } from "@genesys-license/admin/AdminError"
import type { ClientOptions } from "@genesys-license/client/CallOptions"
import * as Environment from "@genesys-license/client/Environment"
import { GenesysCloud } from "@genesys-license/client/GenesysCloud"
import { GenesysError } from "@genesys-license/client/GenesysError"
import { GenesysTransport } from "@genesys-license/client/GenesysTransport"
import * as Proxy from "@genesys-license/client/Proxy"
import * as UndiciHttpClient from "@genesys-license/undici/UndiciHttpClient"
import * as Flag from "effect/cli/Flag"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Misused } from "../terminal/Ending.ts"
import * as Manifest from "../terminal/Manifest.ts"
import * as Traffic from "../terminal/Traffic.ts"
import * as Services from "./Services.ts"

export const flags = {
  region: Flag.String("region").pipe(
    Flag.withMetavar("REGION"),
    Flag.withDescription("Connect to this region, such as us-east-1 or mypurecloud.de (default: GENESYSCLOUD_REGION)"),
    Flag.optional
  ),
  gateway: Flag.String("gateway").pipe(
    Flag.withMetavar("URL"),
    Flag.withDescription("Connect to this gateway instead of a region, such as https://proxy.example:8443"),
    Flag.optional
  ),
  emulated: Flag.Boolean("emulated").pipe(
    Flag.withDescription("Use a built-in emulated organization; send nothing to Genesys Cloud"),
    Flag.withDefault(false)
  )
}

export interface Flags {
  readonly region: Option.Option<string>
  readonly gateway: Option.Option<string>
  readonly emulated: boolean
}

/** How texts name the organization. */
export class Organization extends Context.Service<
  Organization,
  {
    /** For a sentence. */
    readonly title: string
    /** For a document: the host. */
    readonly label: string
    /** Absent with an access token. */
    readonly clientId?: string | undefined
  }
>()("genesys-license/Organization") {}

/**
 * An organization that replaces the flags and the environment, so that no command can reach
 * another one. `fleet` gives each of its organizations to the commands that it runs. Default: none.
 */
export const Given = Context.Reference<
  | {
      readonly cloud: Layer.Layer<GenesysCloud, AdminError | GenesysError>
      readonly options: ClientOptions
    }
  | undefined
>("@genesys-license/cli/Given", { defaultValue: () => undefined })

/** An HTTP client, and the proxy that it uses. */
export interface Network {
  readonly client: Layer.Layer<HttpClient.HttpClient>
  readonly proxy: Proxy.Proxy | undefined
}

const network = Effect.map(Proxy.read, (proxy): Network => ({
  proxy,
  client: proxy === undefined ? UndiciHttpClient.layer : UndiciHttpClient.layerProxy(proxy.options)
}))

/** The network of all connections. Default: a client for each, with the proxy that the environment names. */
export const CurrentNetwork = Context.Reference<Effect.Effect<Network, GenesysError>>(
  "@genesys-license/cli/CurrentNetwork",
  { defaultValue: () => network }
)

/** One client for all connections of an effect. Organizations on the same host reuse its sockets. */
export const sharingNetwork = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const { client, proxy } = yield* Effect.flatten(CurrentNetwork)
    const shared = Layer.succeedContext(yield* Layer.build(client))
    return yield* Effect.provideService(effect, CurrentNetwork, Effect.succeed({ client: shared, proxy }))
  }).pipe(Effect.scoped)

type Remote = Services.Services | Organization
type Provided = Remote | Traffic.Traffic

/** Provides the organization named by the flags or the environment. Fails if there is none. */
export const provide =
  (flags: Flags) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | Unconnected, Exclude<R, Provided>> =>
    Effect.provide(mentioningProxy(effect), layer(flags, nowhere))

/** The same for commands that only read: without a named organization they use an emulated one, and say so. */
export const provideOrEmulated =
  (flags: Flags) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | Unconnected, Exclude<R, Provided>> =>
    Effect.provide(mentioningProxy(effect), layer(flags, emulatedByDefault))

type Unconnected = AdminError | GenesysError | Misused
type Connection = Layer.Layer<Remote, Unconnected, Traffic.Traffic>

const layer = (flags: Flags, otherwise: Connection) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const given = yield* Given
      if (given !== undefined) return connected(given.cloud, given.options)
      const places = [flags.region, flags.gateway].filter(Option.isSome).length + (flags.emulated ? 1 : 0)
      if (places > 1) {
        return yield* new Misused({
          message: "--region, --gateway and --emulated exclude each other. Pass only one of them."
        })
      }
      if (flags.emulated) return emulated("This is", "an emulated organization")
      const isNamed = places > 0 || (yield* isAnySet)
      return isNamed ? named(yield* whereOf(flags)) : otherwise
    })
  ).pipe(Layer.provideMerge(Traffic.Traffic.layer))

/** Whether any `GENESYSCLOUD_*` is set, even to an empty value: an incomplete setting must be an error, never an emulated organization. */
const isAnySet = Effect.orDie(
  Effect.gen(function* () {
    return (yield* (yield* ConfigProvider.ConfigProvider).load(["GENESYSCLOUD"])) !== undefined
  })
)

const nowhere: Connection = Layer.effectContext(
  Effect.fail(
    new Misused({
      message:
        "No organization is configured. Set GENESYSCLOUD_REGION, GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET, or pass --emulated to try an emulated organization."
    })
  )
)

/** The region or gateway from the flags, if there is one. */
const whereOf = Effect.fnUntraced(function* ({ gateway, region }: Flags) {
  if (Option.isSome(region)) return { region: region.value }
  if (Option.isNone(gateway)) return undefined
  const url = URL.canParse(gateway.value) ? new URL(gateway.value) : undefined
  if (url === undefined || url.host === "" || `${url.origin}/` !== url.href) {
    return yield* new Misused({ message: "--gateway must be a URL such as https://proxy.example:8443." })
  }
  const port = url.port === "" ? undefined : Number(url.port)
  return { gateway: { protocol: url.protocol, host: url.hostname, port } }
})

/** Errors about a setting name its flag if it came from one, else its variable. */
const settingNames = (where: Environment.Where | undefined) => ({
  ...Environment.names,
  ...(where?.region !== undefined && { region: "--region" }),
  ...(where?.gateway !== undefined && { host: "--gateway", port: "--gateway", protocol: "--gateway" })
})

const named = (where: Environment.Where | undefined): Connection =>
  connected(
    GenesysCloud.layerConfigWith(where, settingNames(where)),
    {},
    where === undefined ? "the organization named by GENESYSCLOUD_*" : undefined
  )

/** Without a title, the host is the title. */
const connected = (
  cloud: Layer.Layer<GenesysCloud, AdminError | GenesysError>,
  options: ClientOptions,
  title?: string
): Connection => {
  const organization = Layer.effect(
    Organization,
    Effect.map(GenesysCloud, ({ apiUrl, credentials }) => {
      const label = new URL(apiUrl).host
      return { title: title ?? label, label, ...("clientId" in credentials && { clientId: credentials.clientId }) }
    })
  )
  const transport = GenesysTransport.layerCloud({ ...options, userAgent: `genesys-license/${Manifest.version}` })
  return Layer.merge(Services.layer.pipe(Layer.provide(transport), Layer.provide(http)), organization).pipe(
    Layer.provide(cloud)
  )
}

const http = Layer.unwrap(Effect.map(Effect.flatten(CurrentNetwork), ({ client }) => Traffic.layerWatched(client)))

/** If a connection fails, the cause may be the proxy. */
const mentioningProxy = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.tapError(effect, (error) =>
    error instanceof GenesysError && error.reason._tag === "ConnectionFailed"
      ? Effect.ignore(
          Effect.flatMap(Effect.flatten(CurrentNetwork), ({ proxy }) =>
            proxy === undefined ? Effect.void : Console.error(`${proxy.name} is set. Check that proxy, too.`)
          )
        )
      : Effect.void
  )

/** Says on stderr that the organization is emulated: nobody may take its numbers for real ones. */
const emulated = (intro: string, title: string): Connection =>
  Layer.unwrap(
    Effect.gen(function* () {
      const Emulated = yield* Effect.promise(() => import("./Emulated.ts"))
      yield* Console.error(`${intro} an emulated organization of ${Emulated.users.toLocaleString("en-US")} users.`)
      return Layer.mergeAll(
        Emulated.layer(Traffic.layerWatched(UndiciHttpClient.layer)),
        Layer.succeed(Organization, { title, label: "an emulated organization", clientId: Emulated.clientId })
      )
    })
  )

const emulatedByDefault = emulated(
  "No GENESYSCLOUD_* is set. This is",
  "an emulated organization (no GENESYSCLOUD_* is set)"
)
