import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as OfficialSdk from "../support/officialSdk.ts"
import * as Processes from "../support/processes.ts"
import { main, cli, start, paste, temporary, halfRequest } from "./emulators.ts"

const { timeout } = Processes

describe("the emulator as a process", () => {
  it.live(
    "prints what a shell needs to work with it",
    () =>
      Effect.gen(function* () {
        const { exports, port, printed, variables } = yield* start(["--port", "0", "--users", "50"])
        expect(printed).toContain(`with 50 users at http://127.0.0.1:${port}\n`)
        expect(Object.keys(variables).sort()).toEqual([
          "GENESYSCLOUD_GATEWAY_HOST",
          "GENESYSCLOUD_GATEWAY_PORT",
          "GENESYSCLOUD_GATEWAY_PROTOCOL",
          "GENESYSCLOUD_OAUTHCLIENT_ID",
          "GENESYSCLOUD_OAUTHCLIENT_SECRET",
          "GENESYS_LICENSE_EMULATOR_CONTROL"
        ])
        expect(printed).toContain(`Login    http://127.0.0.1:${port}/oauth/token\n`)
        expect(printed).toContain("Limit    300 requests in 1m for each token\n")
        expect(printed).toContain("Faults   none\n")
        const control = yield* Effect.promise(() => fetch(`${variables["GENESYS_LICENSE_EMULATOR_CONTROL"]}/faults`))
        expect(control.status).toBe(200)

        const { exitCode, stderr, stdout } = yield* paste(exports, cli, "audit", "--json")
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
        expect(JSON.parse(stdout).users).toBe(50)

        const table = yield* paste(exports, cli, "audit")
        expect(table.stdout).toMatch(/^Licenses of the organization named by GENESYSCLOUD_\*\n/)
      }),
    timeout
  )

  it.live(
    "lets the official SDK in, to the same users for the same seed",
    () =>
      Effect.gen(function* () {
        const usersOf = Effect.fnUntraced(function* (seed: string) {
          const { port, variables } = yield* start(["--port", "0", "--users", "60", "--seed", seed])
          const sdk = yield* OfficialSdk.login(
            { host: "127.0.0.1", port },
            {
              clientId: variables["GENESYSCLOUD_OAUTHCLIENT_ID"]!,
              clientSecret: Redacted.make(variables["GENESYSCLOUD_OAUTHCLIENT_SECRET"]!)
            }
          )
          return yield* sdk.allUsers(25)
        })
        const [first, again, other] = yield* Effect.forEach(["a", "a", "b"], usersOf, { concurrency: 3 })
        expect(first).toHaveLength(60)
        expect(again).toStrictEqual(first)
        expect(other).not.toEqual(first)
      }),
    timeout
  )

  it.live(
    "serves smaller pages than were asked for, and says either size, as it is told",
    () =>
      Effect.gen(function* () {
        const pageOf = Effect.fnUntraced(function* (larger: string) {
          const { port, variables } = yield* start(["--port", "0", "--largest-page", "10", "--larger-pages", larger])
          const sdk = yield* OfficialSdk.login(
            { host: "127.0.0.1", port },
            {
              clientId: variables["GENESYSCLOUD_OAUTHCLIENT_ID"]!,
              clientSecret: Redacted.make(variables["GENESYSCLOUD_OAUTHCLIENT_SECRET"]!)
            }
          )
          const { entities, pageSize } = yield* sdk.call((license) => license.getLicenseUsers({ pageSize: 25 }))
          return { shown: entities?.length, pageSize }
        })
        expect(yield* pageOf("cut")).toEqual({ shown: 10, pageSize: 10 })
        expect(yield* pageOf("cut-silently")).toEqual({ shown: 10, pageSize: 25 })
        const outcome = yield* Processes.runFile(main, ["--port", "0", "--larger-pages", "cut"])
        expectSentence(outcome, "--larger-pages has no effect without a maximum page size. Add --largest-page N.")
      }),
    timeout
  )

  it.live(
    "limits the requests of a token as it is told",
    () =>
      Effect.gen(function* () {
        const { port, variables } = yield* start(["--port", "0", "--users", "1", "--rate", "2/60s"])
        const sdk = yield* OfficialSdk.login(
          { host: "127.0.0.1", port },
          {
            clientId: variables["GENESYSCLOUD_OAUTHCLIENT_ID"]!,
            clientSecret: Redacted.make(variables["GENESYSCLOUD_OAUTHCLIENT_SECRET"]!)
          }
        )
        yield* sdk.allUsers(25)
        yield* sdk.allUsers(25)
        const { body, headers, status } = yield* sdk.refusal((license) => license.getLicenseUsers())
        expect(status).toBe(429)
        expect(headers["retry-after"]).toMatch(/^[1-6]?\d$/)
        expect(body).toMatchObject({ status: 429, code: "too.many.requests.retry.after" })
      }),
    timeout
  )

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it.live(
      `ends quietly on ${signal} and frees its port, although somebody is in the middle of a request`,
      () =>
        Effect.gen(function* () {
          const { port, printed, running } = yield* start(["--port", "0"])
          expect(yield* Processes.isFree(port)).toBe(false)
          yield* halfRequest(port)
          yield* running.signal(signal)
          const outcome = yield* running.outcome
          expect(outcome).toEqual({ exitCode: 130, signal: null, stderr: "", stdout: printed })
          expect(yield* Processes.isFree(port)).toBe(true)
        }),
      timeout
    )
  }

  it.live(
    "is what its files say, and its flags go before its files",
    () =>
      Effect.gen(function* () {
        const folder = yield* temporary
        const org = yield* folder.write("org.json", {
          users: [{ id: "ann" }, { id: "bob" }],
          clients: [{ id: "audit", secret: "s" }],
          rateLimit: { requests: 9, window: "1 second" }
        })
        const faults = yield* folder.write("faults.json", [
          { name: "late", operation: "token", fault: { type: "latency", duration: "1 millis" } }
        ])
        const { printed, variables } = yield* start(["--port", "0", "--org", org, "--faults", faults, "--rate", "off"])
        expect(printed).toContain("with 2 users")
        expect(printed).toContain("Limit    none\n")
        expect(printed).toContain("Faults   late\n")
        expect(variables).toMatchObject({
          GENESYSCLOUD_OAUTHCLIENT_ID: "audit",
          GENESYSCLOUD_OAUTHCLIENT_SECRET: "s"
        })
        const many = yield* start(["--port", "0", "--org", org, "--users", "12"])
        expect(many.printed).toContain("with 12 users")
      }),
    timeout
  )

  /** One sentence on stderr, below the heading that the command line gives to every mistake. */
  const expectSentence = ({ exitCode, stderr, stdout }: Processes.Outcome, sentence: string) => {
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
    expect(stderr.split("\n").filter((line) => line.trim() !== "")).toEqual(["ERROR", `  ${sentence}`])
  }

  it.live(
    "says in one sentence that the port is in use",
    () =>
      Effect.gen(function* () {
        const { port } = yield* Processes.silence
        const outcome = yield* Processes.runFile(main, ["--port", String(port)])
        expectSentence(
          outcome,
          `Port ${port} on 127.0.0.1 is already in use. Choose another port, or 0 for any free one.`
        )
      }),
    timeout
  )

  it.live(
    "says in one sentence that it does not listen to other machines, unless it is allowed to",
    () =>
      Effect.gen(function* () {
        const outcome = yield* Processes.runFile(main, ["--host", "0.0.0.0", "--port", "0"])
        expectSentence(
          outcome,
          "The emulator did not start: host 0.0.0.0 is not a loopback address, so other machines could connect. To allow that, set allowRemote (--allow-remote)."
        )
      }),
    timeout
  )

  for (const [name, content, problem] of [
    [
      "org",
      `{"users":[{"id":"a"},{"id":"a"}]}`,
      "Invalid organization document: users[1].id: Entry [0] has the same id."
    ],
    ["faults", `[{"fault":{"type":"status","status":200}}]`, "Invalid list of fault rules: [0].fault.status: "],
    ["faults", "[", "Invalid list of fault rules: "]
  ] as const) {
    it.live(
      `says what is wrong with ${name}.json when it is ${content}, and starts nothing`,
      () =>
        Effect.gen(function* () {
          const file = yield* (yield* temporary).write(`${name}.json`, content)
          const { exitCode, stderr, stdout } = yield* Processes.runFile(main, ["--port", "0", `--${name}`, file])
          expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
          expect(stderr).toContain(`--${name} ${file}: ${problem}`)
        }),
      timeout
    )
  }

  it.live(
    "says in one sentence which file is not there, and which rate is none",
    () =>
      Effect.gen(function* () {
        expectSentence(
          yield* Processes.runFile(main, ["--org", "/nowhere/org.json"]),
          "Cannot read /nowhere/org.json: there is no such file. Give --org a readable JSON file."
        )
        expectSentence(
          yield* Processes.runFile(main, ["--rate", "5 per minute"]),
          'Invalid --rate "5 per minute". Use REQUESTS/WINDOW, such as 300/60s, with the unit ms, s, m or h. Or use off.'
        )
      }),
    timeout
  )
})
