import { describe, expect, it } from "@effect/vitest"
import * as Snapshot from "@genesys-license/admin/look/Snapshot"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { environment, folder } from "../cli/run.ts"
import * as Assistant from "../support/assistant.ts"
import { options } from "../support/assistantOrganization.ts"
import * as Processes from "../support/processes.ts"

const timeout = 90_000
const main = "packages/cli/src/main.ts"

const organization = Effect.provide(Server.layer(options))

/** An assistant of the organization of the test. */
const assistant = (...args: ReadonlyArray<string>) =>
  Effect.flatMap(environment, (env) => Assistant.start(["mcp", ...args], env))

/** The organization as it was some days ago. */
const snapshot = Effect.fnUntraced(function* (days: number, users: ReadonlyArray<string>, id?: string) {
  const { organization } = yield* Emulator
  return yield* Snapshot.encode({
    takenAt: DateTime.formatIso(DateTime.subtract(yield* DateTime.now, { hours: 24 * days })),
    organization: { id: id ?? organization.identity.id, host: "api.mypurecloud.de" },
    users: users.map((id) => ({ id, licenses: ["cloudCX3"] }))
  })
})

describe("an assistant", () => {
  it.live(
    "learns with one question who holds cloudCX3 and has not logged in for 90 days",
    () =>
      Effect.gen(function* () {
        const { ask } = yield* assistant()
        const answer = yield* ask("find_people", { license: "cloudCX3", idleDays: 90 })
        const { organization } = yield* Emulator
        expect(answer).toMatchObject({
          organization: { id: organization.identity.id, name: organization.identity.name },
          count: 2,
          people: [
            {
              userId: "cyd",
              name: "Cyd",
              email: "cyd@example.com",
              department: "Billing",
              division: "Sales"
            },
            { userId: "ann", name: "Ann Müller", licenses: ["cloudCX3", "communicate"] }
          ],
          noLoginKnown: 1
        })
      }).pipe(organization),
    timeout
  )

  it.live(
    "finds people by all that is known of them",
    () =>
      Effect.gen(function* () {
        const { ask } = yield* assistant()
        const found = (question: object) =>
          Effect.map(ask("find_people", { ...question }), (answer) =>
            (answer as { readonly people: ReadonlyArray<{ readonly userId: string }> }).people.map(
              ({ userId }) => userId
            )
          )
        expect(yield* found({})).toEqual(["dan", "cyd", "ann", "bob", "fay", "eve"])
        expect(yield* found({ name: "MULLER" })).toEqual(["ann"])
        expect(yield* found({ email: "@EXAMPLE.com", department: "care" })).toEqual(["dan", "ann", "bob"])
        expect(yield* found({ division: "sales", department: "billing" })).toEqual(["cyd"])
        expect(yield* found({ license: "cloudCX3", state: "active", idleDays: 150 })).toEqual(["cyd"])
        expect(yield* found({ noLoginKnown: true })).toEqual(["eve"])
        expect(yield* found({ state: "deleted" })).toEqual([])
        expect(yield* ask("find_people", { limit: 2 })).toMatchObject({ count: 6, more: 4 })
      }).pipe(organization),
    timeout
  )

  it.live(
    "has tools that only read, and whose arguments are described",
    () =>
      Effect.gen(function* () {
        const { client } = yield* assistant()
        expect(client.getServerVersion()).toMatchObject({ name: "genesys-license" })
        const { tools } = yield* Effect.promise(() => client.listTools())
        expect(tools.map(({ name }) => name)).toEqual([
          "organization",
          "audit",
          "find_people",
          "person",
          "why",
          "roles"
        ])
        for (const { annotations, description, inputSchema, title } of tools) {
          expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false })
          expect(description).toMatch(/\.$/)
          expect(title ?? annotations?.title).toMatch(/^[A-Z]/)
          for (const property of Object.values(inputSchema.properties ?? {})) {
            expect(property).toHaveProperty("description")
          }
          if ("limit" in (inputSchema.properties ?? {})) {
            expect(JSON.stringify(inputSchema.properties?.["limit"])).toMatch(/Default: \d+\./)
          }
        }
      }).pipe(organization),
    timeout
  )

  it.live(
    "learns of the organization, its licenses and roles, and of one person",
    () =>
      Effect.gen(function* () {
        const { ask } = yield* assistant()
        const licenses = yield* ask("organization")
        expect(JSON.stringify(licenses)).toContain(`{"licenseId":"cloudCX3","description":"Genesys Cloud CX 3"}`)
        const ann = yield* ask("person", { user: "ANN@example.com" })
        expect(ann).toMatchObject({
          userId: "ann",
          name: "Ann Müller",
          licenses: [{ licenseId: "cloudCX3", description: "Genesys Cloud CX 3" }, { licenseId: "communicate" }]
        })
        expect(yield* ask("person", { user: "ann" })).toEqual(ann)
        const brings = { name: "Supervisor", permissions: { count: 1, items: ["performance:insights:view"] } }
        expect(yield* ask("why", { user: "ann@example.com" })).toMatchObject({
          name: "Ann Müller",
          licenses: [{ licenseId: "cloudCX3", roles: [{ ...brings, direct: true }] }, { licenseId: "communicate" }]
        })
        expect(yield* ask("roles", { name: "super", license: "cloudCX3", people: 3 })).toMatchObject({
          count: 1,
          roles: [{ name: "Supervisor", activeUsers: 1, people: [{ userId: "ann", name: "Ann Müller" }] }]
        })
        expect(yield* ask("roles", { license: "communicate" })).toMatchObject({ count: 0, roles: [] })
      }).pipe(organization),
    timeout
  )

  it.live(
    "has an audit with as many names as it wants",
    () =>
      Effect.gen(function* () {
        const { ask } = yield* assistant()
        const audit = yield* ask("audit", { idleDays: 90, limit: 1, roles: true })
        expect(audit).toMatchObject({
          users: 6,
          unlicensed: { users: 1, people: [{ userId: "fay", name: "Fay" }] },
          activity: { idleDays: 90, idle: { users: 3, listed: [{ licenses: ["cloudCX2"] }] } },
          roles: { unneeded: { items: [{ licenseId: "cloudCX3", users: 3 }, { licenseId: "cloudCX2" }] } }
        })
        const few = JSON.stringify(audit)
        expect(few).not.toContain("Cyd")
        expect(JSON.stringify(yield* ask("audit", { limit: 5, idleDays: 90 }))).toContain("Cyd")
      }).pipe(organization),
    timeout
  )

  it.live(
    "learns what changed since a snapshot of the folder",
    () =>
      Effect.gen(function* () {
        const at = yield* folder
        mkdirSync(at("snapshots"))
        writeFileSync(at("snapshots/old.json"), yield* snapshot(9, ["bob", "gus"]))
        writeFileSync(at("snapshots/new.json"), yield* snapshot(1, ["ann", "bob", "cyd", "dan", "eve", "fay"]))
        const { ask, client } = yield* assistant("--snapshots", at("snapshots"))
        const { tools } = yield* Effect.promise(() => client.listTools())
        expect(tools.map(({ name }) => name)).toContain("compare")
        const now = yield* ask("compare")
        expect(now).toMatchObject({
          snapshot: { path: at("snapshots/new.json") },
          joined: { count: 0, people: [] },
          licenses: [
            { licenseId: "cloudCX2", gained: { count: 1, people: [{ userId: "dan", name: "Dan" }] } },
            { licenseId: "cloudCX3", lost: { count: 2, people: [{ userId: "dan" }, { userId: "fay", name: "Fay" }] } },
            { licenseId: "communicate" }
          ]
        })
        const old = yield* ask("compare", { since: "7d", limit: 1 })
        expect(old).toMatchObject({
          snapshot: { path: at("snapshots/old.json"), users: 2 },
          joined: { count: 5, more: 4, people: [{ userId: "ann" }] },
          left: { count: 1, people: [{ userId: "gus" }] }
        })
        expect(yield* ask("compare", { snapshot: "old.json", limit: 1 })).toMatchObject({
          snapshot: { users: 2 },
          joined: { count: 5 }
        })
      }).pipe(organization, Effect.scoped),
    timeout
  )

  it.live(
    "reads no file but those of the folder, and no snapshot of another organization",
    () =>
      Effect.gen(function* () {
        const at = yield* folder
        mkdirSync(at("snapshots"))
        writeFileSync(at("outside.json"), yield* snapshot(1, ["ann"]))
        writeFileSync(at("snapshots/other.json"), yield* snapshot(1, ["ann"], "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa4"))
        symlinkSync(at("outside.json"), at("snapshots/link.json"))
        symlinkSync(at("."), at("snapshots/up"))
        const { call } = yield* assistant("--snapshots", at("snapshots"))
        for (const [snapshot, sentence] of [
          ["../outside.json", /is not a file in the folder of snapshots\.$/],
          [at("outside.json"), /is not a file in the folder of snapshots\.$/],
          ["link.json", /link\.json cannot be read/],
          ["up/outside.json", /outside\.json cannot be read/],
          ["missing.json", /missing\.json cannot be read/],
          [
            "other.json",
            /^"other\.json" may be a snapshot of another organization\. Choose one of this organization\.$/
          ]
        ] as const) {
          const { isError, text } = yield* call("compare", { snapshot })
          expect({ snapshot, isError }).toEqual({ snapshot, isError: true })
          expect(text).toMatch(sentence)
        }
        const { isError, text } = yield* call("compare")
        expect(isError).toBe(true)
        expect(text).toMatch(/there is no snapshot of this organization .*other\.json is of another organization/)
      }).pipe(organization, Effect.scoped),
    timeout
  )

  it.live(
    "is told in a sentence what is wrong with a question",
    () =>
      Effect.gen(function* () {
        const { call, client } = yield* assistant()
        for (const [tool, args, sentence] of [
          ["find_people", { licence: "cloudCX3" }, /excess property\s+at \["licence"\]$/],
          ["find_people", { limit: 0 }, /at \["limit"\]$/],
          ["find_people", { idleDays: 90, noLoginKnown: true }, /pass idleDays or noLoginKnown, not both$/],
          [
            "find_people",
            { license: "cloudcx3" },
            /^The organization has no license cloudcx3\. Did you mean cloudCX3\?/
          ],
          ["person", {}, /at \["user"\]$/],
          ["person", { user: "nobody@example.com" }, /^There is no user "nobody@example\.com"/],
          ["person", { user: "nobody" }, /^There is no user "nobody"/],
          ["why", { user: "nobody" }, /^There is no user "nobody"/]
        ] as const) {
          const { isError, text } = yield* call(tool, args)
          expect({ tool, args, isError }).toEqual({ tool, args, isError: true })
          expect(text).toMatch(sentence)
        }
        for (const name of ["apply", "compare"]) {
          const error = yield* Effect.promise(() =>
            client.callTool({ name, arguments: {} }).catch((error: unknown) => error)
          )
          expect(error).toMatchObject({ code: -32602 })
        }
        expect(yield* call("organization")).toMatchObject({ isError: false })
      }).pipe(organization),
    timeout
  )

  it.live(
    "is told in a sentence what the server refuses, and never a secret or a stack",
    () =>
      Effect.gen(function* () {
        const { faults } = yield* Emulator
        const { call, printed } = yield* assistant("--log-level", "all")
        yield* faults.add({ operation: "getUsers", fault: { type: "status", status: 403 } })
        const forbidden = yield* call("find_people", { name: "ann" })
        expect(forbidden).toMatchObject({
          isError: true,
          text: expect.stringMatching(/give a role of the OAuth client the permission directory > user > view\.$/)
        })
        const audit = yield* call("audit")
        expect(audit).toMatchObject({ isError: false, text: expect.stringMatching(/Names and logins are left out\./) })
        yield* faults.clear
        yield* faults.add({ operation: "getLicenseUsers", fault: { type: "status", status: 429, retryAfter: 3600 } })
        const limited = yield* call("find_people")
        expect(limited).toMatchObject({ isError: true, text: expect.stringMatching(/429|rate limit/i) })
        yield* faults.clear
        expect(yield* call("find_people")).toMatchObject({ isError: false })

        const env: Readonly<Record<string, string>> = yield* environment
        const secret = env["GENESYSCLOUD_OAUTHCLIENT_SECRET"]
        for (const text of [printed.stdout, printed.stderr]) {
          expect(text).not.toContain(secret)
          expect(text).not.toMatch(/Bearer|\n {4}at /)
        }
        for (const { text } of [forbidden, limited]) expect(text.split("\n")).toHaveLength(1)
      }).pipe(organization),
    timeout
  )
})

