/**
 * New folders with the packages installed from their tarballs.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Shell from "./Shell.ts"
import { type Folder, folders, libraries, nameOf, Tarballs } from "./Tarballs.ts"

/** The same versions as in the build. */
const versionOf = (name: string): string =>
  JSON.parse(readFileSync(join(realpathSync(join(Shell.root, "node_modules", name)), "package.json"), "utf8")).version

const beside = {
  "@effect/platform-node": versionOf("@effect/platform-node"),
  "@effect/vitest": versionOf("@effect/vitest"),
  "@types/node": versionOf("@types/node"),
  effect: versionOf("effect"),
  undici: versionOf("undici"),
  vitest: versionOf("vitest")
}

const programs = join(import.meta.dirname, "programs")

/** The code blocks of the README of a package, as programs. */
export const readmeOf = (folder: Folder) => `readme-${folder}`

/** The pages of the site that show whole files of TypeScript, the first of them with a `tsconfig.json`. */
const pages = ["guide/effect.md", "guide/promises.md", "guide/errors.md", "guide/test-typescript.md", "emulator.md"]

/** The files that these pages show, by the names that they give them. */
const shown = () =>
  pages.flatMap((page) => {
    const text = readFileSync(join(Shell.root, "docs", page), "utf8")
    return [...text.matchAll(/<!-- (?:\S+\/)?([\w.]+\.(?:ts|json)) -->\n\n```(?:ts|json)\n(.*?)```/gs)]
      .filter(([, name]) => name!.endsWith(".ts") || name === "tsconfig.json")
      .map(([, name, content]) => ({ name: name!, content: content! }))
  })

/** A new folder that contains only the programs. */
const folder = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = mkdtempSync(join(tmpdir(), "consumer-"))
    cpSync(programs, join(folder, "programs"), { recursive: true })
    return folder
  }),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

const files = (tarballs: Tarballs["Service"], names: ReadonlyArray<Folder>) =>
  Object.fromEntries(names.map((name) => [nameOf(name), `file:${tarballs[name].path}`]))

const json = (file: string, content: unknown) => writeFileSync(file, JSON.stringify(content, undefined, 2))

/** All packages, installed by npm in a flat folder. */
export class Npm extends Context.Service<Npm, { readonly folder: string }>()("test/Npm") {
  static readonly layer = Layer.effect(
    Npm,
    Effect.gen(function* () {
      const at = yield* folder
      const tarballs = yield* Tarballs
      const dependencies = { ...files(tarballs, folders), ...beside }
      json(join(at, "package.json"), { private: true, type: "module", dependencies })
      yield* Shell.npm(at, "install", "--prefer-offline", "--no-audit", "--no-fund")
      for (const name of libraries) {
        const blocks = [...tarballs[name].text("README.md").matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!)
        writeFileSync(join(at, "programs", `${readmeOf(name)}.ts`), blocks.join("\n"))
      }
      mkdirSync(join(at, "guides"))
      for (const { content, name } of shown()) writeFileSync(join(at, "guides", name), content)
      return { folder: at }
    })
  )
}

/** The dependencies of a program, installed by pnpm, which hides all other packages. */
export class Pnpm extends Context.Service<Pnpm, { readonly folder: string }>()("test/Pnpm") {
  static readonly layer = Layer.effect(
    Pnpm,
    Effect.gen(function* () {
      const at = yield* folder
      const tarballs = yield* Tarballs
      const dependencies = { ...files(tarballs, ["client", "undici", "emulator", "admin"]), ...beside }
      json(join(at, "package.json"), { private: true, type: "module", dependencies })
      // The packages are not on a registry yet.
      const overrides = files(tarballs, ["schema", "client"])
      json(join(at, "pnpm-workspace.yaml"), { overrides })
      yield* Shell.pnpm(at, "install", "--prefer-offline")
      return { folder: at }
    })
  )
}

/** What TypeScript says of the files that the guides show, with the options that they show. */
export const compileGuides = (at: string) =>
  Shell.run(at, process.execPath, [
    join(Shell.root, "node_modules/typescript/bin/tsc"),
    "--project",
    join(at, "guides")
  ])

const compilerOptions = {
  target: "ES2024",
  lib: ["ES2024", "DOM", "DOM.Iterable"],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  declaration: true,
  emitDeclarationOnly: true
}

/** The errors of TypeScript in these programs, and the packages in their declarations. */
export const compile = Effect.fnUntraced(function* (
  at: string,
  module: "nodenext" | "bundler",
  names: ReadonlyArray<string>
) {
  const out = join(at, "out", `${module}-${names.join("-")}`)
  mkdirSync(out, { recursive: true })
  const modules = module === "bundler" ? { module: "esnext", moduleResolution: "bundler" } : { module: "nodenext" }
  json(join(out, "tsconfig.json"), {
    compilerOptions: { ...compilerOptions, ...modules, rootDir: join(at, "programs"), outDir: out },
    files: names.map((name) => join(at, "programs", `${name}.ts`))
  })
  const tsc = join(Shell.root, "node_modules/typescript/bin/tsc")
  const { stdout } = yield* Shell.run(at, process.execPath, [tsc, "--project", join(out, "tsconfig.json")])
  if (stdout !== "") return { errors: stdout.split("\n"), named: [] }
  const declared = names.map((name) => readFileSync(join(out, `${name}.d.ts`), "utf8")).join("\n")
  const specifiers = [...declared.matchAll(/(?:import\(|from )"([^"]+)"/g)].map(([, specifier]) => specifier!)
  const packages = specifiers.map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)![0])
  return { errors: [], named: [...new Set(packages)].sort() }
})
