import { describe, expect, it } from "@effect/vitest"
import { defaultClient, Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as DocumentedServer from "../support/documentedServer.ts"
import * as Processes from "../support/processes.ts"
import { audit, gateway, client, documented, documentedClient } from "./audits.ts"

const { timeout } = Processes

describe("says in one sentence, and ends with 1, that", () => {
  const secret = "CANARY-n0t-the-secret~of_anybody"
  const stolen = "CANARY-t0ken-0123456789"
  const someone = { GENESYSCLOUD_OAUTHCLIENT_ID: "someone", GENESYSCLOUD_OAUTHCLIENT_SECRET: secret }

  /** One line for people on stderr: no report, no stack, no colors, no progress and no secret. */
  const expectSentence = ({ exitCode, signal, stderr, stdout }: Processes.Outcome, sentence: RegExp) => {
    expect(stderr).toMatch(sentence)
    expect({ exitCode, signal, stdout }).toEqual({ exitCode: 1, signal: null, stdout: "" })
    expect(stderr).toMatch(/^[\x20-\x7e]+\n$/)
    expect(stderr).not.toContain("    at ")
    for (const value of [secret, stolen, DocumentedServer.token, DocumentedServer.clientSecret]) {
      expect(stderr).not.toContain(value)
      expect(stderr).not.toContain(Buffer.from(`someone:${value}`).toString("base64"))
    }
    return stderr
  }

  const settings: ReadonlyArray<readonly [name: string, env: Readonly<Record<string, string>>, sentence: RegExp]> = [
    [
      "a region is unknown",
      { GENESYSCLOUD_REGION: "mars-north-1", ...someone },
      /GENESYSCLOUD_REGION is neither a known region nor a host/
    ],
    ["the region is missing", someone, /GENESYSCLOUD_REGION is not set/],
    ["an access token is not enough", { GENESYSCLOUD_ACCESS_TOKEN: stolen }, /GENESYSCLOUD_REGION is not set/],
    ["the client id is missing", { GENESYSCLOUD_REGION: "us-east-1" }, /GENESYSCLOUD_OAUTHCLIENT_ID is not set/],
    [
      "the client secret is missing",
      { GENESYSCLOUD_REGION: "us-east-1", GENESYSCLOUD_OAUTHCLIENT_ID: "someone" },
      /GENESYSCLOUD_OAUTHCLIENT_SECRET is not set/
    ],
    [
      "a variable is set but empty",
      { GENESYSCLOUD_REGION: "us-east-1", GENESYSCLOUD_OAUTHCLIENT_ID: "someone", GENESYSCLOUD_OAUTHCLIENT_SECRET: "" },
      /GENESYSCLOUD_OAUTHCLIENT_SECRET is set but empty/
    ],
    [
      "a secret has a line break",
      { GENESYSCLOUD_REGION: "us-east-1", ...someone, GENESYSCLOUD_OAUTHCLIENT_SECRET: `${secret}\n` },
      /GENESYSCLOUD_OAUTHCLIENT_SECRET contains/
    ],
    [
      "a port is no port",
      { ...gateway({ host: "127.0.0.1", port: 8080 }), GENESYSCLOUD_GATEWAY_PORT: "http", ...someone },
      /GENESYSCLOUD_GATEWAY_PORT must be/
    ],
    [
      "a token does not leave this machine in the clear",
      { ...gateway({ host: "gateway.example", port: 8080 }), GENESYSCLOUD_ACCESS_TOKEN: stolen },
      /GENESYSCLOUD_GATEWAY_PROTOCOL may be http only for this machine/
    ]
  ]
  for (const [name, env, sentence] of settings) {
    it.live(name, () => Effect.map(audit([], env), (outcome) => expectSentence(outcome, sentence)), timeout)
  }

  it.live(
    "nobody listens",
    () =>
      Effect.gen(function* () {
        const port = yield* Processes.closedPort
        const outcome = yield* audit(["--json"], { ...gateway({ host: "127.0.0.1", port }), ...someone })
        expectSentence(outcome, new RegExp(`127\\.0\\.0\\.1:${port} cannot be reached \\(ECONNREFUSED\\)`))
      }),
    timeout
  )

  it.live(
    "the secret is wrong",
    () =>
      Effect.gen(function* () {
        const server = yield* Server
        const { oauth } = yield* Emulator
        const wrong = { ...gateway(server), ...client({ ...oauth.credentials, clientSecret: Redacted.make(secret) }) }
        const said = expectSentence(
          yield* audit([], wrong),
          /refused the credentials \(invalid_client: authentication failed\)/
        )
        expect(said).toContain("Check the client id and the secret")

        const other = yield* documented
        const alsoWrong = { ...gateway(other), ...client({ ...documentedClient, clientSecret: Redacted.make(secret) }) }
        expectSentence(
          yield* audit(["--json"], alsoWrong),
          /refused the credentials \(invalid_client: authentication failed\)/
        )
        expect(other.asked).toHaveLength(1)
      }).pipe(Effect.provide(Server.layer({ users: 3 }))),
    timeout
  )

  it.live(
    "the client is unknown",
    () =>
      Effect.gen(function* () {
        const server = yield* Server
        expectSentence(
          yield* audit([], { ...gateway(server), ...someone }),
          /\(invalid_client: authentication failed\)/
        )
      }).pipe(Effect.provide(Server.layer({ users: 3 }))),
    timeout
  )

  it.live(
    "a permission is missing, and which",
    () =>
      Effect.gen(function* () {
        const server = yield* Server
        const said = expectSentence(yield* audit(["--json"], { ...gateway(server), ...someone }), /lacks a permission/)
        expect(said).toContain("authorization:license:view")

        const { oauth } = yield* Emulator
        const token = Redacted.value(yield* oauth.issue({ clientId: "someone" }))
        const withToken = yield* audit([], { ...gateway(server), GENESYSCLOUD_ACCESS_TOKEN: token })
        expect(expectSentence(withToken, /lacks a permission/)).not.toContain(token)
      }).pipe(
        Effect.provide(Server.layer({ users: 3, clients: [defaultClient, { id: "someone", secret, permissions: [] }] }))
      ),
    timeout
  )

  it.live(
    "the access token is not accepted",
    () =>
      Effect.gen(function* () {
        const server = yield* documented
        const outcome = yield* audit([], { ...gateway(server), GENESYSCLOUD_ACCESS_TOKEN: stolen })
        expectSentence(outcome, /access token was not accepted\. Genesys Cloud says: Invalid login credentials\./)
        expect(server.asked).toHaveLength(1)
      }),
    timeout
  )
})
