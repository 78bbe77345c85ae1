/**
 * Sends spans, counters and logs of the client with Effect's own OTLP exporter. The
 * collector in this file is a small one for the example. In production, use your own.
 */
import { NodeHttpServer, NodeRuntime } from "@effect/platform-node"
import { LicenseService } from "@genesys-license/client"
import { Console, Context, Effect, Layer, Stream } from "effect"
import { FetchHttpClient, HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http"
import { Otlp } from "effect/observability"
import { createServer } from "node:http"
import * as Organization from "./organization.ts"

const program = Effect.gen(function* () {
  const license = yield* LicenseService
  yield* license.getDefinitions
  yield* license.users().pipe(Stream.take(250), Stream.runDrain)
}).pipe(Effect.withSpan("nightly-report"))

/** Receives what an OpenTelemetry collector receives: `/v1/traces`, `/v1/metrics`, `/v1/logs`. */
class Collector extends Context.Service<Collector, { readonly url: string; readonly received: Map<string, string> }>()(
  "example/Collector"
) {
  static readonly layer = Layer.unwrap(
    Effect.sync(() => {
      const received = new Map<string, string>()
      const routes = HttpRouter.add(
        "POST",
        "/v1/:signal",
        Effect.gen(function* () {
          const request = yield* HttpServerRequest.HttpServerRequest
          received.set(request.url, (received.get(request.url) ?? "") + (yield* request.text))
          return HttpServerResponse.jsonUnsafe({})
        })
      )
      return Layer.effect(
        Collector,
        Effect.map(HttpServer.HttpServer, ({ address }) => ({ url: HttpServer.formatAddress(address), received }))
      ).pipe(
        Layer.merge(HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true })),
        Layer.provide(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
      )
    })
  )
}

const telemetry = Layer.unwrap(
  Effect.map(Collector, ({ url }) => Otlp.layerJson({ baseUrl: url, resource: { serviceName: "nightly-report" } }))
).pipe(Layer.provide(FetchHttpClient.layer))

const main = Effect.gen(function* () {
  // When its layer closes, the exporter sends what is left.
  yield* program.pipe(Effect.provide(Organization.layer.pipe(Layer.provideMerge(telemetry))))
  const { received } = yield* Collector
  for (const [signal, name] of [
    ["/v1/traces", "GenesysCloud.getLicenseUsers"],
    ["/v1/traces", "AccessToken.fetch"],
    ["/v1/metrics", "genesys_cloud_requests_total"]
  ] as const) {
    yield* Console.log(`${signal} ${received.get(signal)?.includes(`"${name}"`) ? "has" : "lacks"} ${name}`)
  }
})

main.pipe(Effect.provide(Collector.layer), NodeRuntime.runMain)
