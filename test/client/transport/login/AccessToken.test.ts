import { LicenseService } from "@genesys-license/client"
import { lifetime, usable } from "@genesys-license/client/AccessToken"
import type { Credentials } from "@genesys-license/client/Credentials"
import { describe, expect, it } from "@effect/vitest"
import type { Fault } from "@genesys-license/emulator/faults/Fault"
import type { OAuth } from "@genesys-license/emulator/oauth/OAuth"
import {
  defaultClient,
  defaultClientId,
  defaultClientSecret,
  type OAuthClientOptions
} from "@genesys-license/emulator/oauth/OAuthClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { createHash } from "node:crypto"
import { type Answer, broken, error, late, ok, refusedConnection, reply, reset } from "../../answers.ts"
import { failureOf, type Server, serviceOf, withAnswers, withEmulator } from "../../clients.ts"

/** The API refuses the token of this request, and every other one that there is. */
const revoked: ReadonlyArray<Fault> = [{ type: "revoke" }]

/** The OAuth client of the emulator, but for this. */
const configured = (options: Partial<OAuthClientOptions>) => ({ clients: [{ ...defaultClient, ...options }] })
/** Its tokens live so long. */
const living = (accessTokenValiditySeconds: number) => configured({ accessTokenValiditySeconds })

/** The token as it is, but for this field; without a value, but for the lack of it. */
const tokenWith = (field: string, value: Schema.Json | undefined): ReadonlyArray<Fault> => {
  const path = `/${field}`
  return [
    { type: "patch", operations: [value === undefined ? { op: "remove", path } : { op: "replace", path, value }] }
  ]
}

/** Which token each request to the API bore, numbered as they appear. */
const borne = ({ api }: Server) => {
  const bearers = api.map(({ headers }) => headers["authorization"])
  const known = [...new Set(bearers)]
  return bearers.map((bearer) => known.indexOf(bearer) + 1)
}

/** What was sent for each token. */
const formsOf = ({ token }: Server) => token.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))

/** Another client of the emulator, whose credentials come from it. */
const clientOf = (credentials: Credentials) =>
  serviceOf(LicenseService, LicenseService.layer({ region: "us-east-1", credentials }))

const secret = (text: string) => Redacted.make(text)

const client = { clientId: defaultClientId, clientSecret: secret(defaultClientSecret) }
const basic = `Basic ${btoa(`${defaultClientId}:${defaultClientSecret}`)}`
const redirectUri = "https://example.com/back"
const codeVerifier = secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
const codeChallenge = createHash("sha256").update(Redacted.value(codeVerifier)).digest("base64url")

/** The refresh token of an earlier session. */
const renewal = (oauth: OAuth["Service"], pkce: boolean) =>
  Effect.gen(function* () {
    const code = yield* oauth.authorize({ redirectUri, ...(pkce && { codeChallenge }) })
    const { refreshToken } = yield* oauth.exchange(
      {
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectUri,
        ...(pkce && { code_verifier: codeVerifier })
      },
      { clientId: defaultClientId, clientSecret: pkce ? undefined : client.clientSecret }
    )
    return secret(refreshToken!)
  })

