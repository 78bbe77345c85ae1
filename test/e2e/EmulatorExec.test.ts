import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Processes from "../support/processes.ts"
import * as Terminal from "../support/terminal.ts"
import { main, cli } from "./emulators.ts"

const { timeout } = Processes

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
        expect(missing.stderr).toContain("Command not found: no-such-command. Check its name and PATH.")
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
