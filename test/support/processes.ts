/**
 * Runs programs of this repository as separate processes. Tests see what they print and how they
 * end. No process stays behind.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { spawn } from "node:child_process"
import { createServer, type Socket } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Recorder from "./leaks/Recorder.ts"

/** The root of the repository: the working directory of the programs, and the base of their paths. */
export const root = fileURLToPath(new URL("../..", import.meta.url))

export interface Options {
  /** The environment. Nothing is inherited from this process. Default: empty. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** The working directory. Default: the root of the repository. */
  readonly cwd?: string | undefined
}

/** The compile cache of Node, so that not every process compiles all files again. */
const compileCache = { NODE_COMPILE_CACHE: join(root, "node_modules/.cache/compile") }

/** The exit of a process, and its output. */
export interface Outcome {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  /** Waits until stdout matches `pattern`, and returns it. Fails if the process ends without a match. */
  readonly printed: (pattern: RegExp) => Effect.Effect<string>
  /** The same of stderr. */
  readonly said: (pattern: RegExp) => Effect.Effect<string>
  readonly pid: number
  readonly signal: (name: NodeJS.Signals) => Effect.Effect<void>
  /** Closes the reading end of the pipe, as `| head -1` does after a line. */
  readonly closeStdout: Effect.Effect<void>
  readonly outcome: Effect.Effect<Outcome>
}

/** Much longer than any process needs. It only ends a process that would hang. */
export const patience: Duration.Input = "5 minutes"

/** The timeout in milliseconds for a test that starts processes. */
export const timeout = 900_000

/** Starts `command`. It is killed when the scope closes. */
export const start = (
  command: string,
  args: ReadonlyArray<string>,
  { cwd = root, env = {} }: Options = {}
): Effect.Effect<Running, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(command, args, {
        cwd,
        env: { ...compileCache, ...Recorder.environment(), ...env },
        stdio: ["ignore", "pipe", "pipe"]
      })
      let stdout = ""
      let stderr = ""
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk))
      child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk))

      const closed = new Promise<Outcome>((resolve, reject) => {
        child.once("error", reject)
        child.once("close", (exitCode, signal) => {
          Recorder.keep("process", stdout)
          Recorder.keep("process", stderr)
          resolve({ exitCode, signal, stdout, stderr })
        })
      })
      const bounded = <A>(what: string, promise: () => Promise<A>) =>
        Effect.promise(promise).pipe(
          Effect.timeoutOrElse({
            duration: patience,
            orElse: () =>
              Effect.die(new Error(`${[command, ...args].join(" ")} ${what} in time.\n${stdout}\n${stderr}`))
          })
        )

      const seen = (stream: typeof child.stdout, text: () => string, of: "stdout" | "stderr", pattern: RegExp) =>
        bounded(`did not print ${pattern}`, () => {
          const seen = new Promise<string>((resolve) => {
            const look = () => {
              if (pattern.test(text())) resolve(text())
            }
            stream.on("data", look)
            look()
          })
          const ended = closed.then((outcome) => {
            if (pattern.test(outcome[of])) return outcome[of]
            throw new Error(`It ended without printing ${pattern}:\n${JSON.stringify(outcome, null, 2)}`)
          })
          return Promise.race([seen, ended])
        })

      const running: Running = {
        printed: (pattern) => seen(child.stdout, () => stdout, "stdout", pattern),
        said: (pattern) => seen(child.stderr, () => stderr, "stderr", pattern),
        pid: child.pid ?? 0,
        signal: (name) => Effect.sync(() => void child.kill(name)),
        closeStdout: Effect.sync(() => void child.stdout.destroy()),
        outcome: bounded("did not end", () => closed)
      }
      return { running, end: () => (child.kill("SIGKILL"), closed) }
    }),
    ({ end }) => Effect.promise(end)
  ).pipe(Effect.map(({ running }) => running))

/** Runs `command` until it exits. */
export const run = (command: string, args: ReadonlyArray<string>, options?: Options): Effect.Effect<Outcome> =>
  start(command, args, options).pipe(
    Effect.flatMap(({ outcome }) => outcome),
    Effect.scoped
  )

/** Runs a TypeScript file of the repository with the current Node until it exits. */
export const runFile = (file: string, args: ReadonlyArray<string> = [], options?: Options): Effect.Effect<Outcome> =>
  run(process.execPath, [file, ...args], options)

/** A server on a free loopback port that accepts every connection and never sends anything. */
export interface Silence {
  readonly port: number
  /** Waits until a client has connected. */
  readonly connected: Effect.Effect<void>
}

/** Listens until the scope closes. */
export const silence: Effect.Effect<Silence, never, Scope.Scope> = Effect.acquireRelease(
  Effect.promise(
    () =>
      new Promise<{ readonly silence: Silence; readonly close: () => Promise<void> }>((resolve, reject) => {
        const sockets = new Set<Socket>()
        const server = createServer((socket) => void sockets.add(socket.on("error", () => {})))
        const connected = new Promise<void>((resolve) => server.once("connection", () => resolve()))
        server.once("error", reject)
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          if (address === null || typeof address === "string") return reject(new Error(`No port: ${address}`))
          const close = () =>
            new Promise<void>((closed) => {
              server.close(() => closed())
              for (const socket of sockets) socket.destroy()
            })
          resolve({ silence: { port: address.port, connected: Effect.promise(() => connected) }, close })
        })
      })
  ),
  ({ close }) => Effect.promise(close)
).pipe(Effect.map(({ silence }) => silence))

/** A loopback port on which no program listens, because it was just closed. */
export const closedPort: Effect.Effect<number> = Effect.scoped(Effect.map(silence, ({ port }) => port))

/** Whether a loopback port is free. */
export const isFree = (port: number): Effect.Effect<boolean> =>
  Effect.promise(
    () =>
      new Promise<boolean>((resolve) => {
        const server = createServer()
        server.once("error", () => resolve(false))
        server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)))
      })
  )
