import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import * as BodyLimit from "../../../../packages/client/src/transport/attempt/BodyLimit.ts"

const collect = (response: HttpServerResponse.HttpServerResponse, limit: number) =>
  BodyLimit.collect(HttpServerResponse.toClientResponse(response), limit)

const chunks = (...sizes: ReadonlyArray<number>) =>
  Stream.fromIterable(sizes.map((size) => new Uint8Array(size).fill(7)))

describe("BodyLimit", () => {
  it.effect.each([
    [[], 10],
    [[10], 10],
    [[3, 3, 4], 10],
    [[0, 0, 1], 10]
  ] as const)("collects chunks of %j bytes under a limit of %i", ([sizes, limit]) =>
    Effect.gen(function* () {
      const body = new Uint8Array(yield* collect(HttpServerResponse.stream(chunks(...sizes)), limit))
      expect(body.byteLength).toBe(sizes.reduce((sum: number, size) => sum + size, 0))
      expect(body.every((byte) => byte === 7)).toBe(true)
    })
  )

  it.effect.each([
    [[11], 10],
    [[5, 6], 10],
    [[10, 0, 1], 10]
  ] as const)("refuses chunks of %j bytes over a limit of %i", ([sizes, limit]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(collect(HttpServerResponse.stream(chunks(...sizes)), limit))
      expect(error).toMatchObject({ _tag: "ResponseTooLarge", limit })
    })
  )

  it.effect("stops at the chunk that goes over, and reads no further", () =>
    Effect.gen(function* () {
      let read = 0
      const endless = Stream.forever(Stream.make(new Uint8Array(4))).pipe(
        Stream.rechunk(1),
        Stream.tap(() => Effect.sync(() => (read += 1)))
      )
      yield* Effect.flip(collect(HttpServerResponse.stream(endless), 10))
      expect(read).toBe(3)
    })
  )

  it.effect("believes the length of a plain body", () =>
    Effect.gen(function* () {
      const plain = HttpServerResponse.text("0123456789", { headers: { "content-length": "10" } })
      expect(new TextDecoder().decode(yield* collect(plain, 10))).toBe("0123456789")
      expect(yield* Effect.flip(collect(plain, 9))).toMatchObject({ _tag: "ResponseTooLarge", limit: 9 })
    })
  )

  it.effect("takes the bytes of a response that offers them, under the same limit", () =>
    Effect.gen(function* () {
      const plain = HttpServerResponse.toClientResponse(
        HttpServerResponse.text("0123456789", { headers: { "content-length": "10" } })
      )
      const bytes = Uint8Array.of(1, 2, 3)
      const offering = Object.create(plain, { bytes: { value: Effect.succeed(bytes) } }) as HttpClientResponse
      expect(yield* BodyLimit.collect(offering, 10)).toBe(bytes)
      const long = Object.create(plain, { bytes: { value: Effect.succeed(new Uint8Array(11)) } }) as HttpClientResponse
      expect(yield* Effect.flip(BodyLimit.collect(long, 10))).toMatchObject({ _tag: "ResponseTooLarge", limit: 10 })
    })
  )

  it.effect("reads hardly anything of a plain body whose length is over the limit", () =>
    Effect.gen(function* () {
      let read = 0
      const long = Stream.range(1, 1_000).pipe(
        Stream.rechunk(1),
        Stream.tap(() => Effect.sync(() => (read += 1))),
        Stream.map(() => new Uint8Array(1))
      )
      const plain = HttpServerResponse.stream(long, { headers: { "content-length": "1000" } })
      expect(yield* Effect.flip(collect(plain, 999))).toMatchObject({ _tag: "ResponseTooLarge", limit: 999 })
      // What it takes to close the connection.
      expect(read).toBe(1)
    })
  )

  it.effect("does not believe the length of a compressed one: what counts is what comes out", () =>
    Effect.gen(function* () {
      let read = 0
      const endless = Stream.forever(Stream.make(new Uint8Array(40))).pipe(
        Stream.rechunk(1),
        Stream.tap(() => Effect.sync(() => (read += 1))),
        // Whoever believes the length collects all that comes.
        Stream.take(1_000)
      )
      const bomb = HttpServerResponse.stream(endless, {
        headers: { "content-length": "10", "content-encoding": "gzip" }
      })
      expect(yield* Effect.flip(collect(bomb, 100))).toMatchObject({ _tag: "ResponseTooLarge" })
      expect(read).toBe(3)
    })
  )
})
