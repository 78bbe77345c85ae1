import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Stream from "effect/Stream"
import * as BodyLimit from "../../../packages/client/src/transport/BodyLimit.ts"
import { type Answer, reply, streamed } from "../../support/StubApi.ts"

const request = HttpClientRequest.get("https://api.mypurecloud.com/")
const collect = (answer: Answer, limit: number) =>
  Effect.flatMap(answer(request, {} as never), (response) => BodyLimit.collect(response, limit))

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
      const body = new Uint8Array(yield* collect(streamed(200, chunks(...sizes)), limit))
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
      const error = yield* Effect.flip(collect(streamed(200, chunks(...sizes)), limit))
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
      yield* Effect.flip(collect(streamed(200, endless), 10))
      expect(read).toBe(3)
    })
  )

  it.effect("believes the length of a plain body", () =>
    Effect.gen(function* () {
      const plain = reply(200, "0123456789", { "content-length": "10" })
      expect(new TextDecoder().decode(yield* collect(plain, 10))).toBe("0123456789")
      expect(yield* Effect.flip(collect(plain, 9))).toMatchObject({ _tag: "ResponseTooLarge", limit: 9 })
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
      const bomb = streamed(200, endless, { "content-length": "10", "content-encoding": "gzip" })
      expect(yield* Effect.flip(collect(bomb, 100))).toMatchObject({ _tag: "ResponseTooLarge" })
      expect(read).toBe(3)
    })
  )
})
