import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import * as DocumentedServer from "../support/documentedServer.ts"
import * as Processes from "../support/processes.ts"

const { timeout } = Processes

/** What each example prints, line by line, among other things. */
const lines: Readonly<Record<string, ReadonlyArray<RegExp>>> = {
  "01-get-one-user.ts": [/^[0-9a-f-]{36} holds \w+ \(.+\), with [1-9]\d* permissions$/],
  "02-stream-all-users.ts": [/^([0-9a-f-]{36}): \w+/, /^2000 users$/],
  "03-handle-errors-by-reason.ts": [
    /^f3b0c442-98fc-4c14-9afb-f4c8996fb924 is not in this organization$/,
    /^nothing was sent: userId must not be a relative path segment$/
  ],
  "04-compose-into-your-service.ts": [/^[1-9]\d* users hold wallboardUser$/],
  "05-use-from-promises.ts": [/^collaboratePro, communicate, cloudCX2, /, /^5 of 2000 users$/],
  "06-test-against-the-emulator.ts": [/^The program finds who holds no license, with one page and one login\.$/],
  "07-proxy-and-mutual-tls.ts": [/^12 licenses, seen through a proxy and a gateway with mutual TLS$/],
  "08-send-telemetry.ts": [
    /^\/v1\/traces has GenesysCloud\.getLicenseUsers$/,
    /^\/v1\/traces has AccessToken\.fetch$/,
    /^\/v1\/metrics has genesys_cloud_requests_total$/
  ],
  "09-change-licenses.ts": [
    /^[0-9a-f-]{36} now holds cloudCX3$/,
    /^and 499 more$/,
    /^cloudCX3 of nobody: User not found$/
  ],
  "10-call-any-operation.ts": [
    /^[1-9]\d* colleagues, \w+ \w+, \w+ \w+, \w+ \w+ among them$/,
    /^GET \/api\/v2\/no\/such\/operation: Not found in this organization \(status 404\)\./
  ],
  "11-who-holds-what.ts": [/^\w+ \w+ \([\w ]+\): (\d{4}-\d{2}-\d{2}T\S+|no login known)$/],
  "12-share-the-limit.ts": [/^20 requests$/],
  "13-on-effect-cluster.ts": [
    /^acme: 400 users, \d+ without a license, most hold \w+$/,
    /^globex: 700 users, /,
    /^initech: 250 users, /
  ]
}

const files = readdirSync(join(Processes.root, "examples")).filter((name) => /^\d\d-.+\.ts$/.test(name))

/** Runs an example that works; gives its lines. */
const run = (file: string, env?: Readonly<Record<string, string>>) =>
  Effect.map(Processes.runFile(`examples/${file}`, [], { env }), ({ exitCode, signal, stderr, stdout }) => {
    expect({ exitCode, signal, stderr }).toEqual({ exitCode: 0, signal: null, stderr: "" })
    expect(stdout).toMatch(/\S\n$/)
    return stdout.split("\n")
  })

describe("the examples", () => {
  it("are numbered without a gap, and all of them are run here", () => {
    expect(files.map((name) => Number(name.slice(0, 2)))).toEqual(files.map((_, index) => index + 1))
    expect(Object.keys(lines).sort()).toEqual([...files].sort())
  })

  for (const file of files) {
    it.live(
      `${file} runs by itself`,
      () =>
        Effect.map(run(file), (printed) => {
          for (const line of lines[file]!) expect(printed).toContainEqual(expect.stringMatching(line))
        }),
      timeout
    )
  }

  /** What they print of an organization that the environment names. */
  const named: Readonly<Record<string, RegExp>> = {
    "01-get-one-user.ts": new RegExp(`^${DocumentedServer.userId(2)} holds cloudCX1\\b.*, with 2 permissions$`),
    "02-stream-all-users.ts": /^130 users$/,
    "04-compose-into-your-service.ts": /^0 users hold wallboardUser$/,
    "05-use-from-promises.ts": /^5 of 130 users$/
  }
  for (const [file, line] of Object.entries(named)) {
    it.live(
      `${file} takes the organization named by GENESYSCLOUD_*`,
      () =>
        Effect.gen(function* () {
          const server = yield* Effect.acquireDisposable(Effect.promise(DocumentedServer.listen))
          const printed = yield* run(file, {
            GENESYSCLOUD_GATEWAY_PROTOCOL: "http",
            GENESYSCLOUD_GATEWAY_HOST: server.host,
            GENESYSCLOUD_GATEWAY_PORT: String(server.port),
            GENESYSCLOUD_OAUTHCLIENT_ID: DocumentedServer.clientId,
            GENESYSCLOUD_OAUTHCLIENT_SECRET: DocumentedServer.clientSecret
          })
          expect(printed).toContainEqual(expect.stringMatching(line))
        }),
      timeout
    )
  }
})
