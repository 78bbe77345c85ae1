/**
 * The organization that a command works on: the one that `GENESYSCLOUD_*` and the
 * flags name.
 *
 * Secrets come from the environment only: flags are seen by everybody on the machine.
 */
import type { ClientOptions } from "@genesys-license/client/CallOptions"
import * as Environment from "@genesys-license/client/Environment"
import { GenesysCloud } from "@genesys-license/client/GenesysCloud"
import { GenesysError } from "@genesys-license/client/GenesysError"
import { GenesysTransport } from "@genesys-license/client/GenesysTransport"
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
import * as Proxy from "./Proxy.ts"
import * as Services from "./Services.ts"

export const flags = {
  region: Flag.String("region").pipe(
    Flag.withMetavar("REGION"),
    Flag.withDescription("Region, such as us-east-1 or mypurecloud.de (default: GENESYSCLOUD_REGION)"),
    Flag.optional
  ),
  gateway: Flag.String("gateway").pipe(
    Flag.withMetavar("URL"),
    Flag.withDescription("Gateway in place of a region, such as https://proxy.example:8443"),
    Flag.optional
  ),
  emulated: Flag.Boolean("emulated").pipe(
    Flag.withDescription("Use a built-in emulated organization; nothing is sent to Genesys Cloud"),
    Flag.withDefault(false)
  )
}

export interface Flags {
  readonly region: Option.Option<string>
  readonly gateway: Option.Option<string>
  readonly emulated: boolean
}

/** What to call the organization. */
export class Organization extends Context.Service<
  Organization,
  {
    /** In a sentence. */
    readonly title: string
    /** In a document: where it is. */
    readonly label: string
    /** Absent where an access token is used. */
    readonly clientId?: string | undefined
  }
>()("genesys-license/Organization") {}

/** What else the transport is made with. Default: nothing. */
export const TransportOptions = Context.Reference<ClientOptions>("@genesys-license/cli/TransportOptions", {
  defaultValue: () => ({})
})

type Remote = Services.Services | Organization
type Provided = Remote | Traffic.Traffic

/** Gives an effect the organization that the flags and the environment name. Where they name none, it fails. */
export const provide =
  (flags: Flags) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | GenesysError | Misused, Exclude<R, Provided>> =>
    Effect.provide(tellingOfProxy(effect), layer(flags, nowhere))

/** The same, for commands that only look: where no organization is named, they show an emulated one, and say so. */
export const provideOrEmulated =
  (flags: Flags) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | GenesysError | Misused, Exclude<R, Provided>> =>
    Effect.provide(tellingOfProxy(effect), layer(flags, emulatedByDefault))

type Connection = Layer.Layer<Remote, GenesysError | Misused, Traffic.Traffic>

const layer = (flags: Flags, otherwise: Connection) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const given = [flags.region, flags.gateway].filter(Option.isSome).length + (flags.emulated ? 1 : 0)
      if (given > 1) {
        return yield* new Misused({ message: "Give one of --region, --gateway and --emulated, not several." })
      }
      if (flags.emulated) return emulated("This is", "an emulated organization")
      const isNamed = given > 0 || (yield* isAnySet)
      return isNamed ? named(yield* whereOf(flags)) : otherwise
    })
  ).pipe(Layer.provideMerge(Traffic.Traffic.layer))

/** Whether the environment says anything of an organization, however little, and be it empty: what is missing is reported, and not replaced. */
const isAnySet = Effect.orDie(
  Effect.gen(function* () {
    return (yield* (yield* ConfigProvider.ConfigProvider).load(["GENESYSCLOUD"])) !== undefined
  })
)

const nowhere: Connection = Layer.effectContext(
  Effect.fail(
    new Misused({
      message:
        "No organization is named. Set GENESYSCLOUD_REGION, GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET, or try it on an emulated organization with --emulated."
    })
  )
)

/** The place that a flag gives, if one does. */
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

/** A setting that is given by a flag is called by its name. */
const calledBy = (where: Environment.Where | undefined) => ({
  ...Environment.names,
  ...(where?.region !== undefined && { region: "--region" }),
  ...(where?.gateway !== undefined && { host: "--gateway", port: "--gateway", protocol: "--gateway" })
})

const named = (where: Environment.Where | undefined): Connection => {
  const organization = Layer.effect(
    Organization,
    Effect.map(GenesysCloud, ({ apiUrl, credentials }) => {
      const label = new URL(apiUrl).host
      const title = where === undefined ? "the organization that GENESYSCLOUD_* names" : label
      return { title, label, ...("clientId" in credentials && { clientId: credentials.clientId }) }
    })
  )
  const transport = Layer.unwrap(
    Effect.map(TransportOptions, (options) =>
      GenesysTransport.layerCloud({ ...options, userAgent: `genesys-license/${Manifest.version}` })
    )
  ).pipe(Layer.provide(http))
  return Layer.merge(Services.layer.pipe(Layer.provide(transport)), organization).pipe(
    Layer.provide(GenesysCloud.layerConfigWith(where, calledBy(where)))
  )
}

const http = Layer.unwrap(
  Effect.map(Proxy.read, (proxy) =>
    Traffic.layerWatched(proxy === undefined ? UndiciHttpClient.layer : UndiciHttpClient.layerProxy(proxy.options))
  )
)

/** A proxy that does not answer is as likely as a host that does not. */
const tellingOfProxy = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.tapError(effect, (error) =>
    error instanceof GenesysError && error.reason._tag === "ConnectionFailed"
      ? Effect.ignore(
          Effect.flatMap(Proxy.read, (proxy) =>
            proxy === undefined ? Effect.void : Console.error(`${proxy.name} is set: check that proxy, too.`)
          )
        )
      : Effect.void
  )

/** Nobody may take it for a real one. */
const emulated = (why: string, title: string): Connection =>
  Layer.unwrap(
    Effect.gen(function* () {
      const Emulated = yield* Effect.promise(() => import("./Emulated.ts"))
      yield* Console.error(`${why} an emulated organization of ${Emulated.users.toLocaleString("en-US")} users.`)
      return Layer.mergeAll(
        Emulated.layer(Traffic.layerWatched(UndiciHttpClient.layer)),
        Layer.succeed(Organization, { title, label: "an emulated organization", clientId: Emulated.clientId })
      )
    })
  )

const emulatedByDefault = emulated(
  "No GENESYSCLOUD_* is set, so this is",
  "an emulated organization (no GENESYSCLOUD_* is set)"
)
