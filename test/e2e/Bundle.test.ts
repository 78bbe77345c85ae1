import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { build } from "rolldown"
import config from "../../packages/cli/rolldown.config.ts"
import { folder } from "../cli/run.ts"
import * as Assistant from "../support/assistant.ts"
import * as Processes from "../support/processes.ts"

const { timeout } = Processes

/** The bundle, built anew in a folder where nothing is installed. */
const bundled = Effect.gen(function* () {
  const at = yield* folder
  const dir = at("dist")
  yield* Effect.promise(() =>
    build({
      ...config,
      cwd: join(Processes.root, "packages/cli"),
      output: { ...config.output, dir },
      logLevel: "silent"
    })
  )
  writeFileSync(at("package.json"), readFileSync(join(Processes.root, "packages/cli/package.json")))
  return { at, dir, cli: (...args: ReadonlyArray<string>) => Processes.runFile(join(dir, "main.js"), args) }
})

const emulated = "No GENESYSCLOUD_* is set. This is an emulated organization of 2,000 users.\n"

describe("the bundle", () => {
  it.live(
    "has everything in it: help, the emulator, HTTP, pages and the server of an assistant",
    () =>
      Effect.gen(function* () {
        const { at, cli } = yield* bundled
        const help = yield* cli("--help")
        expect(help).toMatchObject({ exitCode: 0, stderr: "" })
        expect(help.stdout).toContain("apply   Apply a plan, or continue one that was stopped")

        const audit = yield* cli("audit", "--json")
        expect(audit).toMatchObject({ exitCode: 0, stderr: emulated })
        expect(JSON.parse(audit.stdout).users).toBe(2_000)

        expect(yield* cli("audit", "--output", at("audit.html"))).toMatchObject({
          exitCode: 0,
          stderr: expect.stringContaining(emulated)
        })
        expect(readFileSync(at("audit.html"), "utf8")).toContain("What to decide")

        const exec = yield* cli(
          "emulator",
          "exec",
          "--users",
          "7",
          "--",
          process.execPath,
          at("dist/main.js"),
          "audit",
          "--json"
        )
        expect(exec).toMatchObject({ exitCode: 0, stderr: "" })
        expect(JSON.parse(exec.stdout).users).toBe(7)

        const { ask } = yield* Assistant.start(["mcp", "--emulated"], {}, at("dist/main.js"))
        expect(yield* ask("audit")).toMatchObject({ users: 2_000 })
      }),
    timeout
  )

  it.live(
    "hands on the license and the NOTICE of everything that is in it",
    () =>
      Effect.gen(function* () {
        const { at } = yield* bundled
        const notices = readFileSync(at("dist/THIRD-PARTY-NOTICES.txt"), "utf8")
        const named = [...notices.matchAll(/^={80}\n(\S+)@[\d.]+ \(.+\)\n={80}$/gm)].map(([, name]) => name)
        expect(named).toEqual([
          "@effect/platform-node-shared",
          "@effect/platform-node",
          "@noble/hashes",
          "effect",
          "undici",
          "ws"
        ])
        expect(notices).toContain(readFileSync(join(Processes.root, "node_modules/undici/LICENSE"), "utf8").trim())
      }),
    timeout
  )

  it.live(
    "prints help without reading the emulator, the HTTP client or the pages",
    () =>
      Effect.gen(function* () {
        const { at, dir } = yield* bundled
        const witness = at("witness.mjs")
        writeFileSync(
          witness,
          `import { registerHooks } from "node:module"
           const loaded = []
           registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
           process.once("exit", () => process.stderr.write(JSON.stringify(loaded)))`
        )
        const { stderr } = yield* Processes.run(process.execPath, ["--import", witness, join(dir, "main.js"), "--help"])
        const loaded = (JSON.parse(stderr) as ReadonlyArray<string>).filter((url) => url.includes("/dist/"))
        const all = readdirSync(join(dir, "chunks"))
        expect(loaded.length).toBeLessThan(8)
        expect(all.length).toBeGreaterThan(20)
        expect(loaded.join()).not.toMatch(/undici|Emulator|Server|Html|Audit|Mcp/i)
      }),
    timeout
  )
})
