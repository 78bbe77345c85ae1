import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as OfficialSdk from "../support/officialSdk.ts"
import * as Processes from "../support/processes.ts"
import * as Terminal from "../support/terminal.ts"

const { timeout } = Processes

const main = "packages/emulator/src/main.ts"
const cli = "packages/cli/src/main.ts"

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

/** A folder for the files of one test. */
const temporary = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "emulator-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true }))
).pipe(
  Effect.map((path) => ({
    write: (name: string, content: unknown) =>
      Effect.promise(async () => {
        const file = join(path, name)
        await writeFile(file, typeof content === "string" ? content : JSON.stringify(content))
        return file
      })
  }))
)

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
        expect(printed).toContain("Limit    none for each token\n")
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

  for (const [name, content, problem] of [
    ["org", `{"users":[{"id":"a"},{"id":"a"}]}`, "Not an organization: users[1].id: Already the id of [0]."],
    ["faults", `[{"fault":{"type":"status","status":200}}]`, "Not a list of fault rules: [0].fault.status: "],
    ["faults", "[", "Not a list of fault rules: "]
  ] as const) {
    it.live(
      `says what is wrong with ${name}.json when it is ${content}, and starts nothing`,
      () =>
        Effect.gen(function* () {
          const file = yield* (yield* temporary).write(`${name}.json`, content)
          const { exitCode, stderr, stdout } = yield* Processes.runFile(main, ["--port", "0", `--${name}`, file])
          expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
          expect(stderr).toContain(`${file}: ${problem}`)
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
          "/nowhere/org.json cannot be read: there is no such file."
        )
        expectSentence(
          yield* Processes.runFile(main, ["--rate", "5 per minute"]),
          "--rate is 5 per minute, which is neither like 300/60s nor off."
        )
      }),
    timeout
  )
})

