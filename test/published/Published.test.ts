import { checkPackage } from "@arethetypeswrong/core"
import { expect, layer } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { readdirSync, readFileSync } from "node:fs"
import { basename, join, matchesGlob } from "node:path"
import { publint } from "publint"
import * as Installed from "./Installed.ts"
import * as Runtimes from "./Runtimes.ts"
import * as Shell from "./Shell.ts"
import { type Folder, folders, libraries, nameOf, packing, Tarballs } from "./Tarballs.ts"

const timeout = 600_000

/** The maximum size of a tarball, in kilobytes. */
const budgets: Readonly<Record<Folder, number>> = {
  schema: 75,
  client: 230,
  undici: 28,
  emulator: 215,
  admin: 340,
  cluster: 80,
  cli: 1_080
}

layer(Tarballs.layer, { timeout, excludeTestServices: true })("a tarball", (it) => {
  it.effect.each(libraries)(
    "of %s contains only the sources and their build output",
    Effect.fnUntraced(function* (name) {
      const { files, text } = (yield* Tarballs)[name]
      const sources = readdirSync(join(Shell.root, "packages", name, "src"), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => file.replaceAll("\\", "/"))
      const built = sources.flatMap((source) => {
        const stem = `dist/${source.slice(0, -".ts".length)}`
        return [`src/${source}`, `${stem}.js`, `${stem}.js.map`, `${stem}.d.ts`, `${stem}.d.ts.map`]
      })
      expect(files).toEqual([...built, "LICENSE", "README.md", "package.json"].sort())
      // Editors follow the declaration map to the source.
      const { sources: mapped } = JSON.parse(text("dist/index.d.ts.map"))
      expect(mapped).toEqual(["../src/index.ts"])
    })
  )

  it.effect("of the command contains only the bundle and its license notices", () =>
    Effect.gen(function* () {
      const { files } = (yield* Tarballs).cli
      const kinds = new Set(files.map((file) => file.replace(/^(dist\/chunks\/)[\w-]+(\.js)$/, "$1*$2")))
      expect([...kinds]).toEqual([
        "LICENSE",
        "README.md",
        "bin/genesys-license.cjs",
        "dist/THIRD-PARTY-NOTICES.txt",
        "dist/chunks/*.js",
        "dist/main.js",
        "package.json"
      ])
    })
  )

  it.effect("of the command, and of the client with what it imports, is made and installed as the README says", () =>
    Effect.gen(function* () {
      const tarballs = yield* Tarballs
      const readme = readFileSync(join(Shell.root, "README.md"), "utf8")
      expect(readme.replaceAll("'", "")).toContain(`npx -y pnpm@12 ${packing.join(" ")} /tmp/packs\n`)
      const installed = [...readme.matchAll(/^npm install .*\/tmp\/packs.*$/gm)].map(([line]) =>
        [...line.matchAll(/\/tmp\/packs\/(\S+)/g)].map(([, pattern]) => pattern!)
      )
      const files = Object.values(tarballs).map(({ path }) => basename(path))
      const meant = installed.map((patterns) =>
        patterns.flatMap((pattern) => files.filter((file) => matchesGlob(file, pattern)))
      )
      const { dependencies } = JSON.parse(tarballs.client.text("package.json"))
      expect(Object.keys(dependencies).filter((name) => name.includes("genesys"))).toEqual([nameOf("schema")])
      expect(meant).toEqual(
        [["cli"], ["schema", "client"]].map((names) => names.map((name) => basename(tarballs[name as Folder].path)))
      )
    })
  )

  it.effect.each(folders)(
    "of %s does not exceed its size, and has a description and a repository for npm",
    Effect.fnUntraced(function* (name) {
      const { data, text } = (yield* Tarballs)[name]
      expect(data.length / 1_000).toBeLessThan(budgets[name])
      const {
        bugs,
        dependencies = {},
        homepage,
        keywords,
        license,
        peerDependencies = {},
        repository
      } = JSON.parse(text("package.json"))
      expect(repository).toEqual({
        type: "git",
        url: expect.stringMatching(/^git\+https:.+\.git$/),
        directory: `packages/${name}`
      })
      const home = repository.url.slice("git+".length, -".git".length)
      expect({ bugs, homepage, license }).toEqual({
        bugs: `${home}/issues`,
        homepage: `${home}#readme`,
        license: "MIT"
      })
      expect(keywords.length).toBeGreaterThan(2)
      expect(text("LICENSE")).toContain("MIT License")
      expect(text("README.md").length).toBeGreaterThan(400)
      for (const [dependency, range] of Object.entries({ ...dependencies, ...peerDependencies })) {
        // The driver is marked unstable, and comes with this package alone.
        if (dependency === "@effect/sql-pg") expect(range).toMatch(/^\d+\.\d+\.\d+$/)
        else if (/effect/.test(dependency)) expect(range).toBe("~4.1.0")
        if (/genesys/.test(dependency)) expect(range).toMatch(/^\^\d/)
      }
    })
  )

  it.effect.each(folders)(
    "of %s has no errors in publint or in the types of any module resolution",
    Effect.fnUntraced(function* (name) {
      const { contents, data } = (yield* Tarballs)[name]
      const { messages } = yield* Effect.promise(() =>
        publint({ pack: { tarball: data.slice().buffer }, level: "warning" })
      )
      expect(messages).toEqual([])
      const checked = yield* Effect.promise(() => checkPackage(contents))
      const problems = checked.types === false ? [] : checked.problems
      // Only for ES modules: every supported Node can `require` them, and the resolution of Node 10 ignores `exports`.
      expect(
        problems.filter(
          (problem) =>
            !("resolutionKind" in problem && problem.resolutionKind === "node10") && problem.kind !== "CJSResolvesToESM"
        )
      ).toEqual([])
    }),
    timeout
  )

  it.layer(Installed.Pnpm.layer, { timeout })("installed by pnpm", (it) => {
    const cases = [
      { program: "client", named: ["@genesys-license/client", "effect"] },
      { program: "clientModules", named: ["@genesys-license/client", "effect"] },
      { program: "emulator", named: ["@genesys-license/emulator", "effect"] },
      { program: "admin", named: ["@genesys-license/admin", "@genesys-license/client", "effect"] },
      { program: "undici", named: ["@genesys-license/undici", "effect", "undici"] }
    ]
    it.effect.each(cases)(
      "gives $program types that need no missing package",
      Effect.fnUntraced(function* ({ named, program }) {
        const { folder } = yield* Installed.Pnpm
        expect(yield* Installed.compile(folder, "nodenext", [program])).toEqual({ errors: [], named })
      }),
      timeout
    )

    it.effect(
      "compiles for a bundler",
      () =>
        Effect.gen(function* () {
          const { folder } = yield* Installed.Pnpm
          const { errors } = yield* Installed.compile(
            folder,
            "bundler",
            cases.map(({ program }) => program)
          )
          expect(errors).toEqual([])
        }),
      timeout
    )
  })

  it.layer(Layer.merge(Installed.Npm.layer, Server.layer({ users: 60 })), { timeout })("installed by npm", (it) => {
    const place = Effect.gen(function* () {
      const { host, port } = yield* Server
      const { credentials } = (yield* Emulator).oauth
      return { host, port, clientId: credentials.clientId, clientSecret: Redacted.value(credentials.clientSecret) }
    })

    for (const runtime of Runtimes.processes) {
      it.effect.skipIf(!Runtimes.isHere(runtime))(
        `is imported, and calls, in ${runtime.name}`,
        () =>
          Effect.gen(function* () {
            const { folder } = yield* Installed.Npm
            const outcome = yield* Runtimes.run(folder, runtime, "callFromProcess.ts", yield* place)
            expect(outcome).toMatchObject({ exitCode: 0, stdout: "60\n" })

            if (runtime.name.startsWith("Node")) {
              const command = join(folder, "node_modules/genesys-license/bin/genesys-license.cjs")
              const audit = yield* Shell.run(folder, runtime.command, [command, "audit", "--json"])
              expect(JSON.parse(audit.stdout).users).toBe(2_000)
            }

            const overUndici = yield* Runtimes.run(folder, runtime, "callOverUndici.ts", yield* place)
            if (runtime.name === "Bun") {
              expect(overUndici).toMatchObject({ exitCode: 1, stdout: "" })
              expect(overUndici.stderr).toContain("Use FetchHttpClient.layer of effect/http instead.")
            } else {
              expect(overUndici).toMatchObject({ exitCode: 0, stdout: "60\n" })
            }
          }),
        timeout
      )
    }

    it.effect.skipIf(!Runtimes.hasWorkerd)(
      "can be imported and makes a call in workerd",
      () =>
        Effect.gen(function* () {
          const { folder } = yield* Installed.Npm
          const { exitCode, stderr, stdout } = yield* Runtimes.callInWorkerd(folder, yield* place)
          expect({ exitCode, said: stdout + stderr }).toEqual({
            exitCode: 0,
            said: expect.stringContaining("users: 60")
          })
        }),
      timeout
    )

    it.effect.skipIf(!Runtimes.hasBrowser)(
      "can be imported and makes a call in Chromium",
      () =>
        Effect.gen(function* () {
          const { folder } = yield* Installed.Npm
          expect(yield* Runtimes.callInBrowser(folder, yield* place)).toBe(60)
        }),
      timeout
    )

    it.effect(
      "compiles the code of each README",
      () =>
        Effect.gen(function* () {
          const { folder } = yield* Installed.Npm
          const programs = libraries.map(Installed.readmeOf)
          expect((yield* Installed.compile(folder, "nodenext", programs)).errors).toEqual([])
        }),
      timeout
    )

    it.effect(
      "compiles what the guides show",
      () =>
        Effect.gen(function* () {
          const { folder } = yield* Installed.Npm
          const guides = readdirSync(join(folder, "guides"))
          expect(guides).toEqual(expect.arrayContaining(["tsconfig.json", "holders.ts", "licenses.ts", "describe.ts"]))
          expect(yield* Installed.compileGuides(folder)).toMatchObject({ exitCode: 0, stdout: "" })
        }),
      timeout
    )

    it.effect(
      "contains all commands, and they run",
      () =>
        Effect.gen(function* () {
          const { folder } = yield* Installed.Npm
          const audit = yield* Shell.npx(
            folder,
            "genesys-license",
            "emulator",
            "exec",
            "--users",
            "7",
            "--",
            "npx",
            "genesys-license",
            "audit",
            "--json"
          )
          expect(JSON.parse(audit).users).toBe(7)
          const { version } = JSON.parse((yield* Tarballs).emulator.text("package.json"))
          for (const command of ["genesys-license-emulator", "genesys-license-cluster"]) {
            expect(yield* Shell.npx(folder, command, "--version")).toContain(version)
          }
        }),
      timeout
    )
  })
})
