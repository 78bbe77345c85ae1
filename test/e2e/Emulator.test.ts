import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { connect, type Socket } from "node:net"
import * as OfficialSdk from "../support/officialSdk.ts"
import * as Processes from "../support/processes.ts"

const timeout = 90_000

const main = "packages/emulator/src/main.ts"

/** An emulator that is ready, and the lines that it prints for a shell. */
const start = Effect.fnUntraced(function* (args: ReadonlyArray<string>) {
  const running = yield* Processes.start(process.execPath, [main, ...args])
  const printed = yield* running.printed(/Ctrl-C stops it\.\n/)
  const exports = printed.split("\n").filter((line) => line.trim().startsWith("export "))
  const variables = Object.fromEntries(exports.map((line) => line.trim().slice("export ".length).split("=")))
  return { running, printed, exports, variables, port: Number(variables["GENESYSCLOUD_GATEWAY_PORT"]) }
})

/** Runs a file after `lines` were pasted into a shell that had nothing set. */
const paste = (lines: ReadonlyArray<string>, file: string, ...args: ReadonlyArray<string>) =>
  Processes.run("/bin/sh", ["-c", [...lines, 'exec "$0" "$@"'].join("\n"), process.execPath, file, ...args])

/** A caller who has sent half of a body, and neither goes on nor goes away. */
const halfRequest = (port: number) =>
  Effect.acquireRelease(
    Effect.callback<Socket>((resume) => {
      const socket = connect(port, "127.0.0.1")
      socket.on("error", () => {})
      socket.write(
        "POST /oauth/token HTTP/1.1\r\nHost: emulator\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\ngrant"
      )
      // The server has read the head when it asks for the rest.
      socket.once("data", () => resume(Effect.succeed(socket)))
    }),
    (socket) => Effect.sync(() => socket.destroy())
  )

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
          "GENESYSCLOUD_OAUTHCLIENT_SECRET"
        ])

        const { exitCode, stderr, stdout } = yield* paste(exports, "examples/audit/main.ts", "--json")
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
        expect(JSON.parse(stdout).users).toBe(50)

        const table = yield* paste(exports, "examples/audit/main.ts")
        expect(table.stdout).toMatch(/^Licenses of the organization that GENESYSCLOUD_\* names\n/)
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
    "limits the requests of a token as it is told",
    () =>
      Effect.gen(function* () {
        const { port, variables } = yield* start(["--port", "0", "--users", "1", "--requests-per-minute", "2"])
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
        expectSentence(outcome, `Port ${port} of 127.0.0.1 is in use.`)
      }),
    timeout
  )

  it.live(
    "says in one sentence that it does not listen to other machines, unless it is allowed to",
    () =>
      Effect.gen(function* () {
        const outcome = yield* Processes.runFile(main, ["--host", "0.0.0.0", "--port", "0"])
        expectSentence(outcome, "0.0.0.0 is not a loopback address; other machines could reach the emulator.")
      }),
    timeout
  )
})
