// Several provides in a row are what is tested here.
// @effect-diagnostics multipleEffectProvide:off
import { describe, expect, it } from "@effect/vitest"
import { GenesysCloud, GenesysTransport, LicenseService } from "@genesys-license/client"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { FetchHttpClient } from "effect/http"
import * as Layer from "effect/Layer"
import * as LayerMap from "effect/LayerMap"
import * as Redacted from "effect/Redacted"
import * as Canary from "../support/Canary.ts"

/** Genesys Cloud of every region: it answers with the name of the host that was asked. */
const everywhere = FetchHttpClient.layer.pipe(
  Layer.provide(
    Layer.succeed(FetchHttpClient.Fetch, async (input) => {
      const { host, pathname } = new URL(`${input instanceof Request ? input.url : input}`)
      return Response.json(
        pathname === "/oauth/token"
          ? { access_token: `${Canary.accessToken}-${host}`, expires_in: 3_600 }
          : [{ id: host }]
      )
    })
  )
)

const grant = { _tag: "ClientCredentials", clientId: "id", clientSecret: Redacted.make(Canary.clientSecret) } as const

/** Which organization answers. */
const asked = Effect.flatMap(LicenseService, (license) =>
  Effect.map(license.getDefinitions, ([definition]) => definition!.id)
)

const inRegion = (region: string) =>
  ConfigProvider.layer(
    ConfigProvider.fromUnknown({
      GENESYSCLOUD_REGION: region,
      GENESYSCLOUD_OAUTHCLIENT_ID: "id",
      GENESYSCLOUD_OAUTHCLIENT_SECRET: Canary.clientSecret
    })
  )

const one = "api.mypurecloud.com"
const other = "api.mypurecloud.de"

describe("Two organizations in one program", () => {
  it.effect("are two where LicenseService.layerConfig is nested under two environments", () =>
    Effect.gen(function* () {
      const layer = LicenseService.layerConfig
      const inner = asked.pipe(Effect.provide(layer.pipe(Layer.provide(inRegion("eu-central-1")))))
      const both = Effect.all([asked, inner]).pipe(
        Effect.provide(layer.pipe(Layer.provide(inRegion("us-east-1")))),
        Effect.provide(everywhere)
      )
      expect(yield* both).toEqual([one, other])
    })
  )

  it.effect("are two where one GenesysTransport.layerConfig() is nested under two environments", () =>
    Effect.gen(function* () {
      const transport = GenesysTransport.layerConfig()
      const here = asked.pipe(Effect.provide(LicenseService.layerTransport), Effect.provide(transport))
      const there = here.pipe(Effect.provide(inRegion("eu-central-1")))
      const both = Effect.all([here, there]).pipe(
        Effect.provide(LicenseService.layerTransport),
        Effect.provide(transport),
        Effect.provide(inRegion("us-east-1")),
        Effect.provide(everywhere)
      )
      expect(yield* both).toEqual([one, other])
    })
  )

  it.effect("are two where a transport is nested in another", () =>
    Effect.gen(function* () {
      const on = (region: string) =>
        Effect.provide(
          Layer.provide(LicenseService.layerTransport, GenesysTransport.layer({ region, credentials: grant }))
        )
      const inner = asked.pipe(on("eu-central-1"))
      expect(yield* Effect.all([asked, inner]).pipe(on("us-east-1"), Effect.provide(everywhere))).toEqual([one, other])
    })
  )

  it.effect("are two in one graph of layers", () =>
    Effect.gen(function* () {
      class A extends Context.Service<A, string>()("A") {}
      class B extends Context.Service<B, string>()("B") {}
      const on = <I>(tag: Context.Key<I, string>, region: string) =>
        Layer.effect(tag, asked).pipe(
          Layer.provide(LicenseService.layerTransport),
          Layer.provide(GenesysTransport.layer({ region, credentials: grant }))
        )
      const graph = Layer.merge(on(A, "us-east-1"), on(B, "eu-central-1"))
      expect(yield* Effect.all([A, B]).pipe(Effect.provide(graph), Effect.provide(everywhere))).toEqual([one, other])
    })
  )

  it.effect("are two in a LayerMap in which both are open at once", () =>
    Effect.gen(function* () {
      class Clients extends LayerMap.Service<Clients>()("Clients", {
        lookup: (region: string) =>
          LicenseService.layerTransport.pipe(Layer.provide(GenesysTransport.layer({ region, credentials: grant })))
      }) {}
      const inner = asked.pipe(Effect.provide(Clients.get("eu-central-1")))
      const both = Effect.all([asked, inner]).pipe(
        Effect.provide(Clients.get("us-east-1")),
        Effect.provide(Clients.layer),
        Effect.provide(everywhere)
      )
      expect(yield* both).toEqual([one, other])
    })
  )

  it.effect("share one transport where two services stand on it", () =>
    Effect.gen(function* () {
      let logins = 0
      const counting = GenesysTransport.layer({
        region: "us-east-1",
        credentials: grant,
        transformClient: (client) => {
          logins += 1
          return client
        }
      })
      class Second extends Context.Service<Second, string>()("Second") {}
      const both = Layer.mergeAll(
        Layer.effect(Second, asked).pipe(Layer.provide(LicenseService.layerTransport)),
        LicenseService.layerTransport
      ).pipe(Layer.provide(counting))
      expect(yield* Effect.all([Second, asked]).pipe(Effect.provide(both), Effect.provide(everywhere))).toEqual([
        one,
        one
      ])
      expect(logins).toBe(1)
    })
  )

  it.effect("have budgets of their own, also with one client id, and with given tokens", () =>
    Effect.gen(function* () {
      const rateLimit = { limit: 1, window: "60 seconds" } as const
      const accessToken = (token: string) => ({ _tag: "AccessToken", accessToken: Redacted.make(token) }) as const
      const clients = [
        { region: "us-east-1", credentials: grant },
        { region: "eu-central-1", credentials: grant },
        { region: "us-east-1", credentials: accessToken(Canary.accessToken) },
        { region: "us-east-1", credentials: accessToken(`${Canary.accessToken}-2`) }
      ] as const
      const memo = yield* Layer.makeMemoMap
      const scope = yield* Effect.scope
      // In virtual time that nobody adjusts: whoever has to wait for a budget waits for ever.
      const hosts = yield* Effect.forEach(clients, (options) =>
        Layer.buildWithMemoMap(
          LicenseService.layer({ ...options, rateLimit }).pipe(Layer.provide(everywhere)),
          memo,
          scope
        ).pipe(Effect.flatMap((context) => Effect.provideContext(asked, context)))
      )
      expect(hosts).toEqual([one, other, one, one])
    }).pipe(Effect.scoped)
  )
})

describe("GenesysCloud.layerConfig", () => {
  it.effect("is read again in each environment", () =>
    Effect.gen(function* () {
      const url = Effect.map(GenesysCloud, ({ apiUrl }) => apiUrl).pipe(Effect.provide(GenesysCloud.layerConfig))
      const both = Effect.all([url, url.pipe(Effect.provide(inRegion("eu-central-1")))]).pipe(
        // Held open meanwhile, as by a service that is built on it.
        Effect.provide(GenesysCloud.layerConfig),
        Effect.provide(inRegion("us-east-1"))
      )
      expect(yield* both).toEqual([`https://${one}`, `https://${other}`])
    })
  )
})
