/**
 * An assistant: a client of the command's MCP server that uses the official SDK of the Model
 * Context Protocol. The command runs as a separate process.
 */
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import * as Processes from "./processes.ts"

export interface Answered {
  readonly isError: boolean
  readonly text: string
}

/** Starts the process and connects a client to it, until the scope closes. */
export const start = Effect.fnUntraced(function* (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
  file = "packages/cli/src/main.ts"
) {
  const { child, closed, printed } = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [file, ...args], { cwd: Processes.root, env })
      const printed = { stdout: "", stderr: "" }
      // No `setEncoding`: the MCP client reads bytes.
      for (const name of ["stdout", "stderr"] as const) {
        const decoder = new TextDecoder()
        child[name].on("data", (bytes: Uint8Array) => (printed[name] += decoder.decode(bytes, { stream: true })))
      }
      const closed = new Promise<number | null>((resolve) => child.once("close", resolve))
      return { child, closed, printed, end: () => (child.kill("SIGKILL"), closed) }
    }),
    ({ end }) => Effect.promise(end)
  )
  const client = new Client({ name: "test", version: "1.0.0" })
  // The server transport, because it accepts any two streams. The client transport would hide the process.
  const transport = new StdioServerTransport(child.stdout, child.stdin)
  yield* Effect.promise(() => client.connect(transport))
  return {
    client,
    process: child,
    /** The output of the process so far. */
    printed,
    /** The exit code. Null after SIGKILL. */
    exitCode: Effect.promise(() => closed),
    /** The first text of an answer or of a tool error. */
    call: (name: string, args: Record<string, unknown> = {}) =>
      Effect.promise(async (): Promise<Answered> => {
        const { content, isError } = await client.callTool({ name, arguments: args })
        const [block] = content as ReadonlyArray<{ readonly text: string }>
        return { isError: isError === true, text: block!.text }
      }),
    /** The answer as data. Fails if it is an error. */
    ask: (name: string, args: Record<string, unknown> = {}) =>
      Effect.promise(async () => {
        const { isError, structuredContent, ...rest } = await client.callTool({ name, arguments: args })
        if (isError === true) throw new Error(JSON.stringify(rest))
        return structuredContent
      })
  }
})
