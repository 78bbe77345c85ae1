import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Processes from "../support/processes.ts"

/** What a package exports that is built on ours, with types that TypeScript has to write down by itself. */
const program = `
import * as Client from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

export const license = Effect.gen(function* () {
  const license = yield* Client.LicenseService
  return {
    definitions: yield* license.getDefinitions,
    user: yield* license.getUser("a"),
    page: yield* license.getUsersPage({ pageNumber: 1, pageSize: 1 }),
    users: yield* Stream.runCollect(license.users()),
    pages: yield* Stream.runCollect(license.userPages()),
    many: yield* license.getUsers(["a"]),
    outcomes: yield* license.updateAssignments([]),
    toggle: yield* license.getToggle("a")
  }
})
export const failure = Effect.map(Effect.flip(license), ({ reason }) => ("body" in reason ? reason.body : reason))
export const neighbours = Effect.gen(function* () {
  const users = yield* Client.UserService
  const roles = yield* Client.RoleService
  const billing = yield* Client.BillingService
  return {
    user: yield* users.getUser("a"),
    page: yield* users.getUsersPage({ pageNumber: 1, pageSize: 1 }),
    pages: yield* Stream.runCollect(users.userPages()),
    people: yield* users.byId(["a"]),
    roles: yield* Stream.runCollect(roles.roles()),
    grants: yield* Stream.runCollect(roles.grants("a")),
    organization: yield* (yield* Client.OrganizationService).me,
    usage: billing.getUsage,
    contracts: yield* Stream.runCollect(billing.contracts),
    period: yield* billing.getContractPeriod({ contractId: "a", billingPeriodId: "b" })
  }
})
export const raw = Effect.map(Client.GenesysTransport, ({ httpClient }) => httpClient)
export const layers = [
  Client.LicenseService.layerConfig,
  Client.UserService.layerTransport,
  Client.GenesysTransport.layerConfig(),
  Client.GenesysTransport.layer,
  Client.LicenseService.layer
]
`

describe("a package that is built on the client", () => {
  it.live(
    "needs no other package of ours to tell its types, where pnpm has installed it",
    () =>
      Effect.gen(function* () {
        // A folder of their own for each package, and links to what it depends on: nothing else is in reach.
        const root = yield* Effect.acquireRelease(
          Effect.sync(() => mkdtempSync(join(tmpdir(), "consumer-"))),
          (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
        )
        const effect = realpathSync(join(Processes.root, "node_modules/effect"))
        const modulesOf = (name: string) => join(root, "node_modules/.pnpm", `${name}@0.0.0`, "node_modules")
        const installed = (name: string) => join(modulesOf(name), "@genesys-license", name)
        for (const name of ["schema", "client"]) {
          mkdirSync(installed(name), { recursive: true })
          for (const part of ["src", "package.json"]) {
            cpSync(join(Processes.root, "packages", name, part), join(installed(name), part), { recursive: true })
          }
          symlinkSync(effect, join(modulesOf(name), "effect"))
        }
        symlinkSync(installed("schema"), join(modulesOf("client"), "@genesys-license/schema"))
        mkdirSync(join(root, "node_modules/@genesys-license"))
        symlinkSync(installed("client"), join(root, "node_modules/@genesys-license/client"))
        symlinkSync(effect, join(root, "node_modules/effect"))

        writeFileSync(join(root, "package.json"), JSON.stringify({ type: "module" }))
        writeFileSync(join(root, "program.ts"), program)
        const { compilerOptions } = JSON.parse(readFileSync(join(Processes.root, "tsconfig.base.json"), "utf8"))
        const options = { ...compilerOptions, emitDeclarationOnly: true, outDir: "out", plugins: [] }
        writeFileSync(join(root, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["program.ts"] }))

        const tsc = join(Processes.root, "node_modules/.bin/tsc")
        const { exitCode, stdout } = yield* Processes.run(tsc, ["--project", join(root, "tsconfig.json")])
        expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" })
        const declared = readFileSync(join(root, "out/program.d.ts"), "utf8")
        const named = new Set([...declared.matchAll(/import\("([^"]+)"/g)].map(([, name]) => name))
        expect([...named].filter((name) => !/^effect\/|^@genesys-license\/client$/.test(name!))).toEqual([])
      }),
    90_000
  )
})
