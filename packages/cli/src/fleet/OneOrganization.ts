/**
 * Runs a command for one organization of a fleet, with the same files and messages as the
 * command alone. It gets its own environment, so that it can only reach its own organization.
 * Its messages are collected instead of printed.
 */
import type { AdminError } from "@genesys-license/admin/AdminError"
import type { Organization } from "@genesys-license/admin/fleet/Organizations"
import * as Secrets from "@genesys-license/admin/fleet/Secrets"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import * as CliCommand from "effect/cli/Command"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import * as Redacted from "effect/Redacted"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Connection from "../flags/Connection.ts"
import { Ended, NobodyReads } from "../terminal/Ending.ts"
import * as Manifest from "../terminal/Manifest.ts"
import * as Figures from "../views/Figures.ts"

/** The result of the command. */
export interface Said {
  /** 2: something is left to do or to check. */
  readonly exitCode: 0 | 1 | 2
  readonly figures: Figures.Figures
}

/** What differs for each organization. */
export interface Flags {
  readonly connection: Connection.Flags
  readonly output: Option.Option<string>
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
  /** Runs the command with this connection. */
  readonly run: (connection: Connection.Flags) => Effect.Effect<void, E, R>
  /** Whether the command connects to the organization. */
  readonly isConnected: boolean
  /** Receives each message. */
  readonly say: (sentence: string) => void
  /** The folder of secrets, if there is one. */
  readonly secrets: string | undefined
}

export const run = <E, R>(organization: Organization, { isConnected, say, secrets, ...command }: Options<E, R>) =>
  Effect.gen(function* () {
    const place = isConnected ? yield* placeOf(organization, secrets) : { connection: nowhere, env: {} }
    const parent = yield* ConfigProvider.ConfigProvider
    const console = yield* Console.Console
    const keep = (...parts: ReadonlyArray<unknown>) => say(parts.join(" "))
    let figures: Figures.Figures = { numbers: {} }
    const breaker = yield* CircuitBreaker.make({
      tripPolicy: CircuitBreaker.consecutive(3),
      openDuration: "1 minute"
    }).pipe(Effect.provide(CircuitBreaker.layerStoreMemory()))
    const exitCode = yield* command.run(place.connection).pipe(
      Effect.as(0 as const),
      Effect.catchIf(
        (error) => error instanceof Ended,
        ({ exitCode }) => Effect.succeed(exitCode)
      ),
      Effect.provideService(ConfigProvider.ConfigProvider, environment(parent, place.env)),
      Effect.provideService(Stdio.Stdio, silent),
      Effect.provideService(Console.Console, { ...console, log: keep, error: keep }),
      Effect.provideService(Connection.TransportOptions, { circuitBreaker: breaker }),
      Effect.provideService(Figures.Listener, (reported) => void (figures = reported))
    )
    return { exitCode, figures } satisfies Said
  }).pipe(Effect.scoped)

const nowhere: Connection.Flags = { region: Option.none(), gateway: Option.none(), emulated: false }

/** The host as a flag, so that errors name it. The credentials as variables, so that nobody else sees them. */
const placeOf = Effect.fnUntraced(function* (
  organization: Organization,
  secrets: string | undefined
): Effect.fn.Return<
  { readonly connection: Connection.Flags; readonly env: Readonly<Record<string, string>> },
  AdminError | GenesysError,
  FileSystem.FileSystem
> {
  const { clientId, gateway, region } = organization
  const secret = yield* Secrets.read(organization, secrets)
  return {
    connection: { region: Option.fromUndefinedOr(region), gateway: Option.fromUndefinedOr(gateway), emulated: false },
    env: { GENESYSCLOUD_OAUTHCLIENT_ID: clientId, GENESYSCLOUD_OAUTHCLIENT_SECRET: Redacted.value(secret) }
  }
})

/** `GENESYSCLOUD_*` comes from the organization only. Everything else comes from the process. */
const environment = (parent: ConfigProvider.ConfigProvider, env: Readonly<Record<string, string>>) => {
  const ofOrganization = ConfigProvider.fromEnv({ env })
  return ConfigProvider.make((path) => {
    const name = path.join("_")
    const isConnection = name === "" || /^GENESYSCLOUD(_|$)/.test(name)
    return (isConnection ? ofOrganization : parent).load(path)
  })
}

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
