/**
 * The size of the packages for their users: bundles of programs for a page and for a
 * function, and the command on a machine without it.
 */
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { promisify } from "node:util"
import { gzipSync } from "node:zlib"
import { build } from "rolldown"
import { type Import, importing } from "./processes.ts"
import { type Measure, median, round } from "./report.ts"

const root = join(import.meta.dirname, "../..")
const programs = join(root, "test/published/programs")
const run = promisify(execFile)

/** Bundles a program and all its imports into one file. */
const bundle = async (program: string, platform: "browser" | "node") => {
  const { output } = await build({
    input: join(programs, program),
    platform,
    write: false,
    logLevel: "silent",
    output: { minify: true, codeSplitting: false }
  })
  return output[0].code
}

const kilobytes = (code: string) => gzipSync(code, { level: 9 }).length / 1000

/** Milliseconds from `npx` to the first byte of an audit, with an empty npm cache. */
const firstOutput = async (tarball: string, folder: string) => {
  const cache = await mkdtemp(join(folder, "cache-"))
  const began = performance.now()
  const child = spawn("npx", ["--yes", "--cache", cache, "--package", tarball, "genesys-license", "audit"], {
    cwd: folder,
    // The Node of this process, which may be newer than that of the machine.
    env: { ...process.env, PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter) },
    stdio: ["ignore", "pipe", "inherit"]
  })
  let millis: number | undefined
  child.stdout.on("data", () => (millis ??= performance.now() - began))
  const [code] = await once(child, "close")
  if (code !== 0 || millis === undefined) throw new Error(`npx ended with ${code}`)
  return millis
}

export const measure: Measure = async ({ quick }) => {
  const rounds = quick ? 1 : 9
  const folder = await mkdtemp(join(tmpdir(), "bench-"))
  try {
    const onePage = kilobytes(await bundle("call.ts", "browser"))
    const tenOperations = kilobytes(await bundle("tenOperations.ts", "browser"))

    const ours = join(folder, "ours.mjs")
    await writeFile(ours, await bundle("call.ts", "node"))
    const official = join(folder, "official.mjs")
    await writeFile(official, `import ${JSON.stringify(import.meta.resolve("purecloud-platform-client-v2"))}\n`)
    const imports = { ours: [] as Array<number>, official: [] as Array<number> }
    for (let n = 0; n < rounds; n++) {
      imports.ours.push((await importing<Import>(pathToFileURL(ours).href)).cpuMillis)
      imports.official.push((await importing<Import>(pathToFileURL(official).href)).cpuMillis)
    }
    const ratio = median(imports.ours) / median(imports.official)

    const pnpm = ["-y", "pnpm@12", "--filter", "genesys-license", "pack", "--pack-destination", folder]
    await run("npx", pnpm, { cwd: root })
    const tarball = join(
      folder,
      (await readdir(folder)).find((file) => file.endsWith(".tgz"))!
    )
    const outputs: Array<number> = []
    for (let n = 0; n < Math.min(rounds, 3); n++) outputs.push(await firstOutput(tarball, folder))
    const seconds = median(outputs) / 1000

    return {
      title: `What the packages weigh; medians of ${rounds} imports and ${outputs.length} runs of npx`,
      rows: [
        { what: "bundle of a program of one operation, for a page", "kB min+gzip": round(onePage) },
        { what: "bundle of a program of all ten operations, for a page", "kB min+gzip": round(tenOperations) },
        { what: "importing the bundle of one operation in Node", "CPU ms": round(median(imports.ours)) },
        { what: "importing the official SDK in Node", "CPU ms": round(median(imports.official)) },
        { what: "npx of an audit to its first output, nothing cached", "wall s": round(seconds) }
      ],
      targets: [
        { what: "kB min+gzip of a program of one operation", figure: onePage, bound: { atMost: 100 } },
        { what: "kB min+gzip of a program of all ten operations", figure: tenOperations, bound: { atMost: 105 } },
        { what: "CPU of importing the bundle, × the official SDK", figure: ratio, bound: { atMost: 0.5 } },
        { what: "seconds of npx to the first output", figure: seconds, bound: { atMost: 5 } }
      ],
      notMeasured:
        "what other bundlers make of it; the time of a download: npx has the tarball on the disk, and the command needs " +
        "nothing else; a cold disk."
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
