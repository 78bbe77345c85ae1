/** The command as it is published, in a process of its own, and what it costs. */
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import type { Readable } from "node:stream"
import { promisify } from "node:util"

export interface Usage {
  readonly cpuSeconds: number
  readonly peakRssBytes: number
}

const cli = join(import.meta.dirname, "../../packages/cli")

/** Before the first `run`. From its sources the command would take 70 MB more, because Node strips their types. */
export const build = async () => {
  const rolldown = join(import.meta.dirname, "../../node_modules/rolldown/bin/cli.mjs")
  await promisify(execFile)(process.execPath, [rolldown, "--config", "rolldown.config.ts"], { cwd: cli })
}

/** Runs the command once. It may find differences. */
export const run = async (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}): Promise<Usage> => {
  const main = join(cli, "dist/main.js")
  const usage = join(import.meta.dirname, "usage.ts")
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--import", usage, main, ...args], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], ...env }
  })
  const [said, told, [code]] = await Promise.all([
    text(child.stderr!),
    text(child.stdio[3] as Readable),
    once(child, "exit")
  ])
  if (code !== 0 && code !== 2) throw new Error(`${args.join(" ")} ended with ${code}: ${said}`)
  return JSON.parse(told)
}
