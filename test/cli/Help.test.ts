import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HelpOf from "genesys-license/Help"
import * as Context from "effect/Context"
import * as Option from "effect/Option"
import { run } from "./run.ts"

const commands = [
  "audit",
  "users",
  "user",
  "definitions",
  "roles",
  "why",
  "infer",
  "billing",
  "contracts",
  "whoami",
  "snapshot",
  "show",
  "compare",
  "plan",
  "apply",
  "give",
  "take",
  "undo",
  "fleet",
  "mcp",
  "emulator"
]

const help = (...args: ReadonlyArray<string>) =>
  Effect.map(run([...args, "--help"]), ({ exitCode, stderr, stdout }) => {
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
    return stdout
  })

describe("help", () => {
  it.live.each([
    [],
    ...commands.map((command) => [command]),
    ["emulator", "exec"],
    ["fleet", "audit"],
    ["fleet", "apply"]
  ])("of %s has no line of more than 100 columns, and says what a flag is by default as others do", (...args) =>
    Effect.gen(function* () {
      const text = yield* help(...args.filter((arg) => typeof arg === "string"))
      for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(100)
      expect(text).toMatch(/^USAGE$/m)
    })
  )

  it.live("has the flags of many commands in groups, below those of the command", () =>
    Effect.gen(function* () {
      const text = yield* help("users")
      expect(text.match(/^[A-Z ]+$/gm)).toEqual(["USAGE", "FLAGS", "READING", "OUTPUT", "CONNECTION", "EXAMPLES"])
      expect(text).toMatch(/^ {2}--concurrency N .*\(default: 4\)$/m)
      for (const command of commands.filter((command) => command !== "emulator")) {
        expect(yield* help(command)).not.toMatch(/unless told/)
      }
    })
  )

  it.live("lists every command", () =>
    Effect.gen(function* () {
      const text = yield* help()
      for (const command of commands) expect(text).toMatch(new RegExp(`^ {2}${command} +\\S`, "m"))
    })
  )

  it.live("is there as a word, and so is the version", () =>
    Effect.gen(function* () {
      expect((yield* run(["help"])).stdout).toBe(yield* help())
      expect((yield* run(["help", "plan"])).stdout).toBe(yield* help("plan"))
      expect(yield* run(["version"])).toEqual(yield* run(["--version"]))
    })
  )

  it.live("is none for a command that there is not", () =>
    Effect.gen(function* () {
      for (const args of [
        ["help", "plam"],
        ["plam", "--help"]
      ]) {
        const { exitCode, stderr, stdout } = yield* run(args)
        expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
        expect(stderr).toMatch(/Unknown subcommand "plam".*Did you mean this\?\s+plan/s)
      }
    })
  )

  it("fits a narrow terminal", () => {
    const text = HelpOf.format(
      {
        description: "A sentence that is a little longer than a narrow terminal.",
        usage: "x [flags]",
        annotations: Context.empty(),
        flags: [
          {
            name: "a-flag-with-a-long-name",
            aliases: [],
            type: "integer",
            required: false,
            description: Option.some("Something that takes more than a line to say (default: 4)")
          }
        ]
      },
      { colors: false, width: 40 }
    )
    expect(text).toBe(
      [
        "A sentence that is a little longer than",
        "a narrow terminal.",
        "",
        "USAGE",
        "  x [flags]",
        "",
        "FLAGS",
        "  --a-flag-with-a-long-name N",
        "                     Something that",
        "                     takes more than a",
        "                     line to say",
        "                     (default: 4)"
      ].join("\n")
    )
  })

  it.live("of completions knows which flags and arguments are files", () =>
    Effect.gen(function* () {
      const { stdout } = yield* run(["--completions", "zsh"])
      expect(stdout).toMatch(/--output.*_files/)
      expect(stdout).toMatch(/--facts.*_files/)
      expect(stdout).toMatch(/--journal.*_files/)
      expect(stdout).toMatch(/:Desired state.*a CSV with userId or email, licenseId and optionally state.*:_files/)
    })
  )
})