describe("emulator exec", () => {
  const exec = (args: ReadonlyArray<string>, options?: Processes.Options) =>
    Processes.runFile(main, ["exec", ...args], {
      ...options,
      env: { PATH: process.env["PATH"] ?? "", ...options?.env }
    })

  it.live(
    "runs a command with the environment of an emulator that is there as long as the command",
    () =>
      Effect.gen(function* () {
        const { exitCode, stderr, stdout } = yield* exec([
          "--users",
          "17",
          "--",
          process.execPath,
          cli,
          "audit",
          "--json"
        ])
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
        expect(JSON.parse(stdout).users).toBe(17)

        const seen = yield* exec([
          "--",
          "sh",
          "-c",
          "echo $GENESYSCLOUD_GATEWAY_PORT $GENESYS_LICENSE_EMULATOR_CONTROL"
        ])
        const [port] = seen.stdout.split(" ")
        expect(seen.stdout).toBe(`${port} http://127.0.0.1:${port}/__emulator\n`)
        expect(yield* Processes.isFree(Number(port))).toBe(true)
      }),
    timeout
  )

  it.live(
    "lets nothing through that leads to a real organization",
    () =>
      Effect.gen(function* () {
        const env = {
          GENESYSCLOUD_REGION: "us-east-1",
          GENESYSCLOUD_ACCESS_TOKEN: "real",
          GENESYSCLOUD_OAUTHCLIENT_ID: "real",
          OTHER: "kept"
        }
        const { stdout } = yield* exec(["--", "env"], { env })
        expect(stdout).toContain("OTHER=kept\n")
        expect(stdout).not.toContain("real")
        expect(stdout).not.toContain("GENESYSCLOUD_REGION")
      }),
    timeout
  )

  it.live(
    "keeps the command away from a proxy, which would not know this emulator",
    () =>
      Effect.gen(function* () {
        const { stdout } = yield* exec(["--", "env"], {
          env: { HTTP_PROXY: "http://127.0.0.1:1", NO_PROXY: "a.example", no_proxy: "b.example, a.example" }
        })
        const noProxy = "b.example,a.example,127.0.0.1,localhost,::1,[::1]"
        expect(stdout).toContain(`no_proxy=${noProxy}\n`)
        expect(stdout).toContain(`NO_PROXY=${noProxy}\n`)
        expect(stdout).toContain("HTTP_PROXY=http://127.0.0.1:1\n")
      }),
    timeout
  )

  it.live(
    "writes an IPv6 address as a URL does",
    () =>
      Effect.gen(function* () {
        const { exitCode, stdout } = yield* exec([
          "--host",
          "::1",
          "--users",
          "3",
          "--",
          "sh",
          "-c",
          `echo $GENESYSCLOUD_GATEWAY_HOST; exec ${process.execPath} ${cli} users --format csv`
        ])
        expect(exitCode).toBe(0)
        expect(stdout.split(/\r?\n/)[0]).toBe("[::1]")
        expect(stdout.trim().split("\n")).toHaveLength(5)
      }),
    timeout
  )

  it.live(
    "ends as the command ends",
    () =>
      Effect.gen(function* () {
        const codes = yield* Effect.forEach(
          [["exit 7"], ["kill -KILL $$"], ["exit 0"]],
          ([script]) => exec(["--", "sh", "-c", script!]),
          { concurrency: 3 }
        )
        expect(codes.map(({ exitCode, stderr, stdout }) => [exitCode, stdout, stderr])).toEqual([
          [7, "", ""],
          [137, "", ""],
          [0, "", ""]
        ])
      }),
    timeout
  )

  it.live(
    "says that there is no such command, or none at all",
    () =>
      Effect.gen(function* () {
        const missing = yield* exec(["--", "no-such-command"])
        expect(missing.exitCode).toBe(127)
        expect(missing.stderr).toContain("There is no command no-such-command.")
        const none = yield* exec([])
        expect(none.exitCode).toBe(1)
        expect(none.stderr).toContain("Missing required argument: command")
      }),
    timeout
  )

  const commands = [
    ["genesys-license-emulator", [main]],
    ["genesys-license emulator", [cli, "emulator"]]
  ] as const
  describe.each(commands)("of %s", (_, command) => {
    it.live.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
      "passes %s on, and ends as the command ends",
      (signal) =>
        Effect.gen(function* () {
          const script = `trap 'echo heard; exit 5' ${signal.slice(3)}; echo $GENESYSCLOUD_GATEWAY_PORT ready; while :; do sleep 0.05; done`
          const running = yield* Processes.start(
            process.execPath,
            [...command, "exec", "--", "/bin/sh", "-c", script],
            {
              env: { PATH: process.env["PATH"] ?? "" }
            }
          )
          const port = Number.parseInt(yield* running.printed(/ready\n/))
          expect(yield* Processes.isFree(port)).toBe(false)
          yield* running.signal(signal)
          const outcome = yield* running.outcome
          expect(outcome).toMatchObject({ exitCode: 5, signal: null, stderr: "" })
          expect(outcome.stdout).toBe(`${port} ready\nheard\n`)
          expect(yield* Processes.isFree(port)).toBe(true)
        }),
      timeout
    )

    it.live(
      "leaves Ctrl-C on a terminal to the command, which hears each once",
      () =>
        Effect.gen(function* () {
          // Not a shell, for which two signals at once are one.
          const script = `
            process.on("SIGINT", () => console.log("heard"))
            process.on("SIGTERM", () => setTimeout(() => process.exit(6), 300))
            setInterval(() => {}, 1_000)
            console.log(process.pid + " ready")`
          const args = [...command, "exec", "--", process.execPath, "-e", script]
          const terminal = yield* Terminal.start(process.execPath, args)
          const pid = Number.parseInt(yield* terminal.shown(/\d+ ready/))
          // Two signals that come at the same time are one: by chance, one of a few is not enough to see a second.
          for (let count = 1; count <= 8; count++) {
            yield* terminal.type("\u0003")
            yield* terminal.shown(new RegExp(`(heard[^]*){${count}}`))
          }
          process.kill(pid, "SIGTERM")
          const { exitCode, screen } = yield* terminal.outcome
          expect(exitCode).toBe(6)
          expect(screen.match(/heard/g)).toHaveLength(8)
        }),
      timeout
    )
  })
})
