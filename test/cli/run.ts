/**
 * The command inside this process: its arguments in, what it wrote and how it ended out.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { run as command } from "genesys-license/Command"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Runtime from "effect/Runtime"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export type Environment = Readonly<Record<string, string>>

/** Runs the command to its end, with nothing of this process's environment. */
export const run = Effect.fnUntraced(function* (args: ReadonlyArray<string>, env: Environment = {}, stdin = "") {
  let stdout = ""
  let stderr = ""
  const decoder = new TextDecoder()
  const write = (to: (text: string) => void) => () =>
    Sink.forEach((part: string | Uint8Array) =>
      Effect.sync(() => to(typeof part === "string" ? part : decoder.decode(part)))
    )
  const toStdout = (text: string) => void (stdout += text)
  const toStderr = (text: string) => void (stderr += text)
  const console: Console.Console = {
    ...globalThis.console,
    log: (...parts: ReadonlyArray<unknown>) => toStdout(`${parts.join(" ")}\n`),
    error: (...parts: ReadonlyArray<unknown>) => toStderr(`${parts.join(" ")}\n`)
  }
  const exit = yield* command(args).pipe(
    Effect.provide(
      Layer.mergeAll(
        NodeServices.layer,
        Stdio.layerTest({
          stdin: Stream.make(new TextEncoder().encode(stdin)),
          stdout: write(toStdout),
          stderr: write(toStderr)
        }),
        ConfigProvider.layer(ConfigProvider.fromEnv({ env }))
      )
    ),
    Effect.provideService(Console.Console, console),
    Effect.exit
  )
  if (Exit.isFailure(exit) && Cause.hasDies(exit.cause)) return yield* Effect.die(Cause.squash(exit.cause))
  const exitCode = Exit.isSuccess(exit) ? 0 : Runtime.getErrorExitCode(Cause.squash(exit.cause))
  return { exitCode, stdout, stderr }
})

/** The environment that leads to the emulator of the test. */
export const environment = Effect.gen(function* () {
  const { host, port } = yield* Server
  const { oauth } = yield* Emulator
  return {
    GENESYSCLOUD_GATEWAY_PROTOCOL: "http",
    GENESYSCLOUD_GATEWAY_HOST: host,
    GENESYSCLOUD_GATEWAY_PORT: String(port),
    GENESYSCLOUD_OAUTHCLIENT_ID: oauth.credentials.clientId,
    GENESYSCLOUD_OAUTHCLIENT_SECRET: Redacted.value(oauth.credentials.clientSecret)
  }
})

/** Runs the command on the emulator of the test. */
export const runHere = (...args: ReadonlyArray<string>) => Effect.flatMap(environment, (env) => run(args, env))

/** The same, with something on stdin. */
export const runHereWith = (stdin: string, ...args: ReadonlyArray<string>) =>
  Effect.flatMap(environment, (env) => run(args, env, stdin))

/** A folder that is gone with the test. */
export const folder = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "genesys-license-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  ),
  (path) => (name: string) => join(path, name)
)

/** What is another each time: moments, durations, folders, ports. */
export const withoutChance = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "<moment>")
    .replace(/as of \d{4}-\d\d-\d\d/g, "as of <day>")
    .replace(/, \d+\.\d s$/gm, ", <seconds> s")
    .replace(/[^\s"]*\/genesys-license-[^/]+\//g, "<folder>/")
    .replace(/127\.0\.0\.1:\d+/g, "<host>")
    .replace(/sha256:[0-9a-f]{64}/g, "sha256:<checksum>")
