import { LicenseService } from "@genesys-license/client"
import { lifetime, usable } from "@genesys-license/client/AccessToken"
import type { Credentials } from "@genesys-license/client/Credentials"
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { createHash } from "node:crypto"
import * as Canary from "../support/Canary.ts"
import { type Answer, failure, json, late, refusedConnection, reply, reset, type Script } from "../support/StubApi.ts"
import { failureOf, serviceOf, withEmulator, withStub } from "./clients.ts"

const ok = json([])
const refused = reply(401, JSON.stringify({ code: "bad.credentials", message: "Invalid login credentials." }))
const token = (name: string, ...[expiresIn, more]: [expiresIn?: unknown, more?: object]) =>
  json({ access_token: name, token_type: "bearer", expires_in: expiresIn, ...more })
/** The tokens of `Canary.token`, with this lifetime. */
const tokens =
  (expiresIn: unknown): Script =>
  (_, attempt) =>
    token(Canary.token(attempt), expiresIn)

const secret = (text: string) => Redacted.make(text)

describe("AccessToken", () => {
  it.each([
    [86_400, 86_400],
    [300, 300],
    [1, 1],
    [0.5, 0.5],
    ["3600", 3_600],
    [" 60 ", 60],
    [172_800, 172_800],
    [172_801, 172_800],
    [1e12, 172_800],
    [0, 300],
    [-1, 300],
    ["0", 300],
    ["", 300],
    [" ", 300],
    ["soon", 300],
    [undefined, 300],
    [null, 300],
    [true, 300],
    [[60], 300],
    [{}, 300],
    [Number.NaN, 300],
    [Number.POSITIVE_INFINITY, 300],
    ["Infinity", 300]
  ])("takes expires_in %j for a lifetime of %s seconds", (expiresIn, seconds) => {
    expect(Duration.toSeconds(lifetime(expiresIn))).toBe(seconds)
  })

  it.each([
    [86_400, 86_100],
    [3_600, 3_300],
    [3_000, 2_700],
    [2_999, 2_699.1],
    [300, 270],
    [60, 54],
    [1, 0.9]
  ])("uses one that lives for %i seconds for %s", (seconds, used) => {
    expect(Duration.toSeconds(usable(Duration.seconds(seconds)))).toBeCloseTo(used, 6)
  })

  it("is used for less than it lives, and for longer than nothing, whatever it says", () => {
    fc.assert(
      fc.property(fc.anything(), (expiresIn) => {
        const life = lifetime(expiresIn)
        const used = Duration.toMillis(usable(life))
        expect(used).toBeGreaterThanOrEqual(0)
        expect(used).toBeLessThanOrEqual(Duration.toMillis(life))
        expect(Duration.toHours(life)).toBeLessThanOrEqual(48)
      }),
      { seed: 20_260_723 }
    )
  })

  describe("is fetched", () => {
    it.effect("once for 100 cold calls", () =>
      withStub({ api: [ok], token: [late("1 second", token("a"))] }, function* (license, server) {
        yield* Effect.all(
          Array.from({ length: 100 }, () => license.getDefinitions),
          { concurrency: "unbounded" }
        )
        expect(server.token).toHaveLength(1)
        expect(server.api).toHaveLength(100)
        expect(new Set(server.times)).toEqual(new Set([1_000]))
      })
    )

    it.effect.each([
      [86_400, [0, 86_100]],
      [3_600, [0, 3_300]],
      [300, [0, 270]]
    ] as const)("again before it expires: one for %i seconds at %j", ([expiresIn, seconds]) =>
      withStub({ api: [ok], token: tokens(expiresIn) }, function* (license, server) {
        yield* license.getDefinitions
        yield* Effect.sleep(`${seconds[1] * 1_000 - 1} millis`)
        yield* license.getDefinitions
        expect(server.token).toHaveLength(1)
        yield* Effect.sleep("1 millis")
        yield* license.getDefinitions
        expect(server.token.map(({ at }) => at / 1_000)).toEqual(seconds)
        expect(server.api.at(-1)!.headers["authorization"]).toBe("Bearer CANARY-token-2")
      })
    )

    it.effect("once for its own call when it lives for a millisecond, and does not loop", () =>
      withStub({ api: [ok], token: tokens(0.001) }, function* (license, server) {
        yield* license.getDefinitions
        yield* license.getDefinitions
        expect(server.token.length).toBeLessThanOrEqual(2)
        expect(server.api).toHaveLength(2)
      })
    )

    it.effect.each([undefined, null, 0, -1, "a day", {}])("for five minutes when expires_in is %j", (expiresIn) =>
      withStub({ api: [ok], token: tokens(expiresIn) }, function* (license, server) {
        yield* license.getDefinitions
        yield* Effect.sleep("269 seconds")
        yield* license.getDefinitions
        expect(server.token).toHaveLength(1)
        yield* Effect.sleep("1 second")
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
      })
    )

    it.effect("again by the next call when it could not be had", () =>
      withStub({ api: [ok], token: [reply(400), token("a")], retries: 0 }, function* (license, server) {
        yield* failureOf(license.getDefinitions)
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
      })
    )

    it.effect("once for all who wait for one that cannot be had", () =>
      withStub({ api: [ok], token: [late("1 second", reply(401))] }, function* (license, server) {
        const all = Array.from({ length: 20 }, () => Effect.exit(license.getDefinitions))
        const exits = yield* Effect.all(all, { concurrency: "unbounded" })
        expect(exits.every(Exit.isFailure)).toBe(true)
        expect(server.token).toHaveLength(1)
        expect(server.api).toHaveLength(0)
      })
    )
  })

  describe("that a waiter no longer waits for", () => {
    it.effect.each(Array.from({ length: 40 }, (_, seed) => seed))(
      "is fetched once for the others: interleaving %i",
      (seed) =>
        withStub({ api: [ok], token: [late("50 millis", token("a"))] }, (license, server) =>
          Effect.gen(function* () {
            const size = 8
            const fibers = yield* Effect.forEach(Array.from({ length: size }), () =>
              Effect.flatMap(Random.nextIntBetween(0, 40), (millis) =>
                Effect.forkChild(Effect.delay(license.getDefinitions, millis))
              )
            )
            const survivors = yield* Effect.forEach(fibers, (fiber, index) =>
              Effect.gen(function* () {
                const leaves = index < size - 1 && (yield* Random.nextBoolean)
                const after = yield* Random.nextIntBetween(0, 60)
                if (leaves) yield* Effect.forkChild(Effect.delay(Fiber.interrupt(fiber), after))
                return leaves ? [] : [fiber]
              })
            )
            for (const fiber of survivors.flat()) expect(yield* Fiber.join(fiber)).toEqual([])
            // Those who come after everybody has left may have to ask again; nobody asks while another does.
            const asked = server.token.filter(({ aborted }) => !aborted)
            expect(asked).toHaveLength(1)
          }).pipe(Random.withSeed(seed))
        )
    )
  })

  describe("that the API refuses", () => {
    it.effect("is replaced, and the call replayed once", () =>
      withStub({ api: [refused, ok] }, function* (license, server) {
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
        expect(server.api.map(({ headers }) => headers["authorization"])).toEqual([
          "Bearer CANARY-token-1",
          "Bearer CANARY-token-2"
        ])
      })
    )

    it.effect("for ever is Unauthorized after 2 requests", () =>
      withStub({ api: [refused] }, function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error).toMatchObject({ reason: { _tag: "Unauthorized" }, attempts: 2 })
        expect(server.token).toHaveLength(2)
        yield* failureOf(license.getDefinitions)
        expect(server.api).toHaveLength(4)
      })
    )

    it.effect("is replaced once for 50 calls that are refused together", () => {
      const byToken: Script = ({ headers }) =>
        late("10 millis", headers["authorization"] === "Bearer CANARY-token-1" ? refused : ok)
      return withStub({ api: byToken }, function* (license, server) {
        yield* Effect.all(
          Array.from({ length: 50 }, () => license.getDefinitions),
          { concurrency: "unbounded" }
        )
        expect(server.token).toHaveLength(2)
        expect(server.api).toHaveLength(100)
      })
    })

    it.effect("late, when it was replaced already, is not replaced again", () =>
      withStub(
        { api: (_, attempt) => (attempt === 1 ? late("10 seconds", refused) : attempt === 2 ? refused : ok) },
        function* (license, server) {
          const slow = yield* Effect.forkChild(license.getDefinitions)
          yield* Effect.sleep("1 second")
          yield* license.getDefinitions
          expect(server.token).toHaveLength(2)
          yield* Fiber.join(slow)
          expect(server.token).toHaveLength(2)
          expect(server.api.at(-1)!.headers["authorization"]).toBe("Bearer CANARY-token-2")
        }
      )
    )

    it.effect("for where it is used is not replaced", () =>
      withStub({ api: [reply(401, JSON.stringify({ code: "ip.not.authorized" }))] }, function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error.message).toContain("address is not allowed")
        expect(server.token).toHaveLength(1)
        expect(server.api).toHaveLength(1)
      })
    )

    it.effect("and that cannot be replaced is an error of the login", () =>
      withStub({ api: [refused], token: [token("a"), reply(401)] }, function* (license) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error).toMatchObject({ operation: "authenticate", reason: { _tag: "AuthenticationFailed" } })
      })
    )

    it.effect("and was given is never replaced", () => {
      const credentials: Credentials = { _tag: "AccessToken", accessToken: secret("CANARY-given") }
      return withStub({ api: [refused], credentials }, function* (license, server) {
        expect(yield* failureOf(license.getDefinitions)).toMatchObject({
          reason: { _tag: "Unauthorized" },
          attempts: 1
        })
        expect(server.token).toHaveLength(0)
        expect(server.api[0]!.headers["authorization"]).toBe("Bearer CANARY-given")
      })
    })
  })

  describe("is asked for", () => {
    const basic = `Basic ${btoa("id:CANARY-s3cret")}`
    const client = { clientId: "id", clientSecret: secret("CANARY-s3cret") }
    const code = { code: secret("CANARY-c0de"), redirectUri: "https://example.com/back" }
    const grants: ReadonlyArray<readonly [Credentials, header: string | undefined, form: Record<string, string>]> = [
      [{ _tag: "ClientCredentials", ...client }, basic, { grant_type: "client_credentials" }],
      [
        { _tag: "AuthorizationCode", ...client, ...code },
        basic,
        { grant_type: "authorization_code", code: "CANARY-c0de", redirect_uri: "https://example.com/back" }
      ],
      [
        { _tag: "Pkce", clientId: "id", codeVerifier: secret("CANARY-verifier"), ...code },
        undefined,
        {
          grant_type: "authorization_code",
          code: "CANARY-c0de",
          redirect_uri: "https://example.com/back",
          code_verifier: "CANARY-verifier",
          client_id: "id"
        }
      ],
      [
        { _tag: "RefreshToken", ...client, refreshToken: secret("CANARY-r") },
        basic,
        { grant_type: "refresh_token", refresh_token: "CANARY-r" }
      ],
      [
        { _tag: "RefreshToken", clientId: "id", refreshToken: secret("CANARY-r") },
        undefined,
        { grant_type: "refresh_token", refresh_token: "CANARY-r", client_id: "id" }
      ],
      [
        { _tag: "Saml2Bearer", ...client, orgName: "acme", assertion: secret("CANARY-PHNhbWw+") },
        basic,
        { grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer", orgName: "acme", assertion: "CANARY-PHNhbWw+" }
      ]
    ]

    it.effect.each(grants)("with the form and the header of $_tag", ([credentials, header, form]) =>
      withStub({ api: [ok], credentials }, function* (license, server) {
        yield* license.getDefinitions
        const [sent] = server.token
        expect(sent).toMatchObject({ method: "POST" })
        expect(sent!.headers["content-type"]).toContain("application/x-www-form-urlencoded")
        expect(sent!.headers["authorization"]).toBe(header)
        expect(Object.fromEntries(new URLSearchParams(sent!.body))).toEqual(form)
      })
    )

    it.effect("with the refresh token of the last answer, each time", () => {
      const rotating: Script = (_, attempt) => token(`t${attempt}`, 300, { refresh_token: `CANARY-r${attempt}` })
      const credentials: Credentials = { _tag: "AuthorizationCode", ...client, ...code }
      return withStub({ api: [ok], token: rotating, credentials }, function* (license, server) {
        for (let session = 0; session < 3; session++) {
          yield* license.getDefinitions
          yield* Effect.sleep("5 minutes")
        }
        const sent = server.token.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))
        expect(sent.map((form) => form["grant_type"])).toEqual(["authorization_code", "refresh_token", "refresh_token"])
        expect(sent.map((form) => form["refresh_token"])).toEqual([undefined, "CANARY-r1", "CANARY-r2"])
      })
    })

    it.effect("with the old refresh token when an answer brings none", () => {
      const once: Script = [token("t1", 300, { refresh_token: "CANARY-r1" }), token("t2", 300)]
      const credentials: Credentials = { _tag: "RefreshToken", ...client, refreshToken: secret("CANARY-r0") }
      return withStub({ api: [ok], token: once, credentials }, function* (license, server) {
        for (let session = 0; session < 3; session++) {
          yield* license.getDefinitions
          yield* Effect.sleep("5 minutes")
        }
        const sent = server.token.map(({ body }) => new URLSearchParams(body).get("refresh_token"))
        expect(sent).toEqual(["CANARY-r0", "CANARY-r1", "CANARY-r1"])
      })
    })
  })

  describe("of the emulator", () => {
    const redirectUri = "https://example.com/back"
    const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    const codeChallenge = createHash("sha256").update(verifier).digest("base64url")
    type Server = Emulator["Service"]
    const grants: ReadonlyArray<
      readonly [name: string, (server: Server) => Effect.Effect<Credentials>, renews: boolean]
    > = [
      ["ClientCredentials", ({ oauth }) => Effect.succeed({ _tag: "ClientCredentials", ...oauth.credentials }), true],
      [
        "AuthorizationCode",
        ({ oauth }) =>
          Effect.map(oauth.authorize({ redirectUri }), (code) => ({
            _tag: "AuthorizationCode",
            ...oauth.credentials,
            code,
            redirectUri
          })),
        true
      ],
      [
        "Pkce",
        ({ oauth }) =>
          Effect.map(oauth.authorize({ redirectUri, codeChallenge }), (code) => ({
            _tag: "Pkce",
            clientId: oauth.credentials.clientId,
            code,
            codeVerifier: secret(verifier),
            redirectUri
          })),
        true
      ],
      [
        "Saml2Bearer",
        ({ oauth }) =>
          Effect.succeed({
            _tag: "Saml2Bearer",
            ...oauth.credentials,
            orgName: "acme",
            assertion: secret("CANARY-PHNhbWw+")
          }),
        true
      ],
      [
        "AccessToken",
        ({ oauth }) => Effect.map(oauth.issue(), (accessToken) => ({ _tag: "AccessToken", accessToken })),
        false
      ]
    ]

    it.effect.each(grants)("opens the API by %s, and again on each of three days", ([, credentialsOf, renews]) =>
      withEmulator({ emulator: { users: 1 }, still: true }, function* (_, emulator: Server) {
        const credentials = yield* credentialsOf(emulator)
        const license = yield* serviceOf(LicenseService, LicenseService.layer({ region: "us-east-1", credentials }))
        yield* license.getDefinitions
        for (let day = 0; day < 3; day++) {
          yield* TestClock.adjust("1 day")
          if (renews) yield* license.getDefinitions
          else expect(yield* failureOf(license.getDefinitions)).toMatchObject({ reason: { _tag: "Unauthorized" } })
        }
        const logins = (yield* emulator.journal.requests).filter(({ operation }) => operation === "token")
        expect(logins.map(({ status }) => status)).toEqual(renews ? [200, 200, 200, 200] : [])
      })
    )

    it.effect("that is revoked is replaced without the caller noticing", () =>
      withEmulator({ emulator: { users: 1 } }, function* (license, { oauth }: Server) {
        yield* license.getDefinitions
        yield* oauth.revokeAll
        yield* license.getDefinitions
      })
    )

    it.effect("is refused to a wrong secret, in the words of the server", () =>
      withEmulator(
        {
          client: {
            credentials: {
              _tag: "ClientCredentials",
              clientId: "00000000-0000-4000-8000-000000000c1d",
              clientSecret: secret("CANARY-wrong")
            }
          }
        },
        function* (license) {
          const error = yield* failureOf(license.getDefinitions)
          expect(error).toMatchObject({
            operation: "authenticate",
            reason: {
              _tag: "AuthenticationFailed",
              status: 401,
              error: "invalid_client",
              description: "authentication failed"
            },
            attempts: 1
          })
        }
      )
    )
  })

  describe("when the clock", () => {
    it.effect("is an hour off, is used as long as it says it lives", () =>
      withStub({ api: [ok], token: tokens(3_600) }, function* (license, server) {
        yield* TestClock.setTime(-3_600_000)
        yield* license.getDefinitions
        yield* Effect.sleep("54 minutes")
        yield* license.getDefinitions
        expect(server.token).toHaveLength(1)
        yield* Effect.sleep("1 minute")
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
      })
    )

    it.effect("jumps back, is kept until the API refuses it, and then replaced", () =>
      withStub({ api: [ok, ok, refused, ok], token: tokens(3_600) }, function* (license, server) {
        yield* TestClock.setTime(10_000_000)
        yield* license.getDefinitions
        yield* TestClock.setTime(0)
        yield* license.getDefinitions
        expect(server.token).toHaveLength(1)
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
      })
    )

    it.effect("was asleep past the end, is replaced before anything is asked", () =>
      withStub({ api: [ok], token: tokens(3_600) }, function* (license, server) {
        yield* license.getDefinitions
        yield* TestClock.setTime(100_000_000)
        yield* license.getDefinitions
        expect(server.api.map(({ headers }) => headers["authorization"])).toEqual([
          "Bearer CANARY-token-1",
          "Bearer CANARY-token-2"
        ])
      })
    )
  })

  describe("from a token endpoint that answers", () => {
    it.effect.each<readonly [string, Answer, tag: string, requests: number]>([
      ["400", reply(400, '{"error":"invalid_grant"}'), "AuthenticationFailed", 1],
      ["401", reply(401, '{"error":"invalid_client","description":"no"}'), "AuthenticationFailed", 1],
      ["401 and HTML", reply(401, "<html>"), "AuthenticationFailed", 1],
      ["403", reply(403), "Forbidden", 1],
      ["404", reply(404), "NotFound", 1],
      ["408", reply(408), "ServerError", 4],
      ["429 for three hours", reply(429, "", { "retry-after": "10800" }), "RateLimited", 1],
      ["429 for ever", reply(429), "RateLimited", 6],
      ["500", reply(500), "ServerError", 4],
      ["502 and HTML", reply(502, "<html>"), "ServerError", 4],
      ["503", reply(503), "ServerError", 4],
      ["504", reply(504), "ServerError", 4],
      ["302", reply(302), "UnexpectedRedirect", 1],
      ["200 and HTML", reply(200, "<html>login</html>"), "UnexpectedResponse", 1],
      ["200 and nothing", reply(200), "UnexpectedResponse", 1],
      ["200 and no token", json({}), "UnexpectedResponse", 1],
      ["200 and a token that is null", json({ access_token: null }), "UnexpectedResponse", 1],
      ["200 and an empty token", json({ access_token: "" }), "UnexpectedResponse", 1],
      ["200 and a token with a line break", json({ access_token: "a\nb" }), "UnexpectedResponse", 1],
      ["with a broken connection", reset, "ConnectionFailed", 4],
      ["nobody", refusedConnection, "ConnectionFailed", 4],
      ["with a wrong certificate", failure("CERT_HAS_EXPIRED"), "ConnectionFailed", 1]
    ])("%s is a failed login", ([, answer, tag, requests]) =>
      withStub({ api: [ok], token: [answer] }, function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error).toMatchObject({ operation: "authenticate", reason: { _tag: tag }, attempts: requests })
        expect(server.token).toHaveLength(requests)
        expect(server.api).toHaveLength(0)
      })
    )

    it.effect("500 once, or 429 once, is had in the end", () =>
      withStub(
        { api: [ok], token: [reply(500), reply(429, "", { "retry-after": "1" }), token("a")] },
        function* (license, server) {
          yield* license.getDefinitions
          expect(server.token.map(({ at }) => at)).toEqual([0, 250, 1_300])
        }
      )
    )
  })
})
