import { describe, expect, it } from "@effect/vitest"
import { CurrentCallOptions } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { clientId, failure, overEachClient, timed } from "../support/Attack.ts"
import * as Canary from "../support/Canary.ts"
import { after, answer, drip, error, good, hang, json, reset, token } from "../support/HostileServer.ts"

overEachClient("The token", (attack) => {
  it.live("is requested once for a hundred first calls", () =>
    attack(function* (server, license) {
      server.alwaysLogin(after(50, token("the-token")))
      yield* Effect.forEach(Array.from({ length: 100 }), () => license.getDefinitions, { concurrency: "unbounded" })
      expect(server.logins).toHaveLength(1)
      expect(server.calls).toHaveLength(100)
      expect(new Set(server.calls.map((request) => request.headers.authorization))).toEqual(
        new Set(["Bearer the-token"])
      )
    })
  )

  it.live("reaches the other calls when the call that requested it is interrupted", () =>
    attack(function* (server, license) {
      server.alwaysLogin(after(200, token("the-token")))
      const first = yield* Effect.forkChild(license.getDefinitions)
      yield* server.arrivedLogins(1)
      const others = yield* Effect.forkChild(
        Effect.forEach([1, 2, 3], () => license.getDefinitions, { concurrency: "unbounded" }),
        { startImmediately: true }
      )
      yield* Fiber.interrupt(first)
      yield* Fiber.join(others)
      expect(server.calls).toHaveLength(3)
      expect(server.logins).toHaveLength(1)
    })
  )

  it.live("reaches the other calls when a waiting call is interrupted", () =>
    attack(function* (server, license) {
      server.alwaysLogin(after(200, token("the-token")))
      const first = yield* Effect.forkChild(license.getDefinitions)
      yield* server.arrivedLogins(1)
      const waiter = yield* Effect.forkChild(license.getDefinitions, { startImmediately: true })
      yield* Fiber.interrupt(waiter)
      yield* Fiber.join(first)
      expect(server.calls).toHaveLength(1)
      expect(server.logins).toHaveLength(1)
    })
  )

  it.live("reaches the other calls when the call that requested it times out", () =>
    attack(function* (server, license) {
      server.alwaysLogin(after(400, token("the-token")))
      const hurried = yield* Effect.forkChild(
        Effect.exit(
          license.getDefinitions.pipe(
            Effect.provideService(CurrentCallOptions, { attemptTimeout: "100 millis", retries: 0 })
          )
        )
      )
      yield* server.arrivedLogins(1)
      yield* license.getDefinitions
      yield* Fiber.join(hurried)
      expect(server.logins).toHaveLength(1)
    })
  )

  it.live("is requested without the headers of a single call", () =>
    attack(function* (server, license) {
      yield* license.getDefinitions.pipe(Effect.provideService(CurrentCallOptions, { headers: { "x-a": "a" } }))
      expect(server.logins[0]!.headers["x-a"]).toBeUndefined()
      expect(server.calls[0]!.headers["x-a"]).toBe("a")
    })
  )

  it.live("is requested again by the next call after a failure", () =>
    attack({ retries: 0 }, function* (server, license) {
      server.nextLogin(error(503))
      yield* failure(license.getDefinitions)
      yield* license.getDefinitions
      expect(server.logins).toHaveLength(2)
    })
  )

  describe("whose lifetime", () => {
    it.live.each<readonly [label: string, fields: object]>([
      ["is missing", { expires_in: undefined }],
      ["is null", { expires_in: null }],
      ["is 0", { expires_in: 0 }],
      ["is negative", { expires_in: -1 }],
      ["is a number in a string", { expires_in: "3600" }],
      ["is a word", { expires_in: "soon" }],
      ["is an empty string", { expires_in: "" }],
      ["is absurdly long", { expires_in: 1e12 }],
      ["is a huge number", { expires_in: 1e308 }],
      ["is an object", { expires_in: { seconds: 1 } }],
      ["is a list", { expires_in: [3600] }],
      ["is true", { expires_in: true }]
    ])("%s is used for more than one call", ([, fields]) =>
      attack(function* (server, license) {
        server.alwaysLogin(token("the-token", fields))
        for (let n = 0; n < 5; n++) yield* license.getDefinitions
        expect(server.logins).toHaveLength(1)
      })
    )

    it.live("is not representable (1e999) is used for more than one call", () =>
      attack(function* (server, license) {
        server.alwaysLogin(answer({ body: `{"access_token":"the-token","expires_in":1e999}` }))
        for (let n = 0; n < 5; n++) yield* license.getDefinitions
        expect(server.logins).toHaveLength(1)
      })
    )

    it.live("is shorter than the margin is used for one call, without a loop", () =>
      attack(function* (server, license) {
        server.alwaysLogin(token("the-token", { expires_in: 0.001 }))
        for (let n = 0; n < 5; n++) {
          yield* license.getDefinitions
          yield* Effect.sleep("5 millis")
        }
        expect(server.logins).toHaveLength(5)
        expect(server.calls).toHaveLength(5)
      })
    )

    it.live("ends during a stream is replaced before it ends", () =>
      attack(function* (server, license) {
        const issued = [token("one", { expires_in: 1 }), token("two", { expires_in: 1 }), token("three")]
        server.nextLogin(...issued)
        server.always(after(450, good))
        const users = yield* Stream.runCollect(license.users({ concurrency: 1 }))
        expect(users.map((user) => user.id)).toEqual(["user-1", "user-2", "user-3"])
        // Used for 0.9 s of its lifetime of 1 s.
        expect(server.calls.map((request) => request.headers.authorization)).toEqual([
          "Bearer one",
          "Bearer one",
          "Bearer two"
        ])
      })
    )
  })

  describe("is refused, and", () => {
    it.live.each([400, 401])(
      "status %i is AuthenticationFailed with the server's message, after one request",
      (status) =>
        attack(function* (server, license) {
          server.alwaysLogin(
            json(
              { error: "invalid_client", description: "client not found", error_description: "client not found" },
              { status }
            )
          )
          const failed = yield* failure(license.getDefinitions)
          expect(failed).toMatchObject({
            operation: "authenticate",
            attempts: 1,
            reason: { _tag: "AuthenticationFailed", status, error: "invalid_client", description: "client not found" }
          })
          expect(server.logins).toHaveLength(1)
          expect(server.calls).toHaveLength(0)
        })
    )

    it.live.each<readonly [label: string, body: string]>([
      ["nothing", ""],
      ["HTML", "<html>"],
      ["a list", "[]"],
      ["null", "null"],
      ["a number as its error", `{"error":7}`],
      ["an ErrorBody", `{"message":"no","code":"bad.credentials","status":401}`]
    ])("status 401 with %s is AuthenticationFailed", ([, body]) =>
      attack(function* (server, license) {
        server.alwaysLogin(answer({ status: 401, body }))
        const failed = yield* failure(license.getDefinitions)
        expect(failed.reason).toMatchObject({ _tag: "AuthenticationFailed", status: 401 })
        expect(server.logins).toHaveLength(1)
      })
    )

    it.live("status 403 is not retried", () =>
      attack(function* (server, license) {
        server.alwaysLogin(error(403))
        const failed = yield* failure(license.getDefinitions)
        expect(failed).toMatchObject({ operation: "authenticate", reason: { _tag: "Forbidden" } })
        expect(server.logins).toHaveLength(1)
      })
    )
  })

  describe("comes from a login that", () => {
    it.live.each([500, 502, 503, 504, 408])("always answers %i gets four requests", (status) =>
      attack(function* (server, license) {
        server.alwaysLogin(answer({ status, body: "<html>Bad gateway" }))
        const failed = yield* failure(license.getDefinitions)
        expect(failed).toMatchObject({
          operation: "authenticate",
          attempts: 4,
          reason: { _tag: "ServerError", status }
        })
        expect(server.logins).toHaveLength(4)
        expect(server.calls).toHaveLength(0)
      })
    )

    it.live("recovers", () =>
      attack(function* (server, license) {
        server.nextLogin(error(503), reset, error(500))
        yield* license.getDefinitions
        expect(server.logins).toHaveLength(4)
      })
    )

    it.live.each<readonly [label: string, body: string]>([
      ["nothing", ""],
      ["HTML", "<html>Sign in</html>"],
      ["half a token", `{"access_token":"the-to`],
      ["null", "null"],
      ["a list", "[]"],
      ["a string", `"the-token"`],
      ["an error with status 200", `{"error":"invalid_client"}`],
      ["a token that is a number", `{"access_token":7}`],
      ["a token that is null", `{"access_token":null}`],
      ["a token that is empty", `{"access_token":""}`],
      ["a token with a line break", `{"access_token":"the-token\\r\\nx-evil: 1"}`],
      ["a token with a line break at its end", `{"access_token":"the-token\\n"}`],
      ["a token with a NUL", `{"access_token":"the-token\\u0000"}`],
      ["a token beyond Latin-1", `{"access_token":"the-token€"}`],
      ["bad UTF-8", "\ud800"]
    ])("answers with %s gets one request, and the answer is not quoted", ([, body]) =>
      attack(function* (server, license) {
        server.alwaysLogin(answer({ body: body === "\ud800" ? new Uint8Array([0x7b, 0xff]) : body }))
        const failed = yield* failure(license.getDefinitions)
        expect(failed).toMatchObject({ operation: "authenticate", reason: { _tag: "UnexpectedResponse" } })
        expect(`${failed.message} ${JSON.stringify(failed)}`).not.toContain("the-to")
        expect(server.logins).toHaveLength(1)
        expect(server.calls).toHaveLength(0)
      })
    )

    it.live.each([
      ["does not answer", hang],
      ["drips", drip(20)]
    ] as const)("%s causes a timeout for each attempt", ([, behaviour]) =>
      attack({ attemptTimeout: "100 millis", retries: 1 }, function* (server, license) {
        server.alwaysLogin(behaviour)
        const [millis, failed] = yield* timed(failure(license.getDefinitions))
        expect(failed).toMatchObject({
          operation: "authenticate",
          attempts: 2,
          reason: { _tag: "Timeout", scope: "attempt" }
        })
        expect(server.logins).toHaveLength(2)
        expect(millis).toBeLessThan(2_000)
      })
    )

    it.live("does not answer delays a call at most for the call timeout", () =>
      attack({ callTimeout: "200 millis" }, function* (server, license) {
        server.alwaysLogin(hang)
        const [millis, failed] = yield* timed(failure(license.getDefinitions))
        expect(failed.reason).toMatchObject({ _tag: "Timeout", scope: "call" })
        expect(millis).toBeLessThan(2_000)
      })
    )
  })

  describe("of a user", () => {
    const user = {
      _tag: "Pkce",
      clientId,
      code: Redacted.make(Canary.code),
      codeVerifier: Redacted.make(Canary.codeVerifier),
      redirectUri: "http://localhost/back"
    } as const

    it.live("rotates: each refresh sends the refresh token of the last answer", () =>
      attack({ credentials: user }, function* (server, license) {
        server.nextLogin(
          token("one", { refresh_token: "refresh-1" }),
          token("two", { refresh_token: "refresh-2" }),
          token("three")
        )
        server.next(error(401))
        yield* license.getDefinitions
        server.next(error(401))
        yield* license.getDefinitions
        const forms = server.logins.map((request) => Object.fromEntries(new URLSearchParams(request.body)))
        expect(forms).toEqual([
          {
            grant_type: "authorization_code",
            client_id: clientId,
            code: Canary.code,
            code_verifier: Canary.codeVerifier,
            redirect_uri: "http://localhost/back"
          },
          { grant_type: "refresh_token", client_id: clientId, refresh_token: "refresh-1" },
          { grant_type: "refresh_token", client_id: clientId, refresh_token: "refresh-2" }
        ])
      })
    )

    it.live("is requested without the authorization header of the caller", () =>
      attack({ credentials: user, headers: { Authorization: "Basic bWluZQ==" } }, function* (server, license) {
        yield* license.getDefinitions
        expect(server.logins[0]!.headers.authorization).toBeUndefined()
        expect(server.calls[0]!.headers.authorization).toBe("Bearer CANARY-token-1")
      })
    )
  })
})