describe("the server of an assistant", () => {
  it.live(
    "writes nothing but the protocol to stdout, whatever is logged, and passes over what is none on stdin",
    () =>
      Effect.gen(function* () {
        const { ask, exitCode, printed, process } = yield* assistant("--log-level", "all")
        process.stdin.write("this is not a message\n7\n\n")
        yield* ask("audit")
        process.stdin.end()
        expect(yield* exitCode).toBe(0)
        const lines = printed.stdout.split("\n").slice(0, -1)
        expect(lines.length).toBeGreaterThan(1)
        for (const line of lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" })
        expect(printed.stderr).toMatch(/Skipped a line on stdin that is not a message of the protocol\./)
      }).pipe(organization),
    timeout
  )

  it.live(
    "ends with 0 at the end of its input, after the answers that are still due",
    () =>
      Effect.gen(function* () {
        const { client, exitCode, process } = yield* assistant()
        const answer = client.callTool({ name: "audit", arguments: {} })
        process.stdin.end()
        expect(yield* Effect.promise(() => answer)).toMatchObject({ structuredContent: { users: 6 } })
        expect(yield* exitCode).toBe(0)
      }).pipe(organization),
    timeout
  )

  it.live(
    "ends with 143 on SIGTERM, also in the midst of an answer",
    () =>
      Effect.gen(function* () {
        const { connected, port } = yield* Processes.silence
        const { client, exitCode, printed, process } = yield* Assistant.start(["mcp"], {
          GENESYSCLOUD_GATEWAY_PROTOCOL: "http",
          GENESYSCLOUD_GATEWAY_HOST: "127.0.0.1",
          GENESYSCLOUD_GATEWAY_PORT: String(port),
          GENESYSCLOUD_OAUTHCLIENT_ID: "someone",
          GENESYSCLOUD_OAUTHCLIENT_SECRET: "CANARY-assistant"
        })
        void client.callTool({ name: "audit", arguments: {} }).catch(() => undefined)
        yield* connected
        process.kill("SIGTERM")
        expect({ exitCode: yield* exitCode, stderr: printed.stderr }).toEqual({ exitCode: 143, stderr: "" })
      }),
    timeout
  )

  it.live(
    "never takes an emulated organization without being told, and says which one answers",
    () =>
      Effect.gen(function* () {
        const nowhere = yield* Processes.runFile(main, ["mcp"])
        expect(nowhere).toMatchObject({ exitCode: 1, stdout: "" })
        expect(nowhere.stderr).toMatch(/^No organization is configured\. Set GENESYSCLOUD_REGION/)
        const { ask } = yield* Assistant.start(["mcp", "--emulated"])
        expect(yield* ask("organization")).toMatchObject({
          organization: { host: "an emulated organization", name: expect.stringContaining("emulated") }
        })
      }),
    timeout
  )

  it.live(
    "does not start without the folder that is named",
    () =>
      Effect.gen(function* () {
        const at = yield* folder
        expect(yield* Processes.runFile(main, ["mcp", "--emulated", "--snapshots", at("none")])).toEqual({
          exitCode: 1,
          signal: null,
          stdout: "",
          stderr: `${at("none")} cannot be read: there is no such file.\n`
        })
      }),
    timeout
  )
})
