import { describe, expect, it } from "@effect/vitest"
import { CurrentCallOptions, type GenesysError } from "@genesys-license/client"
import type { Credentials } from "@genesys-license/client/Credentials"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { inspect } from "node:util"
import { aToken, client, clientId, failure, type Options, overEachClient } from "../support/Attack.ts"
import * as Canary from "../support/Canary.ts"

const canary = Canary.mark

const broken: ReadonlyArray<readonly [label: string, value: string]> = [
  ["a line break at its end", `${canary}\n`],
  ["a carriage return at its end", `${canary}\r`],
  ["another header at its end", `${canary}\r\nx-evil: 1`],
  ["another request at its end", `${canary}\r\n\r\nGET / HTTP/1.1\r\nhost: evil\r\n\r\n`],
  ["a NUL", `${canary}\0`],
  ["a bell", `${canary}\u0007`],
  ["a delete", `${canary}\u007f`],
  ["a letter beyond Latin-1", `${canary}\u20ac`],
  ["an emoji", `${canary}\ud83d\ude00`],
  ["a lone surrogate", `${canary}\ud800`],
  ["a byte order mark", `\ufeff${canary}`]
]

const secret = Redacted.make(canary)
const redirectUri = "http://localhost/back"

const places: ReadonlyArray<readonly [label: string, options: (value: string) => Options]> = [
  ["The client id", (value) => ({ credentials: { _tag: "ClientCredentials", clientId: value, clientSecret: secret } })],
  [
    "The secret",
    (value) => ({ credentials: { _tag: "ClientCredentials", clientId, clientSecret: Redacted.make(value) } })
  ],
  ["The access token", (value) => ({ credentials: { _tag: "AccessToken", accessToken: Redacted.make(value) } })],
  [
    "The refresh token",
    (value) => ({ credentials: { _tag: "RefreshToken", clientId, refreshToken: Redacted.make(value) } })
  ],
  [
    "The code",
    (value) => ({
      credentials: { _tag: "Pkce", clientId, code: Redacted.make(value), codeVerifier: secret, redirectUri }
    })
  ],
  ["The user agent", (value) => ({ userAgent: value })],
  ["A header", (value) => ({ headers: { "x-a": value } })]
]

const saysNothing = (error: GenesysError) =>
  expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${inspect(error, { depth: 20 })}`).not.toContain(
    canary
  )

overEachClient("Values of headers", (attack, http) => {
  describe.each(places)("%s", (_, options) => {
    it.live.each(broken)("with %s is refused when the client is made, and is not in the error", ([, value]) =>
      attack(function* (server) {
        const failed = yield* failure(Effect.scoped(client(http, server.port, options(value))))
        expect(failed).toMatchObject({ operation: "configure", reason: { _tag: "InvalidConfiguration" } })
        saysNothing(failed)
        expect(server.requests).toHaveLength(0)
      })
    )
  })

  describe("A header of one call", () => {
    it.live.each(broken)("with %s is refused before anything is sent, and is not in the error", ([, value]) =>
      attack(function* (server, license) {
        const failed = yield* failure(
          license.getDefinitions.pipe(Effect.provideService(CurrentCallOptions, { headers: { "x-a": value } }))
        )
        expect(failed.reason._tag).toBe("InvalidRequest")
        saysNothing(failed)
        expect(server.requests).toHaveLength(0)
      })
    )

    it.live.each(["", "x y", "x:y", "x\r\ny", "\u00e9", "x\0"])("cannot have the name %j", (name) =>
      attack(function* (server, license) {
        const failed = yield* failure(
          license.getDefinitions.pipe(Effect.provideService(CurrentCallOptions, { headers: { [name]: "a" } }))
        )
        expect(failed.reason._tag).toBe("InvalidRequest")
        expect(server.requests).toHaveLength(0)
      })
    )

    it.live.each(["content-length", "transfer-encoding", "connection", "upgrade", "expect", "keep-alive", "te"])(
      "named %s ends in a success or a typed error, without a second request",
      (name) =>
        attack({ retries: 0, attemptTimeout: "500 millis", credentials: aToken }, function* (server, license) {
          const headers = { [name]: name === "content-length" ? "1" : "chunked" }
          const exit = yield* Effect.exit(
            license.getUsers(["a"]).pipe(Effect.provideService(CurrentCallOptions, { headers }))
          )
          if (exit._tag === "Failure") yield* failure(Effect.suspend(() => exit))
          expect(server.calls.length).toBeLessThanOrEqual(1)
          for (const request of server.calls) expect(request.body).toBe(`["a"]`)
        })
    )
  })

  it.live("that are valid arrive, and those of the client have precedence", () =>
    attack(
      {
        userAgent: "my-tool/1.0",
        headers: {
          "X-A": "\u00e9",
          authorization: "Basic bWluZQ==",
          Authorization: "Basic bWluZQ==",
          "user-agent": "no"
        }
      },
      function* (server, license) {
        yield* license.getDefinitions.pipe(Effect.provideService(CurrentCallOptions, { headers: { "x-b": "b" } }))
        expect(server.calls[0]!.headers).toMatchObject({
          "user-agent": "my-tool/1.0 genesys-license",
          authorization: "Bearer CANARY-token-1",
          "x-a": "\u00e9",
          "x-b": "b"
        })
        expect(server.logins[0]!.headers.authorization).toBe(`Basic ${btoa(`${clientId}:${Canary.clientSecret}`)}`)
      }
    )
  )

  it.live("of a client id with a colon are refused, because the colon ends the id", () =>
    attack(function* (server) {
      const credentials: Credentials = { _tag: "ClientCredentials", clientId: "a:b", clientSecret: secret }
      const failed = yield* failure(Effect.scoped(client(http, server.port, { credentials })))
      expect(failed.reason._tag).toBe("InvalidConfiguration")
    })
  )
})
