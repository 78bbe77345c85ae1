import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { folder } from "../cli/run.ts"
import * as Processes from "../support/processes.ts"

const timeout = 240_000

const guide = readFileSync(join(Processes.root, "docs/fleet.md"), "utf8")
const scripts = [...guide.matchAll(/```sh\n([^]*?)```\n/g)].map(([, text]) => text!)

/** The ports of the guide may be taken. */
const withPorts = (ports: ReadonlyArray<number>) => (text: string) =>
  text.replace(/808([123])/g, (_, index: string) => String(ports[Number(index) - 1]))

describe("docs/fleet.md", () => {
  it.live(
    "goes from three emulated organizations to a nightly comparison, by copy and paste",
    () =>
      Effect.gen(function* () {
        const at = yield* folder
        mkdirSync(at("bin"))
        writeFileSync(
          at("bin/genesys-license"),
          `#!/bin/sh\nexec "${process.execPath}" "${join(Processes.root, "packages/cli/src/main.ts")}" "$@"\n`,
          { mode: 0o755 }
        )
        const ports = yield* Effect.forEach([1, 2, 3], () => Processes.closedPort)
        const [start, ...steps] = scripts.map(withPorts(ports))
        const bash = (script: string) =>
          [
            "/bin/bash",
            ["-euc", `cd "${at("")}"\n${script}`],
            { env: { PATH: [at("bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter) } }
          ] as const
        const emulators = yield* Processes.start(...bash(`trap 'kill $(jobs -p)' EXIT\n${start}\necho ready\nwait`))
        let stdout = ""
        yield* Effect.gen(function* () {
          yield* emulators.printed(/ready/)
          for (const step of steps) {
            const outcome = yield* Processes.run(...bash(step))
            expect(outcome.exitCode, `${step}\n${outcome.stderr}`).toBe(0)
            stdout += outcome.stdout
          }
        }).pipe(Effect.ensuring(Effect.andThen(emulators.signal("SIGTERM"), emulators.outcome)))
        // What fails on purpose, and what is done then.
        expect(stdout).toContain("2 of 3 organizations done, 1 failed\nexit code 2\n")
        expect(stdout).toContain("3 of 3 organizations done (2 by an earlier run)")
        expect(stdout).toMatch(/^ {2}globex +done +0 +0 +3 +0$/m)
        expect(stdout).toMatch(/^ {2}acme +done +0 +0 +0 +0$/m)
        expect(readFileSync(at("changes/day-2/fleet.html"), "utf8")).toContain("3 licenses gained, 0 licenses lost")
        expect(readdirSync(at("plans")).sort()).toEqual(["fleet.ndjson", "globex.journal.ndjson", "globex.json"])
        const [night] = readdirSync(at("changes")).filter((name) => name !== "day-2")
        expect(readdirSync(at(`changes/${night}`)).sort()).toEqual([
          "acme.json",
          "fleet.html",
          "fleet.ndjson",
          "globex.json",
          "initech.json"
        ])
      }).pipe(Effect.scoped),
    timeout
  )
})