/** Credentials that the emulator takes, and as what they must be sent. */
interface Grant {
  readonly credentials: Credentials
  readonly header: string | undefined
  readonly form: Record<string, string>
}
const grants: ReadonlyArray<readonly [name: string, (oauth: OAuth["Service"]) => Effect.Effect<Grant, unknown>]> = [
  [
    "ClientCredentials",
    () =>
      Effect.succeed({
        credentials: { _tag: "ClientCredentials", ...client },
        header: basic,
        form: { grant_type: "client_credentials" }
      })
  ],
  [
    "AuthorizationCode",
    (oauth) =>
      Effect.map(oauth.authorize({ redirectUri }), (code) => ({
        credentials: { _tag: "AuthorizationCode", ...client, code, redirectUri },
        header: basic,
        form: { grant_type: "authorization_code", code: Redacted.value(code), redirect_uri: redirectUri }
      }))
  ],
  [
    "Pkce",
    (oauth) =>
      Effect.map(oauth.authorize({ redirectUri, codeChallenge }), (code) => ({
        credentials: { _tag: "Pkce", clientId: defaultClientId, code, codeVerifier, redirectUri },
        header: undefined,
        form: {
          grant_type: "authorization_code",
          code: Redacted.value(code),
          redirect_uri: redirectUri,
          code_verifier: Redacted.value(codeVerifier),
          client_id: defaultClientId
        }
      }))
  ],
  [
    "RefreshToken",
    (oauth) =>
      Effect.map(renewal(oauth, false), (refreshToken) => ({
        credentials: { _tag: "RefreshToken", ...client, refreshToken },
        header: basic,
        form: { grant_type: "refresh_token", refresh_token: Redacted.value(refreshToken) }
      }))
  ],
  [
    "RefreshToken without a secret",
    (oauth) =>
      Effect.map(renewal(oauth, true), (refreshToken) => ({
        credentials: { _tag: "RefreshToken", clientId: defaultClientId, refreshToken },
        header: undefined,
        form: {
          grant_type: "refresh_token",
          refresh_token: Redacted.value(refreshToken),
          client_id: defaultClientId
        }
      }))
  ],
  [
    "Saml2Bearer",
    () =>
      Effect.succeed({
        credentials: { _tag: "Saml2Bearer", ...client, orgName: "acme", assertion: secret("CANARY-PHNhbWw+") },
        header: basic,
        form: {
          grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer",
          orgName: "acme",
          assertion: "CANARY-PHNhbWw+"
        }
      })
  ]
]

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
      withAnswers({ token: [late("1 second")] }, function* (license, server) {
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
      withAnswers({ emulator: living(expiresIn) }, function* (license, server) {
        yield* license.getDefinitions
        yield* Effect.sleep(`${seconds[1] * 1_000 - 1} millis`)
        yield* license.getDefinitions
        expect(server.token).toHaveLength(1)
        yield* Effect.sleep("1 millis")
        yield* license.getDefinitions
        expect(server.token.map(({ at }) => at / 1_000)).toEqual(seconds)
        expect(borne(server)).toEqual([1, 1, 2])
      })
    )

    it.effect("once for its own call when it lives for a millisecond, and does not loop", () =>
      withAnswers({ emulator: living(0.001) }, function* (license, server) {
        yield* license.getDefinitions
        yield* license.getDefinitions
        expect(server.token.length).toBeLessThanOrEqual(2)
        expect(server.api).toHaveLength(2)
      })
    )

    it.effect.each([undefined, null, 0, -1, "a day", {}])("for five minutes when expires_in is %j", (expiresIn) =>
      withAnswers({ token: [tokenWith("expires_in", expiresIn)] }, function* (license, server) {
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
      withAnswers({ token: [reply(400), ok], retries: 0 }, function* (license, server) {
        yield* failureOf(license.getDefinitions)
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
      })
    )

    it.effect("once for all who wait for one that cannot be had", () =>
      withAnswers(
        { token: [late("1 second")], emulator: configured({ secret: "another" }) },
        function* (license, server) {
          const all = Array.from({ length: 20 }, () => Effect.exit(license.getDefinitions))
          const exits = yield* Effect.all(all, { concurrency: "unbounded" })
          expect(exits.every(Exit.isFailure)).toBe(true)
          expect(server.token).toHaveLength(1)
          expect(server.api).toHaveLength(0)
        }
      )
    )
  })

  describe("that a waiter no longer waits for", () => {
    it.effect.each(Array.from({ length: 40 }, (_, seed) => seed))(
      "is fetched once for the others: interleaving %i",
      (seed) =>
        withAnswers({ token: [late("50 millis")] }, (license, server) =>
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
      withAnswers({ api: [revoked, ok] }, function* (license, server) {
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
        expect(borne(server)).toEqual([1, 2])
      })
    )

    it.effect("for ever is Unauthorized after 2 requests, and says when another login is tried", () =>
      withAnswers({ api: [revoked] }, function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error).toMatchObject({ reason: { _tag: "Unauthorized" }, attempts: 2 })
        expect(error.retryAfter).toEqual(Duration.seconds(29))
        expect(error.message).toContain("logs in again after 29s")
        expect(server.token).toHaveLength(2)
      })
    )

    it.effect("however new, is not replaced for every call: the next login comes half a minute later", () =>
      withAnswers({ api: [revoked] }, function* (license, server) {
        for (let n = 0; n < 50; n++) yield* failureOf(license.getDefinitions)
        expect(server.token).toHaveLength(2)
        // Each call asks whether the token is taken by now.
        expect(server.api).toHaveLength(51)
        yield* Effect.sleep("28 seconds")
        yield* failureOf(license.getDefinitions)
        expect(server.token).toHaveLength(2)
        yield* Effect.sleep("1 second")
        for (let n = 0; n < 50; n++) yield* failureOf(license.getDefinitions)
        expect(server.token).toHaveLength(3)
      })
    )

    it.effect("however new, is not replaced for each of many calls at once, and again and again", () =>
      withAnswers({ api: [late("10 millis", revoked)] }, function* (license, server) {
        const refused = Effect.repeat(failureOf(license.getDefinitions), { times: 9 })
        yield* Effect.all(
          Array.from({ length: 20 }, (_, n) => Effect.delay(refused, n)),
          { concurrency: "unbounded" }
        )
        expect(server.token).toHaveLength(2)
      })
    )

    it.effect("once after it was accepted is replaced, however soon", () =>
      withAnswers({ api: [revoked, ok, revoked, ok] }, function* (license, server) {
        yield* license.getDefinitions
        yield* license.getDefinitions
        expect(borne(server)).toEqual([1, 2, 2, 3])
      })
    )

    it.effect("and is accepted later is used again without a login", () =>
      withAnswers({ api: [error(401), error(401), error(401), ok] }, function* (license, server) {
        yield* failureOf(license.getDefinitions)
        yield* failureOf(license.getDefinitions)
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
      })
    )

    it.effect.each([
      ["seconds old is given a moment: the request is repeated with one that is a second old", 4_999, 1_000],
      ["older is replaced at once", 5_000, 0]
    ] as const)("and is %s", ([, age, wait]) =>
      withAnswers({ api: [ok, revoked, ok] }, function* (license, server) {
        yield* license.getDefinitions
        yield* Effect.sleep(age)
        yield* license.getDefinitions
        expect(server.times).toEqual([0, age, age + wait])
        expect(borne(server)).toEqual([1, 1, 2])
      })
    )

    it.effect("and is seconds old is replaced at once where the call has no time left for a moment", () =>
      withAnswers({ api: [revoked, ok], callTimeout: "900 millis" }, function* (license, server) {
        yield* license.getDefinitions
        expect(server.times).toEqual([0, 0])
      })
    )

    it.effect("is replaced once for 50 calls that are refused together", () =>
      withAnswers({ api: [late("10 millis", revoked), late("10 millis")] }, function* (license, server) {
        yield* Effect.all(
          Array.from({ length: 50 }, () => license.getDefinitions),
          { concurrency: "unbounded" }
        )
        expect(server.token).toHaveLength(2)
        expect(server.api).toHaveLength(100)
      })
    )

    it.effect("late, when it was replaced already, is not replaced again", () =>
      withAnswers({ api: [late("10 seconds"), revoked, ok] }, function* (license, server) {
        const slow = yield* Effect.forkChild(license.getDefinitions)
        yield* Effect.sleep("1 second")
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
        yield* Fiber.join(slow)
        expect(server.token).toHaveLength(2)
        expect(borne(server)).toEqual([1, 1, 2, 2])
      })
    )

    it.effect("for where it is used is not replaced", () =>
      withAnswers({ api: [error(401, "ip.not.authorized")] }, function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error.message).toContain("address is not allowed")
        expect(server.token).toHaveLength(1)
        expect(server.api).toHaveLength(1)
      })
    )

    it.effect("and that cannot be replaced is an error of the login", () =>
      withAnswers({}, function* (license, { oauth }) {
        yield* license.getDefinitions
        yield* oauth.replace(configured({ secret: "another" }))
        yield* oauth.revokeAll
        const error = yield* failureOf(license.getDefinitions)
        expect(error).toMatchObject({ operation: "authenticate", reason: { _tag: "AuthenticationFailed" } })
      })
    )

    it.effect("and was given is never replaced", () => {
      const credentials: Credentials = { _tag: "AccessToken", accessToken: secret("CANARY-given") }
      return withAnswers({ credentials }, function* (license, server) {
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
    it.effect.each(grants)("with the form and the header of %s", ([, grantOf]) =>
      withEmulator({ still: true }, function* (_, server) {
        const { credentials, form, header } = yield* grantOf(server.oauth)
        yield* (yield* clientOf(credentials)).getDefinitions
        const [sent] = server.token
        expect(sent).toMatchObject({ method: "POST" })
        expect(sent!.headers["content-type"]).toContain("application/x-www-form-urlencoded")
        expect(sent!.headers["authorization"]).toBe(header)
        expect(formsOf(server)).toEqual([form])
      })
    )

    it.effect("with the refresh token of the last answer, each time", () =>
      withEmulator({ emulator: living(300) }, function* (_, server) {
        const code = yield* server.oauth.authorize({ redirectUri })
        const license = yield* clientOf({ _tag: "AuthorizationCode", ...client, code, redirectUri })
        for (let session = 0; session < 3; session++) {
          yield* license.getDefinitions
          yield* Effect.sleep("5 minutes")
        }
        const sent = formsOf(server)
        expect(sent.map((form) => form["grant_type"])).toEqual(["authorization_code", "refresh_token", "refresh_token"])
        // Each works once: the emulator takes the last one, and no other.
        yield* server.journal.verify({ operation: "token", status: 200, times: 3 })
        expect(new Set(sent.map((form) => form["refresh_token"])).size).toBe(3)
      })
    )

    it.effect("with the old refresh token when an answer brings none", () =>
      withEmulator({ emulator: living(300) }, function* (_, server) {
        const refreshToken = yield* renewal(server.oauth, false)
        const license = yield* clientOf({ _tag: "RefreshToken", ...client, refreshToken })
        yield* license.getDefinitions
        yield* Effect.sleep("5 minutes")
        // A login that does not rotate what it was sent.
        const accessToken = Redacted.value(yield* server.oauth.issue())
        const fault: Fault = { type: "response", json: { access_token: accessToken, expires_in: 300 } }
        yield* server.faults.add({ operation: "token", times: 1, fault })
        yield* license.getDefinitions
        yield* Effect.sleep("5 minutes")
        yield* license.getDefinitions
        const [first, second, third] = formsOf(server).map((form) => form["refresh_token"])
        expect(first).toBe(Redacted.value(refreshToken))
        expect(second).not.toBe(first)
        expect(third).toBe(second)
        yield* server.journal.verify({ operation: "token", status: 200, times: 3 })
      })
    )
  })

  describe("of the emulator", () => {
    it.effect.each(grants)("opens the API by %s, and again on each of three days", ([, grantOf]) =>
      withEmulator({ still: true }, function* (_, { journal, oauth }) {
        const license = yield* clientOf((yield* grantOf(oauth)).credentials)
        yield* license.getDefinitions
        for (let day = 0; day < 3; day++) {
          yield* TestClock.adjust("1 day")
          yield* license.getDefinitions
        }
        const logins = (yield* journal.requests).filter(({ operation }) => operation === "token")
        expect(logins.map(({ status }) => status)).toEqual([200, 200, 200, 200])
      })
    )

    it.effect("that was given opens the API for as long as it lives", () =>
      withEmulator({ still: true }, function* (_, { journal, oauth }) {
        const license = yield* clientOf({ _tag: "AccessToken", accessToken: yield* oauth.issue() })
        yield* license.getDefinitions
        for (let day = 0; day < 3; day++) {
          yield* TestClock.adjust("1 day")
          expect(yield* failureOf(license.getDefinitions)).toMatchObject({ reason: { _tag: "Unauthorized" } })
        }
        // No login, and nothing sent twice.
        expect((yield* journal.requests).map(({ status }) => status)).toEqual([200, 401, 401, 401])
      })
    )

    it.effect("that is revoked is replaced without the caller noticing", () =>
      withEmulator({}, function* (license, { oauth }) {
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
              ...client,
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
              status: 400,
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
      withAnswers({ emulator: living(3_600) }, function* (license, server) {
        yield* TestClock.setTime(-3_600_000)
        yield* server.clock.advance(Duration.hours(1))
        yield* license.getDefinitions
        yield* Effect.sleep("54 minutes")
        yield* license.getDefinitions
        expect(server.token).toHaveLength(1)
        yield* Effect.sleep("1 minute")
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
        expect(borne(server)).toEqual([1, 1, 2])
      })
    )

    it.effect("jumps back, is kept until the API refuses it, and then replaced", () =>
      withAnswers({ emulator: living(3_600) }, function* (license, server) {
        yield* TestClock.setTime(10_000_000)
        yield* license.getDefinitions
        yield* TestClock.setTime(0)
        // That of the server goes on.
        yield* server.clock.advance(Duration.millis(10_000_000))
        yield* license.getDefinitions
        expect(server.token).toHaveLength(1)
        yield* server.clock.advance(Duration.hours(1))
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
        expect(borne(server)).toEqual([1, 1, 1, 2])
      })
    )

    it.effect("was asleep past the end, is replaced before anything is asked", () =>
      withAnswers({ emulator: living(3_600) }, function* (license, server) {
        yield* license.getDefinitions
        yield* TestClock.setTime(100_000_000)
        yield* license.getDefinitions
        expect(borne(server)).toEqual([1, 2])
      })
    )
  })

  describe("from a token endpoint that answers", () => {
    it.effect.each<readonly [string, Answer, tag: string, requests: number]>([
      ["400", error(400, "invalid_grant"), "AuthenticationFailed", 1],
      ["401", error(401), "AuthenticationFailed", 1],
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
      ["200 and no token", tokenWith("access_token", undefined), "UnexpectedResponse", 1],
      ["200 and a token that is null", tokenWith("access_token", null), "UnexpectedResponse", 1],
      ["200 and an empty token", tokenWith("access_token", ""), "UnexpectedResponse", 1],
      ["200 and a token with a line break", tokenWith("access_token", "a\nb"), "UnexpectedResponse", 1],
      ["with a broken connection", reset, "ConnectionFailed", 4],
      ["nobody", refusedConnection, "ConnectionFailed", 4],
      ["with a wrong certificate", broken("CERT_HAS_EXPIRED"), "ConnectionFailed", 1]
    ])("%s is a failed login", ([, answer, tag, requests]) =>
      withAnswers({ token: [answer] }, function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error).toMatchObject({ operation: "authenticate", reason: { _tag: tag }, attempts: requests })
        expect(server.token).toHaveLength(requests)
        expect(server.api).toHaveLength(0)
      })
    )

    it.effect.each<readonly [string, Answer]>([
      ["200", reply(200, "\uFEFF\n<!doctype html><title>Sign in to the network</title>")],
      ["400", reply(400, "<html>")],
      ["401", reply(401, "<html>")]
    ])("%s and a web page says that something in between answered", ([, answer]) =>
      withAnswers({ token: [answer] }, function* (license) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error.message).toContain("it is a web page (HTML) of something in between, such as a proxy")
      })
    )

    it.effect("500 once, or 429 once, is had in the end", () =>
      withAnswers({ token: [reply(500), reply(429, "", { "retry-after": "1" }), ok] }, function* (license, server) {
        yield* license.getDefinitions
        expect(server.token.map(({ at }) => at)).toEqual([0, 250, 1_300])
      })
    )
  })
})
