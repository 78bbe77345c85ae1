import { describe, expect, it } from "@effect/vitest"
import { Catalog, defaultClient, Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as DocumentedServer from "../support/documentedServer.ts"
import * as OfficialSdk from "../support/officialSdk.ts"
import * as Processes from "../support/processes.ts"

const { timeout } = Processes

const main = "packages/cli/src/main.ts"

const audit = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  Processes.runFile(main, ["audit", ...args], { env })

/** Said on stderr where the numbers are those of nobody. */
const emulated = "No GENESYSCLOUD_* is set, so this is an emulated organization of 2,000 users.\n"

interface Credentials {
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
}

const gateway = ({ host, port }: { readonly host: string; readonly port: number }) => ({
  GENESYSCLOUD_GATEWAY_PROTOCOL: "http",
  GENESYSCLOUD_GATEWAY_HOST: host,
  GENESYSCLOUD_GATEWAY_PORT: String(port)
})

const client = ({ clientId, clientSecret }: Credentials) => ({
  GENESYSCLOUD_OAUTHCLIENT_ID: clientId,
  GENESYSCLOUD_OAUTHCLIENT_SECRET: Redacted.value(clientSecret)
})

const documented = Effect.acquireDisposable(Effect.promise(DocumentedServer.listen))
const documentedClient: Credentials = {
  clientId: DocumentedServer.clientId,
  clientSecret: Redacted.make(DocumentedServer.clientSecret)
}

/** The audit, counted with the official SDK. */
const countWithSdk = Effect.fnUntraced(function* (
  server: { readonly host: string; readonly port: number },
  credentials: Credentials
) {
  const sdk = yield* OfficialSdk.login(server, credentials)
  const definitions = yield* sdk.call((license) => license.getLicenseDefinitions())
  const users = yield* sdk.allUsers(25)
  const held = users.flatMap(({ licenses }) => licenses ?? [])
  const ids = [...new Set([...definitions.map(({ id }) => id!), ...held])]
  return {
    users: users.length,
    unlicensed: users.filter(({ licenses }) => (licenses ?? []).length === 0).length,
    licenses: ids
      .map((id) => ({ licenseId: id, users: held.filter((one) => one === id).length }))
      .sort((a, b) => b.users - a.users || (a.licenseId < b.licenseId ? -1 : 1))
  }
})

/** A run that did its work: the report on stdout, and nothing else anywhere. */
const expectSuccess = ({ exitCode, signal, stderr, stdout }: Processes.Outcome, said = "") => {
  expect({ exitCode, signal, stderr }).toEqual({ exitCode: 0, signal: null, stderr: said })
  return stdout
}

/** One JSON document on one line, with nothing before, after or beside it. */
const expectDocument = (stdout: string) => {
  const document = JSON.parse(stdout)
  expect(stdout).toBe(`${JSON.stringify(document)}\n`)
  expect(Object.keys(document)).toEqual([
    "version",
    "users",
    "unlicensed",
    "licenses",
    "combinations",
    "overlaps",
    "unmetPrerequisites",
    "unheld",
    "undefinedLicenses",
    "drift",
    "caveats"
  ])
  return document
}

/** What was counted, without what is concluded from it. */
const countsOf = ({ licenses, unlicensed, users }: ReturnType<typeof expectDocument>) => ({
  users,
  unlicensed,
  licenses: licenses.map(({ licenseId, users }: { readonly licenseId: string; readonly users: number }) => ({
    licenseId,
    users
  }))
})

describe("without GENESYSCLOUD_*", () => {
  it.live(
    "prints a table of every license of an emulated organization, and what it cost",
    () =>
      Effect.gen(function* () {
        const lines = expectSuccess(yield* audit([]), emulated).split("\n")
        expect(lines[0]).toBe("Licenses of an emulated organization (no GENESYSCLOUD_* is set)")
        const table = lines.slice(0, lines.indexOf("Most common combinations"))
        for (const { id } of Catalog.definitions) {
          expect(table).toContainEqual(expect.stringMatching(new RegExp(`^ {2}${id} +[\\d,]+ +\\d+\\.\\d %$`)))
        }
        expect(lines).toContainEqual(expect.stringMatching(/^ {2}no license +\d+ +\d+\.\d %$/))
        expect(lines).toContainEqual(expect.stringMatching(/^ {2}all users +2,000$/))
        expect(lines).toContainEqual(expect.stringMatching(/^ {2}cloudCX2 \+ gcSTAupgrade +\d+ +\d+\.\d %$/))
        // A login, the definitions, and four pages of five hundred users.
        expect(lines.at(-2)).toMatch(/^6 requests, \d+\.\d s$/)
        expect(lines.at(-1)).toBe("")
      }),
    timeout
  )

  it.live(
    "--json prints one JSON document and nothing else",
    () =>
      Effect.gen(function* () {
        const document = expectDocument(expectSuccess(yield* audit(["--json"]), emulated))
        expect(document.users).toBe(2000)
        expect(document.licenses.map(({ licenseId }: { readonly licenseId: string }) => licenseId).sort()).toEqual(
          Catalog.definitions.map(({ id }) => id).sort()
        )
        expect(document.licenses).toContainEqual(
          expect.objectContaining({ licenseId: "examplePremiumAppUserLicense", users: 0, isDefined: true })
        )
      }),
    timeout
  )

  for (const args of [[], ["--json"]]) {
    it.live(
      `ends quietly when nobody reads its output${args.map((arg) => ` (${arg})`).join("")}`,
      () =>
        Effect.gen(function* () {
          const running = yield* Processes.start(process.execPath, [main, "audit", ...args])
          yield* running.closeStdout
          const { exitCode, stderr } = yield* running.outcome
          expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: emulated })
        }),
      timeout
    )
  }
})

