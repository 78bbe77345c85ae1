/**
 * The JavaScript runtimes that run the programs: the Node of this process, those that `pnpm runtimes` has
 * installed next to this file, and the browser of this machine.
 */
import * as Effect from "effect/Effect"
import { once } from "node:events"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { build } from "rolldown"
import { browser, executablePath, notFound } from "../support/browser.ts"
import type { Place } from "./programs/call.ts"
import * as Shell from "./Shell.ts"

const installed = join(import.meta.dirname, "runtimes/node_modules")

/** A runtime that runs a file and finds modules in `node_modules`. */
export interface Process {
  readonly name: string
  readonly command: string
  readonly args: ReadonlyArray<string>
}

const binary = (name: string) => join(installed, ".bin", name)
const node = (version: number) => join(installed, `node-${version}/bin/node`)

export const processes: ReadonlyArray<Process> = [
  { name: "Node 22", command: node(22), args: [] },
  { name: "Node 24", command: node(24), args: [] },
  { name: `Node ${process.versions.node.split(".")[0]}`, command: process.execPath, args: [] },
  { name: "Bun", command: binary("bun"), args: ["run"] },
  { name: "Deno", command: binary("deno"), args: ["run", "--allow-all", "--quiet"] }
]

const workerd = binary("workerd")

const skip = (name: string, why: string) => console.warn(`Skipping ${name}: ${why}.`)

/** Whether a runtime is installed. Prints a note if it is not. */
export const isHere = ({ command, name }: Pick<Process, "command" | "name">): boolean => {
  if (existsSync(command)) return true
  skip(name, "not installed; run `pnpm runtimes`")
  return false
}

export const hasWorkerd = isHere({ name: "workerd", command: workerd })
export const hasBrowser = executablePath !== undefined
if (!hasBrowser) skip("Chromium", notFound)

/** Runs a program of `folder` in a runtime. The argument of the program is the address of an organization. */
export const run = (folder: string, { args, command }: Process, program: string, place: Place) =>
  Shell.run(folder, command, [...args, join(folder, "programs", program), JSON.stringify(place)])

/** Bundles a program of `folder` and all its imports into one file. */
export const bundle = Effect.fnUntraced(function* (folder: string, program: string, format: "esm" | "iife") {
  const { output } = yield* Effect.promise(() =>
    build({
      input: join(folder, "programs", program),
      cwd: folder,
      platform: "browser",
      write: false,
      logLevel: "silent",
      output: { format, minify: true, codeSplitting: false }
    })
  )
  return output[0].code
})

/** Runs the call as a test of a worker, which can reach this machine but has no Node APIs. */
export const callInWorkerd = Effect.fnUntraced(function* (folder: string, place: Place) {
  const at = join(folder, "worker")
  mkdirSync(at, { recursive: true })
  writeFileSync(join(at, "call.js"), yield* bundle(folder, "call.ts", "esm"))
  writeFileSync(
    join(at, "worker.js"),
    `import { call } from "call"
     export default { test: async (_, { place }) => console.log("users:", await call(place)) }`
  )
  writeFileSync(
    join(at, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
     const config :Workerd.Config = (services = [
       (name = "worker", worker = (
         modules = [(name = "worker", esModule = embed "worker.js"), (name = "call", esModule = embed "call.js")],
         bindings = [(name = "place", json = ${JSON.stringify(JSON.stringify(place))})],
         compatibilityDate = "2026-01-01"
       )),
       (name = "internet", network = (allow = ["private"]))
     ]);`
  )
  return yield* Shell.run(at, workerd, ["test", "config.capnp"])
})

/** An empty page on a server, because a page without a real origin may not call this machine. */
const page = Effect.acquireRelease(
  Effect.promise(async () => {
    const server = createServer((_, response) => response.setHeader("content-type", "text/html").end("<p>"))
    await once(server.listen(0, "127.0.0.1"), "listening")
    return server
  }),
  (server) => Effect.promise(() => (server.closeAllConnections(), once(server.close(), "close")))
)

/** Runs the call in a page that this machine serves. */
export const callInBrowser = Effect.fnUntraced(function* (folder: string, place: Place) {
  const code = yield* bundle(folder, "callFromPage.ts", "iife")
  const { port } = (yield* page).address() as AddressInfo
  const opened = yield* browser()
  return yield* Effect.promise(async () => {
    const tab = await opened.newPage()
    await tab.goto(`http://127.0.0.1:${port}/`)
    await tab.addScriptTag({ content: code })
    return tab.evaluate(
      (place) => (globalThis as unknown as { call: (place: Place) => Promise<number> }).call(place),
      place
    )
  })
}, Effect.scoped)
