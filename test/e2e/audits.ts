/** What tests of an audit as a process share: where it looks, and what it prints. */
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as DocumentedServer from "../support/documentedServer.ts"
import * as OfficialSdk from "../support/officialSdk.ts"
import * as Processes from "../support/processes.ts"

export const main = "packages/cli/src/main.ts"

export const audit = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  Processes.runFile(main, ["audit", ...args], { env })

/** Said on stderr where the numbers are those of nobody. */
export const emulated = "No GENESYSCLOUD_* is set. This is an emulated organization of 2,000 users.\n"

/** Said on stderr where the server knows licenses, and not people. */
export const withoutDirectory =
  "Users are shown by id only: this server has no directory. Ask its operator for GET /api/v2/users, or pass --no-people.\n"

export interface Credentials {
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
}

export const gateway = ({ host, port }: { readonly host: string; readonly port: number }) => ({
  GENESYSCLOUD_GATEWAY_PROTOCOL: "http",
  GENESYSCLOUD_GATEWAY_HOST: host,
  GENESYSCLOUD_GATEWAY_PORT: String(port)
})

export const client = ({ clientId, clientSecret }: Credentials) => ({
  GENESYSCLOUD_OAUTHCLIENT_ID: clientId,
  GENESYSCLOUD_OAUTHCLIENT_SECRET: Redacted.value(clientSecret)
})

export const documented = Effect.acquireDisposable(Effect.promise(DocumentedServer.listen))
export const documentedClient: Credentials = {
  clientId: DocumentedServer.clientId,
  clientSecret: Redacted.make(DocumentedServer.clientSecret)
}

/** The audit, counted with the official SDK. */
export const countWithSdk = Effect.fnUntraced(function* (
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
export const expectSuccess = ({ exitCode, signal, stderr, stdout }: Processes.Outcome, said = "") => {
  expect({ exitCode, signal, stderr }).toEqual({ exitCode: 0, signal: null, stderr: said })
  return stdout
}

/** One JSON document on one line, with nothing before, after or beside it. */
export const expectDocument = (stdout: string, more: ReadonlyArray<string> = ["activity"]) => {
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
    ...more,
    "drift",
    "caveats"
  ])
  return document
}

/** What was counted, without what is concluded from it. */
export const countsOf = ({ licenses, unlicensed, users }: ReturnType<typeof expectDocument>) => ({
  users,
  unlicensed,
  licenses: licenses.map(({ licenseId, users }: { readonly licenseId: string; readonly users: number }) => ({
    licenseId,
    users
  }))
})