describe("with the organization that GENESYSCLOUD_* names", () => {
  it.live(
    "counts what the official SDK counts",
    () =>
      Effect.gen(function* () {
        const server = yield* Server
        const { oauth } = yield* Emulator
        const expected = yield* countWithSdk(server, oauth.credentials)
        expect(expected.users).toBe(230)
        expect(expected.licenses.at(-1)?.users).toBe(0)

        const stdout = expectSuccess(yield* audit(["--json"], { ...gateway(server), ...client(oauth.credentials) }))
        expect(countsOf(expectDocument(stdout))).toStrictEqual(expected)
      }).pipe(Effect.provide(Server.layer({ users: 230 }))),
    timeout
  )

  it.live(
    "counts what the official SDK counts in an organization without users",
    () =>
      Effect.gen(function* () {
        const server = yield* Server
        const { oauth } = yield* Emulator
        const env = { ...gateway(server), ...client(oauth.credentials) }
        const stdout = expectSuccess(yield* audit(["--json"], env))
        expect(countsOf(expectDocument(stdout))).toStrictEqual(yield* countWithSdk(server, oauth.credentials))
        expect(expectSuccess(yield* audit([], env))).toMatch(/^ {2}all users +0$/m)
      }).pipe(Effect.provide(Server.layer({ users: 0 }))),
    timeout
  )

  it.live(
    "counts a server that shares no code with the packages",
    () =>
      Effect.gen(function* () {
        const server = yield* documented
        const stdout = expectSuccess(
          yield* audit(["--json", "--page-size", "100"], { ...gateway(server), ...client(documentedClient) })
        )
        const document = countsOf(expectDocument(stdout))
        expect(document).toStrictEqual({
          users: 130,
          unlicensed: 56,
          licenses: [
            { licenseId: "cloudCX1", users: 74 },
            { licenseId: "hourlyRetired", users: 19 },
            { licenseId: "gc1WEMupgrade", users: 18 },
            { licenseId: "collaborate", users: 0 }
          ]
        })
        expect(stdout).not.toContain(DocumentedServer.token)
        const asked = server.asked.map(({ method, path, query }) =>
          [method, path, query["pageNumber"]].join(" ").trim()
        )
        expect(asked).toEqual([
          "POST /oauth/token",
          "GET /api/v2/license/definitions",
          "GET /api/v2/license/users 1",
          "GET /api/v2/license/users 2"
        ])
        expect(document).toStrictEqual(yield* countWithSdk(server, documentedClient))
      }),
    timeout
  )

  it.live(
    "says in the table where the numbers are from, and how many requests it sent",
    () =>
      Effect.gen(function* () {
        const server = yield* documented
        const stdout = expectSuccess(
          yield* audit(["--page-size", "100"], { ...gateway(server), ...client(documentedClient) })
        )
        expect(stdout).toMatch(/^Licenses of the organization that GENESYSCLOUD_\* names\n/)
        expect(stdout).toMatch(/^ {2}hourlyRetired +19 +14\.6 %$/m)
        expect(stdout).toMatch(/^ {2}collaborate +0 +0\.0 %$/m)
        expect(stdout).toMatch(/\n4 requests, \d+\.\d s\n$/)
        expect(server.asked).toHaveLength(4)
        expect(stdout).not.toContain(DocumentedServer.clientSecret)
        expect(stdout).not.toContain(DocumentedServer.token)
      }),
    timeout
  )

  it.live(
    "takes an access token instead of a client",
    () =>
      Effect.gen(function* () {
        const server = yield* documented
        const stdout = expectSuccess(
          yield* audit(["--json"], { ...gateway(server), GENESYSCLOUD_ACCESS_TOKEN: DocumentedServer.token })
        )
        expect(expectDocument(stdout).users).toBe(130)
        expect(server.asked.filter(({ path }) => path === "/oauth/token")).toEqual([])
      }),
    timeout
  )

  it.live(
    "is complete under a tight rate limit",
    () =>
      Effect.gen(function* () {
        const server = yield* Server
        const { journal, oauth } = yield* Emulator
        const stdout = expectSuccess(
          yield* audit(["--json", "--page-size", "100"], { ...gateway(server), ...client(oauth.credentials) })
        )
        expect(expectDocument(stdout).users).toBe(900)
        // A login, the definitions and nine pages; a refusal is not held against the client unless it insists.
        const statuses = (yield* journal.requests).map(({ status }) => status)
        expect(statuses.filter((status) => status === 200)).toHaveLength(11)
        expect(statuses.length).toBeLessThan(22)
      }).pipe(Effect.provide(Server.layer({ users: 900, rateLimit: { requests: 4, window: "1 second" } }))),
    timeout
  )

  it.live(
    "ends quietly when it is interrupted while the server says nothing",
    () =>
      Effect.gen(function* () {
        const { connected, port } = yield* Processes.silence
        const running = yield* Processes.start(process.execPath, [main, "audit"], {
          env: { ...gateway({ host: "127.0.0.1", port }), ...client(documentedClient) }
        })
        yield* connected
        yield* running.signal("SIGINT")
        const { exitCode, stderr, stdout } = yield* running.outcome
        expect({ exitCode, stderr, stdout }).toEqual({ exitCode: 130, stderr: "", stdout: "" })
      }),
    timeout
  )
})

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
    ["a region is unknown", { GENESYSCLOUD_REGION: "mars-north-1", ...someone }, /GENESYSCLOUD_REGION names no region/],
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
      /GENESYSCLOUD_GATEWAY_PROTOCOL may be http on this machine only/
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
        expectSentence(yield* audit([], { ...gateway(server), ...someone }), /\(invalid_client: client not found\)/)
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
