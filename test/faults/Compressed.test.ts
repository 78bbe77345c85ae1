import { expect, it } from "@effect/vitest"
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib"
import { aToken, failure, overEachClient } from "../support/Attack.ts"
import { answer, type Behaviour } from "../support/HostileServer.ts"

/** The encodings that clients read, and how to compress with them. */
const encodings = [
  ["gzip", gzipSync],
  ["x-gzip", gzipSync],
  ["GZIP", gzipSync],
  ["deflate", deflateSync],
  ["deflate", deflateRawSync],
  ["br", brotliCompressSync],
  ["zstd", zstdCompressSync]
] as const

const definitions = [{ id: "cloudCX2", description: "é" }]

const encoded = (encoding: string, body: string | Uint8Array, status = 200): Behaviour =>
  answer({ status, headers: { "content-type": "application/json", "content-encoding": encoding }, body })

overEachClient("A body that is compressed without a request for it", (attack, _, name) => {
  it.live.each(encodings)("is read: %s, %#", ([encoding, compress]) =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(encoded(encoding, compress(JSON.stringify(definitions))))
      if (name === "undici" && encoding === "zstd") {
        // undici does not decompress, and the web platform has no zstd.
        expect((yield* failure(license.getDefinitions)).message).toContain("content-encoding, zstd")
      } else expect(yield* license.getDefinitions).toMatchObject(definitions)
      expect(server.calls).toHaveLength(1)
    })
  )

  it.live("is read when it is an error, with its code", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(encoded("gzip", gzipSync(JSON.stringify({ code: "not.found", message: "No." })), 404))
      expect((yield* failure(license.getUser("a"))).reason).toMatchObject({
        _tag: "NotFound",
        body: { code: "not.found" }
      })
    })
  )

  it.live("is read when it is an answer of the login", () =>
    attack(function* (server, license) {
      server.alwaysLogin(encoded("gzip", gzipSync(JSON.stringify({ access_token: "CANARY-zipped", expires_in: 60 }))))
      yield* license.getDefinitions
      expect(server.calls[0]!.headers.authorization).toBe("Bearer CANARY-zipped")
    })
  )

  it.live("is read in pieces", () =>
    attack({ credentials: aToken }, function* (server, license) {
      const many = Array.from({ length: 20_000 }, (_, n) => ({ id: `license-${n}`, description: `${Math.sin(n)}` }))
      const body = gzipSync(JSON.stringify(many))
      server.always((response) => {
        response.writeHead(200, { "content-encoding": "gzip" })
        for (let at = 0; at < body.length; at += 10_000) response.write(body.subarray(at, at + 10_000))
        response.end()
      })
      expect(yield* license.getDefinitions).toHaveLength(20_000)
    })
  )

  it.live("is read with content-encoding identity", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(encoded("identity", JSON.stringify(definitions)))
      expect(yield* license.getDefinitions).toMatchObject(definitions)
    })
  )

  it.live("with an unsupported encoding is an error that names the encoding", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(encoded("compress", new Uint8Array([0x1f, 0x9d, 0x90, 0xff])))
      const failed = yield* failure(license.getDefinitions)
      expect(failed.reason._tag).toBe("UnexpectedResponse")
      expect(failed.message).toContain("content-encoding, compress")
    })
  )

  it.live("or uncompressed, and is not UTF-8, is an error that says so", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(answer({ body: new Uint8Array([0x5b, 0xff]) }))
      expect((yield* failure(license.getDefinitions)).message).toContain("it is not UTF-8 text")
    })
  )
})
