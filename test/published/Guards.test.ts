import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { folder } from "../cli/run.ts"
import * as Shell from "./Shell.ts"
import { folders } from "./Tarballs.ts"

const timeout = 120_000

const manifestOf = (name: string) =>
  JSON.parse(readFileSync(join(Shell.root, "packages", name, "package.json"), "utf8"))

describe("the command in an old Node", () => {
  const bin = join(Shell.root, "packages/cli/bin/genesys-license.cjs")
  const dataUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`

  for (const version of ["12.22.12", "20.20.2", "22.18.0"]) {
    it.live(
      `says that it needs a newer one than ${version}, and ends with 1`,
      () =>
        Effect.gen(function* () {
          const old = dataUrl(`Object.defineProperty(process.versions, "node", { value: "${version}" })`)
          const outcome = yield* Shell.run(Shell.root, process.execPath, ["--import", old, bin, "audit"])
          expect(outcome).toMatchObject({
            exitCode: 1,
            stdout: "",
            stderr: `genesys-license needs Node 22.19 or newer; this is Node ${version}.\n`
          })
        }),
      timeout
    )
  }

  it("has a guard that every old Node can parse", () => {
    expect(readFileSync(bin, "utf8")).not.toMatch(/\b(const|let|class|async|await)\b|=>|\?\.|\?\?|`/)
  })
})

describe("publishing", () => {
  const check = join(Shell.root, "publishable.js")

  it.live(
    "with npm is refused, since exports would point at src",
    () =>
      Effect.gen(function* () {
        for (const name of folders) {
          const { exitCode, stderr } = yield* Shell.run(join(Shell.root, "packages", name), process.execPath, [check], {
            npm_config_user_agent: "npm/11.19.1 node/v26.10.0 linux x64 workspaces/false"
          })
          expect({ exitCode, stderr }).toEqual({
            exitCode: 1,
            stderr: expect.stringContaining("cannot be published with npm: its exports would point at src.")
          })
        }
      }),
    timeout
  )

  it.live(
    "is refused until all exports are built",
    () =>
      Effect.gen(function* () {
        const at = yield* folder
        const publish = (dir: string) =>
          Shell.run(dir, process.execPath, [check], { npm_config_user_agent: "pnpm/12.21.0 npm/? node/v26.10.0" })
        const manifest = manifestOf("client")
        writeFileSync(at("package.json"), JSON.stringify(manifest))
        expect(yield* publish(at("."))).toMatchObject({
          exitCode: 1,
          stderr: "@genesys-license/client is not built: there is no ./dist/index.js. Run: npx -y pnpm@12 build\n"
        })
        for (const target of Object.values<string>(manifest.publishConfig.exports)) {
          mkdirSync(join(at(target), ".."), { recursive: true })
          writeFileSync(at(target), "")
        }
        expect(yield* publish(at("."))).toMatchObject({ exitCode: 0, stderr: "" })
      }),
    timeout
  )

  it("of every package is checked before publishing and before packing", () => {
    for (const name of folders) {
      expect(manifestOf(name).scripts).toMatchObject({
        prepack: "pnpm run build && node ../../publishable.js",
        prepublishOnly: "node ../../publishable.js"
      })
    }
  })
})
