/**
 * Runs a command for one organization of a fleet, with the same files and messages as the
 * command alone. The command can only reach this organization, and its messages are collected
 * instead of printed.
 */
import * as Organizations from "@genesys-license/admin/fleet/Organizations"
import type { Organization } from "@genesys-license/admin/fleet/Organizations"
import * as Checksum from "@genesys-license/admin/files/Checksum"
import * as Secrets from "@genesys-license/admin/fleet/Secrets"
import { GenesysCloud } from "@genesys-license/client/GenesysCloud"
import * as CliCommand from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Connection from "../flags/Connection.ts"
import { Ended, NobodyReads } from "../terminal/Ending.ts"
import * as Manifest from "../terminal/Manifest.ts"
import * as Output from "../terminal/Output.ts"
import * as Figures from "../views/Figures.ts"

/** The result of the command. */
export interface Said {
  /** 2: something is left to do or to check. */
  readonly exitCode: 0 | 1 | 2
  readonly figures: Figures.Figures
  /** Of the output, if it was written. */
  readonly checksum: string | undefined
}

/**
 * The flags of a command that is called with these arguments only. They are parsed once for
 * all organizations, because parsing takes longer than a request.
 */
export const defaultsOf = <Name extends string, Input, E, R>(
  command: CliCommand.Command<Name, Input, {}, E, R>,
  args: ReadonlyArray<string> = []
) =>
  Effect.gen(function* () {
    const parsed = yield* Deferred.make<Input>()
    const parse = CliCommand.runWith(
      CliCommand.withHandler(command, (input: Input) => Effect.asVoid(Deferred.succeed(parsed, input))),
      { version: Manifest.version, renderErrors: false }
    )
    yield* parse(["--", ...args])
    return yield* Deferred.await(parsed)
  }).pipe(Effect.orDie)

export interface Options<E, R> {
  /** Runs the command, and writes its result to the output. */
  readonly run: (output: Option.Option<string>) => Effect.Effect<void, E, R>
  /** The path of the output. */
  readonly output: string
  /** Receives each message. */
  readonly say: (sentence: string) => void
  /** The folder of secrets, if there is one. */
  readonly secrets: string | undefined
}

export const run = <E, R>(organization: Organization, { output, say, secrets, ...command }: Options<E, R>) =>
  Effect.gen(function* () {
    const console = yield* Console.Console
    const keep = (...parts: ReadonlyArray<unknown>) => say(parts.join(" "))
    let figures: Figures.Figures = { numbers: {} }
    const ofOutput = Checksum.make()
    let checksum: string | undefined
    const circuitBreaker = yield* CircuitBreaker.make({
      tripPolicy: CircuitBreaker.consecutive(3),
      openDuration: "1 minute"
    }).pipe(Effect.provide(CircuitBreaker.layerStoreMemory()))
    const files = Layer.succeed(FileSystem.FileSystem, yield* FileSystem.FileSystem)
    const cloud = cloudOf(organization, secrets).pipe(Layer.provide(files))
    const exitCode = yield* command.run(Option.some(output)).pipe(
      Effect.as(0 as const),
      Effect.catchIf(
        (error) => error instanceof Ended,
        ({ exitCode }) => Effect.succeed(exitCode)
      ),
      Effect.provideService(Connection.Given, { cloud, options: { circuitBreaker } }),
      Effect.provideService(Stdio.Stdio, silent),
      Effect.provideService(Console.Console, { ...console, log: keep, error: keep }),
      Effect.provideService(Figures.Listener, (reported) => void (figures = reported)),
      // An HTML page writes other files beside it.
      Effect.provideService(Output.Observer, {
        part: (path, part) => {
          if (path === output) ofOutput.add(part)
        },
        written: (path) => {
          if (path === output) checksum = ofOutput.get()
        }
      })
    )
    return { exitCode, figures, checksum } satisfies Said
  }).pipe(Effect.scoped)

/** Errors name the secret as the list of the organizations does. */
const cloudOf = (organization: Organization, secrets: string | undefined) =>
  Layer.unwrap(
    Effect.map(Secrets.read(organization, secrets), (secret) =>
      GenesysCloud.layer(Organizations.connection(organization, secret), { clientSecret: organization.secret })
    )
  )

/** Streams without a terminal, so that the command asks nothing and draws nothing. */
const silent = Stdio.make({
  args: Effect.succeed([]),
  stdin: Stream.empty,
  stdout: () => Sink.drain,
  stderr: () => Sink.drain
})

/** An error for the record of the fleet: a sentence for people, and fields for programs. */
export const explain = (error: unknown): { reason: string; message: string; isRetryable: boolean } => {
  if (error instanceof NobodyReads)
    return { reason: error._tag, message: "The reader of the output is gone.", isRetryable: true }
  const isError = error instanceof Error
  const reason = isError && "reason" in error ? error.reason : error
  return {
    reason:
      isError && typeof reason === "object" && reason !== null && "_tag" in reason ? String(reason._tag) : "Unknown",
    message: isError ? error.message : "It failed for an unknown reason.",
    isRetryable: isError && "isRetryable" in error && error.isRetryable === true
  }
}
