import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Stream from "effect/Stream"
import { createGzip, gzipSync } from "node:zlib"
import { closedByClient } from "../support/Attack.ts"
import * as HostileServer from "../support/HostileServer.ts"
import { ours, ending, endless, standsStill } from "./clients.ts"

describe("UndiciHttpClient, of a compressed body,", () => {
  const text = "é".repeat(100_000)
  const zipped = (body: Uint8Array, encoding = "gzip") =>
    HostileServer.answer({ headers: { "content-encoding": encoding, "content-length": `${body.length}` }, body })
  const get = (behaviour: HostileServer.Behaviour, options?: HttpClientRequest.Options.NoUrl) =>
    Effect.gen(function* () {
      const server = yield* HostileServer.make()
      server.always(behaviour)
      return [yield* (yield* ours).get(server.url, options), server] as const
    })

  it.live("reads what was compressed, and no header says that it was", () =>
    Effect.gen(function* () {
      for (const reading of ["text", "stream"] as const) {
        const [response] = yield* get(zipped(gzipSync(text)))
        expect(response.headers).not.toHaveProperty("content-encoding")
        expect(response.headers).not.toHaveProperty("content-length")
        const read =
          reading === "text"
            ? response.text
            : Effect.map(Stream.runCollect(response.stream), (chunks) => Buffer.concat(chunks).toString())
        expect(yield* read).toBe(text)
      }
    }).pipe(Effect.scoped)
  )

  it.live("reads nothing where there is nothing", () =>
    Effect.gen(function* () {
      const [response] = yield* get(zipped(new Uint8Array()))
      expect(yield* response.text).toBe("")
    }).pipe(Effect.scoped)
  )

  it.live("leaves an encoding that it does not know to its caller", () =>
    Effect.gen(function* () {
      const [response] = yield* get(zipped(Buffer.from("a"), "compress"))
      expect(response.headers["content-encoding"]).toBe("compress")
      expect(yield* response.text).toBe("a")
    }).pipe(Effect.scoped)
  )

  it.live("asks for what its caller asks for", () =>
    Effect.gen(function* () {
      const [, server] = yield* get(HostileServer.json({}), { headers: { "accept-encoding": "identity" } })
      expect(server.calls[0]!.headers["accept-encoding"]).toBe("identity")
    }).pipe(Effect.scoped)
  )

  it.live.each([
    ["ends too early", gzipSync(text).subarray(0, 50)],
    ["is none", Buffer.from("this is no gzip")]
  ] as const)("fails when it %s", ([, body]) =>
    Effect.gen(function* () {
      const [response] = yield* get(zipped(body))
      expect(yield* ending(response.text)).toEqual({ failure: "DecodeError" })
    }).pipe(Effect.scoped)
  )

  it.live("reads no further than a little ahead of whoever reads, and closes the connection of who leaves", () =>
    Effect.gen(function* () {
      const { behaviour, sent } = endless(createGzip({ level: 0 }))
      const [response, server] = yield* get(behaviour)
      expect(yield* standsStill(() => sent.bytes)).toBeLessThan(32_000_000)
      const taken = yield* Stream.runCollect(Stream.take(response.stream, 2))
      expect(taken.every(({ byteLength }) => byteLength > 0)).toBe(true)
      yield* closedByClient(server.calls[0])
    }).pipe(Effect.scoped)
  )
})
