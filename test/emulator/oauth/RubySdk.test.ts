/**
 * The requests of the vendor's SDK for Ruby, with the exact bytes that its HTTP clients (`rest-client`
 * and `typhoeus`) send. It is older than the other SDKs: it logs in at `/token`, joins several
 * ids with commas, and sends a content type even without a body.
 *
 * @see https://github.com/MyPureCloud/platform-client-sdk-ruby
 */
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { connect } from "node:net"

/** Sends the lines of a request over a new socket, and reads the whole answer. */
const send = Effect.fnUntraced(function* (lines: ReadonlyArray<string>, body = "") {
  const { host, port } = yield* Server
  const text = yield* Effect.callback<string, Error>((resume) => {
    let answer = ""
    const socket = connect(port, host, () =>
      socket.write([...lines, `Host: ${host}:${port}`, "Connection: close", "", body].join("\r\n"))
    )
    socket.setEncoding("utf8")
    socket.on("data", (chunk) => (answer += chunk))
    socket.on("error", (error) => resume(Effect.fail(error)))
    socket.on("end", () => resume(Effect.succeed(answer)))
    return Effect.sync(() => socket.destroy())
  })
  const [head = "", json = ""] = text.split("\r\n\r\n", 2)
  return { status: Number(head.split(" ", 2)[1]), head: head.toLowerCase(), body: JSON.parse(json) }
})

const restClient = (basic: string) => [
  "Accept: application/json",
  "User-Agent: rest-client/2.1.0 (linux x86_64) ruby/2.7.8p225",
  "Content-Type: application/x-www-form-urlencoded",
  `Authorization: Basic ${btoa(basic)}`,
  "Accept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3"
]

/** The request of `authenticate_with_client_credentials`. With another form: of `get_access_token_from_auth_code`. */
const logIn = (basic: string, { form = "grant_type=client_credentials", path = "/token" } = {}) =>
  send([`POST ${path} HTTP/1.1`, ...restClient(basic), `Content-Length: ${form.length}`], form)

/** The request of `ApiClient#call_api`. */
const get = (path: string, accessToken: string) =>
  send([
    `GET ${path} HTTP/1.1`,
    "User-Agent: PureCloud SDK/ruby",
    "Accept: application/json",
    "Content-Type: application/json",
    "purecloud-sdk: 80.0.0",
    `Authorization: Bearer ${accessToken}`
  ])

const client = `${defaultClientId}:${defaultClientSecret}`

describe("the SDK for Ruby", () => {
  it.live("logs in at /token, and reads licenses and people", () =>
    Effect.gen(function* () {
      const { journal, organization } = yield* Emulator
      const login = yield* logIn(client)
      expect(login).toMatchObject({ status: 200, body: { token_type: "bearer", expires_in: 86_400 } })
      // The SDK can read only this content type.
      expect(login.head).toContain("content-type: application/json")

      const token: string = login.body.access_token
      const licenses = yield* get("/api/v2/license/users?pageSize=2&pageNumber=1", token)
      expect(licenses).toMatchObject({ status: 200, body: { pageSize: 2, pageNumber: 1, total: 3, pageCount: 2 } })
      const ids = organization.directory.inState("any")
      const people = yield* get(`/api/v2/users?id=${ids.join(",")}&state=any&expand=groups,authorization`, token)
      expect(people.status).toBe(200)
      expect(people.body.entities.map(({ id }: { readonly id: string }) => id)).toEqual(ids)
      expect(Object.keys(people.body.entities[0])).toEqual(expect.arrayContaining(["groups", "authorization"]))
      expect((yield* journal.requests).map(({ operation }) => operation)).toEqual([
        "token",
        "getLicenseUsers",
        "getUsers"
      ])
    }).pipe(Effect.provide(Server.layer({ users: 3 })))
  )

  it.live("exchanges a code at /token", () =>
    Effect.gen(function* () {
      const { oauth } = yield* Emulator
      const redirectUri = "https://example.com/back"
      const code = yield* oauth.authorize({ redirectUri })
      const form = new URLSearchParams({
        grant_type: "authorization_code",
        code: Redacted.value(code),
        redirect_uri: redirectUri
      })
      const login = yield* logIn(client, { form: form.toString() })
      expect(login).toMatchObject({ status: 200, body: { token_type: "bearer", refresh_token: expect.any(String) } })
      expect((yield* get("/api/v2/organizations/me", login.body.access_token)).status).toBe(200)
    }).pipe(Effect.provide(Server.layer({ users: 3 })))
  )

  it.live("gets the same errors at /token as other SDKs at /oauth/token", () =>
    Effect.gen(function* () {
      const wrong = `${defaultClientId}:CANARY-a-wrong-secret`
      const { body, status } = yield* logIn(wrong)
      const description = "authentication failed"
      expect(body).toEqual({ error: "invalid_client", description, error_description: description })
      expect(yield* logIn(wrong, { path: "/oauth/token" })).toMatchObject({ body, status })
    }).pipe(Effect.provide(Server.layer({ users: 3 })))
  )

  it.live("reaches /token behind a gateway prefix, and faults of the login apply there", () =>
    Effect.gen(function* () {
      const { faults } = yield* Emulator
      expect((yield* logIn(client, { path: "/login/token" })).status).toBe(200)
      yield* faults.add({ operation: "token", fault: { type: "status", status: 503 } })
      expect((yield* logIn(client, { path: "/login/token" })).status).toBe(503)
    }).pipe(Effect.provide(Server.layer({ users: 3, loginPrefix: "login" })))
  )
})
