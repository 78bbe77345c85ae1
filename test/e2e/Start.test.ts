import { describe, expect, it } from "@effect/vitest"
import { Catalog, Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import * as DocumentedServer from "../support/documentedServer.ts"
import * as Processes from "../support/processes.ts"
import {
  main,
  audit,
  emulated,
  gateway,
  client,
  documented,
  documentedClient,
  countWithSdk,
  expectSuccess,
  expectDocument,
  countsOf,
  withoutDirectory
} from "./audits.ts"

const { timeout } = Processes

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
        // A login, the definitions, four pages of five hundred users, as many of people who are active, one of those
        // who are not, and one for holders who are neither.
        expect(lines.at(-2)).toMatch(/^12 requests, \d+\.\d s$/)
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

describe("with the organization named by GENESYSCLOUD_*", () => {
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
          yield* audit(["--json", "--page-size", "100"], { ...gateway(server), ...client(documentedClient) }),
          withoutDirectory
        )
        const document = countsOf(expectDocument(stdout, []))
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
          "GET /api/v2/users 1",
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
          yield* audit(["--page-size", "100", "--no-people"], { ...gateway(server), ...client(documentedClient) })
        )
        expect(stdout).toMatch(/^Licenses of the organization named by GENESYSCLOUD_\*\n/)
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
          yield* audit(["--json"], { ...gateway(server), GENESYSCLOUD_ACCESS_TOKEN: DocumentedServer.token }),
          withoutDirectory
        )
        expect(expectDocument(stdout, []).users).toBe(130)
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
        // A login, the definitions, nine pages, and four of people; a refusal is not held against the client unless it insists.
        const statuses = (yield* journal.requests).map(({ status }) => status)
        expect(statuses.filter((status) => status === 200)).toHaveLength(15)
        expect(statuses.length).toBeLessThan(30)
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
