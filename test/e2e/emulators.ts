/** What tests of the emulator as a process share. */
import * as Effect from "effect/Effect"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Processes from "../support/processes.ts"

export const main = "packages/emulator/src/main.ts"
export const cli = "packages/cli/src/main.ts"

/** An emulator that is ready, and the lines that it prints for a shell. */
export const start = Effect.fnUntraced(function* (args: ReadonlyArray<string>) {
  const running = yield* Processes.start(process.execPath, [main, ...args])
  const printed = yield* running.printed(/Ctrl-C stops it\.\n/)
  const exports = printed.split("\n").filter((line) => line.trim().startsWith("export "))
  const variables = Object.fromEntries(exports.map((line) => line.trim().slice("export ".length).split("=")))
  return { running, printed, exports, variables, port: Number(variables["GENESYSCLOUD_GATEWAY_PORT"]) }
})

/** Runs a file after `lines` were pasted into a shell that had nothing set. */
export const paste = (lines: ReadonlyArray<string>, file: string, ...args: ReadonlyArray<string>) =>
  Processes.run("/bin/sh", ["-c", [...lines, 'exec "$0" "$@"'].join("\n"), process.execPath, file, ...args])

/** A folder for the files of one test. */
export const temporary = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "emulator-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true }))
).pipe(
  Effect.map((path) => ({
    write: (name: string, content: unknown) =>
      Effect.promise(async () => {
        const file = join(path, name)
        await writeFile(file, typeof content === "string" ? content : JSON.stringify(content))
        return file
      })
  }))
)

/** A caller who has sent half of a body, and neither goes on nor goes away. */
export const halfRequest = (port: number) =>
  Effect.acquireRelease(
    Effect.callback<Socket>((resume) => {
      const socket = connect(port, "127.0.0.1")
      socket.on("error", () => {})
      socket.write(
        "POST /oauth/token HTTP/1.1\r\nHost: emulator\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\ngrant"
      )
      // The server has read the head when it asks for the rest.
      socket.once("data", () => resume(Effect.succeed(socket)))
    }),
    (socket) => Effect.sync(() => socket.destroy())
  )
