import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import * as fc from "fast-check"
import * as UndiciHttpClient from "@genesys-license/undici/UndiciHttpClient"
import { Interim } from "../../packages/undici/src/Interim.ts"
import * as AwakeClock from "../support/AwakeClock.ts"
import * as HostileServer from "../support/HostileServer.ts"

const interim = {
  continue: "HTTP/1.1 100 Continue\r\n\r\n",
  "continue with headers": "HTTP/1.0 100 Go on\r\nx: 1\r\n\r\n",
  hints: "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n",
  processing: "HTTP/1.1 102 Processing\r\n\r\n"
}
const isContinue = (name: keyof typeof interim) => name.startsWith("continue")

const answer = fc.constantFrom(
  "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]",
  "HTTP/1.1 101 Switching Protocols\r\n\r\nHTTP/1.1 100 ",
  // A body is nobody's business.
  `HTTP/1.1 200 OK\r\n\r\n${interim.continue}`,
  "HTTP/1.1 1",
  "hello",
  ""
)

describe("Interim", () => {
  it("takes out each 100, and nothing else, however the bytes come", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...(Object.keys(interim) as Array<keyof typeof interim>)), { maxLength: 4 }),
        answer,
        fc.array(fc.nat({ max: 12 }), { minLength: 1 }),
        (before, answer, sizes) => {
          const sent = Buffer.from(before.map((name) => interim[name]).join("") + answer)
          const stripped = new Interim()
          stripped.expect()
          const came: Array<Buffer> = []
          for (let at = 0, n = 0; at < sent.length; n++) {
            const size = 1 + sizes[n % sizes.length]!
            came.push(stripped.strip(sent.subarray(at, at + size)))
            at += size
          }
          const whole = before.filter((name) => !isContinue(name)).map((name) => interim[name])
          // What may still become an interim answer is kept.
          const expected = "HTTP/1.1 1".startsWith(answer) ? "" : answer
          expect(Buffer.concat(came).toString()).toBe(whole.join("") + expected)
        }
      )
    )
  })

  it("takes nothing out where no answer is expected", () => {
    expect(new Interim().strip(Buffer.from(interim.continue)).toString()).toBe(interim.continue)
  })

  it("gives up on a head without an end", () => {
    const stripped = new Interim()
    stripped.expect()
    const endless = Buffer.from(`HTTP/1.1 100 Continue\r\nx: ${"y".repeat(16 * 1024)}`)
    expect(stripped.strip(endless)).toEqual(endless)
  })
})

describe("A 100 Continue that nobody asked for", () => {
  const unasked: HostileServer.Behaviour = (response, socket, request) => {
    socket.write(`${interim.continue}${interim.hints}HTTP/1.1 100 Con`)
    AwakeClock.schedule(20, () => {
      socket.write("tinue\r\n\r\n")
      HostileServer.good(response, socket, request)
    })
  }

  it.live("is skipped, before the answer to a GET and to a POST, on a new connection and on a kept one", () =>
    Effect.gen(function* () {
      const server = yield* HostileServer.make()
      server.always(unasked)
      const http = yield* HttpClient.HttpClient
      const url = `${server.url}/api/v2/license`
      for (let round = 0; round < 2; round++) {
        const got = yield* http.get(`${url}/definitions`)
        expect(got.status).toBe(200)
        expect(yield* got.json).toHaveLength(1)
        const posted = yield* http.post(`${url}/infer`, { body: HttpBody.jsonUnsafe(["role"]) })
        expect(yield* posted.json).toEqual(["cloudCX2"])
      }
      expect(server.calls).toHaveLength(4)
      expect(new Set(server.calls.map(({ connection }) => connection)).size).toBeLessThan(4)
    }).pipe(Effect.scoped, Effect.provide(UndiciHttpClient.layer))
  )
})
