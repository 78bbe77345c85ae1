/** What tests of the client share: it and the platform's, and a body without an end. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as UndiciHttpClient from "@genesys-license/undici/UndiciHttpClient"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import { HttpClientError } from "effect/http/HttpClientError"
import * as Layer from "effect/Layer"
import { type Gzip } from "node:zlib"
import * as AwakeClock from "../support/AwakeClock.ts"
import * as HostileServer from "../support/HostileServer.ts"

export const built = (layer: Layer.Layer<HttpClient.HttpClient>) =>
  Effect.map(Layer.build(layer), Context.get(HttpClient.HttpClient))
export const ours = built(UndiciHttpClient.layer)
export const both = Effect.all([ours, built(NodeHttpClient.layerUndici)])

/** A name for how an effect ended, without what names the client. */
export const ending = <A>(effect: Effect.Effect<A, HttpClientError>) =>
  Effect.map(Effect.exit(effect), (exit) => {
    if (Exit.isSuccess(exit)) return { success: exit.value }
    const error = Cause.squash(exit.cause)
    return error instanceof HttpClientError ? { failure: error.reason._tag } : { defect: String(error) }
  })

/** A body that would never end, and how much of it has gone out. */
export const endless = (gzip?: Gzip) => {
  const sent = { bytes: 0 }
  const behaviour: HostileServer.Behaviour = (response) => {
    response.writeHead(200, gzip && { "content-encoding": "gzip" })
    gzip?.pipe(response)
    response.once("close", () => gzip?.destroy())
    const to = gzip ?? response
    const write = () => {
      while (!response.destroyed && to.write(Buffer.alloc(65_536))) sent.bytes += 65_536
      sent.bytes += 65_536
      to.once("drain", write)
    }
    write()
  }
  return { behaviour, sent }
}

/** Ends when a number does not change any more. */
export const standsStill = (number: () => number) =>
  Effect.gen(function* () {
    for (let before = -1; before !== number(); yield* Effect.sleep("100 millis")) before = number()
    return number()
  }).pipe(AwakeClock.provide)
