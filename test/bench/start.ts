/**
 * The time that the client adds to the start of a program that already uses Effect: importing
 * it as published (`dist`), compared to importing the modules of effect that it uses.
 */
import { execFile } from "node:child_process"
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { promisify } from "node:util"
import { type Import, importing } from "./processes.ts"
import { type Measure, median, round } from "./report.ts"

const root = join(import.meta.dirname, "../..")
const typescript = join(root, "node_modules/typescript/bin/tsc")
const run = promisify(execFile)

/** Installs both packages next to effect, as npm does. */
const install = async (folder: string) => {
  const modules = join(folder, "node_modules")
  await mkdir(modules, { recursive: true })
  await symlink(join(root, "node_modules/effect"), join(modules, "effect"))
  for (const name of ["schema", "client"]) {
    const source = join(root, "packages", name)
    const target = join(modules, "@genesys-license", name)
    const project = join(source, "tsconfig.build.json")
    await run(process.execPath, [typescript, "--project", project, "--outDir", join(target, "dist")])
    const { publishConfig, ...manifest } = JSON.parse(await readFile(join(source, "package.json"), "utf8"))
    await writeFile(join(target, "package.json"), JSON.stringify({ ...manifest, exports: publishConfig.exports }))
  }
}

export const measure: Measure = async ({ quick }) => {
  const rounds = quick ? 3 : 15
  const folder = await mkdtemp(join(tmpdir(), "bench-"))
  try {
    await install(folder)
    const write = async (name: string, specifiers: ReadonlyArray<string>) => {
      const file = join(folder, name)
      await writeFile(file, specifiers.map((specifier) => `import ${JSON.stringify(specifier)}\n`).join(""))
      return pathToFileURL(file).href
    }
    const client = await write("client.mjs", ["@genesys-license/client"])
    const needed = await importing<ReadonlyArray<string>>(client, "list")
    const effect = await write("effect.mjs", needed)
    const entries = [
      { what: "effect's own modules", module: effect, imports: [] as Array<Import> },
      { what: "the client, dist", module: client, imports: [] as Array<Import> }
    ]
    for (let n = 0; n < rounds; n++) {
      for (const { imports, module } of entries) imports.push(await importing<Import>(module))
    }
    const cpu = ({ imports }: (typeof entries)[number]) => median(imports.map(({ cpuMillis }) => cpuMillis))
    const wall = ({ imports }: (typeof entries)[number]) => median(imports.map(({ wallMillis }) => wallMillis))
    const [effectEntry, clientEntry] = entries as [(typeof entries)[number], (typeof entries)[number]]
    return {
      title: `Importing the client beside the ${needed.length} modules of effect that it imports; medians of ${rounds}`,
      rows: entries.map((entry) => ({
        import: entry.what,
        "CPU ms": round(cpu(entry)),
        "× effect, CPU": round(cpu(entry) / cpu(effectEntry)),
        "wall ms": round(wall(entry)),
        "× effect, wall": round(wall(entry) / wall(effectEntry))
      })),
      targets: [
        {
          what: "CPU of importing, × effect's own modules",
          figure: cpu(clientEntry) / cpu(effectEntry),
          bound: { atMost: 1.5 }
        }
      ],
      notMeasured:
        "the start of Node itself, which is left out of both; an HTTP client of a platform; a bundle, from which what is " +
        "unused is gone; a cold disk."
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
