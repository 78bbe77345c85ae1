/**
 * The `genesys-license-emulator` command: serves until it is interrupted, or for as
 * long as another program runs.
 */
import * as Argument from "effect/cli/Argument"
import * as CliError from "effect/cli/CliError"
import * as CliCommand from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"
import * as ClientEnvironment from "./ClientEnvironment.ts"
import { Emulator } from "../Emulator.ts"
import * as Exec from "./Exec.ts"
import * as FaultRule from "../faults/FaultRule.ts"
import * as OrganizationDocument from "../control/OrganizationDocument.ts"
import * as Population from "../organization/Population.ts"
import type { RateLimit } from "../oauth/RateWindow.ts"
import { Server } from "../Server.ts"

const whole = (name: string, minimum: number, maximum: number) =>
  Flag.Int(name).pipe(Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum, maximum }))))

const makeBase = <const Name extends string>(name: Name) =>
  CliCommand.make(name).pipe(
    CliCommand.withSharedFlags({
      host: Flag.String("host").pipe(
        Flag.withDescription("Address to listen on (default: 127.0.0.1)"),
        Flag.withDefault("127.0.0.1")
      ),
      port: whole("port", 0, 65_535).pipe(
        Flag.withDescription("Port to listen on; 0 takes any that is free (default: 8080; for exec: 0)"),
        Flag.optional
      ),
      allowRemote: Flag.Boolean("allow-remote").pipe(
        Flag.withDescription("Let other machines connect, although everybody knows the credentials"),
        Flag.withDefault(false)
      ),
      allowHost: Flag.String("allow-host").pipe(
        Flag.withMetavar("NAME"),
        Flag.withDescription(
          "Another host name to answer to, whose browser apps may call the API; repeat for more (default: none)"
        ),
        Flag.atLeast(0)
      ),
      cors: Flag.Boolean("cors").pipe(
        Flag.withDescription(
          "Let browser apps that this machine serves log in and call the API; --no-cors does not (default: true)"
        ),
        Flag.withDefault(true)
      ),
      org: Flag.File("org").pipe(
        Flag.withDescription("Organization as JSON: users, people, definitions, roles, OAuth clients, rate limit"),
        Flag.optional
      ),
      users: whole("users", 0, Population.maximumUsers).pipe(
        Flag.withDescription("Number of users to make up (default: 200)"),
        Flag.optional
      ),
      seed: Flag.String("seed").pipe(
        Flag.withDescription(
          "Decides who the users are, what they hold, and which faults occur by chance (default: genesys-license)"
        ),
        Flag.optional
      ),
      largestPage: whole("largest-page", 1, 2_147_483_647).pipe(
        Flag.withMetavar("N"),
        Flag.withDescription("Largest page of users (default: 100000 of /license/users, 500 of /users)"),
        Flag.optional
      ),
      largerPages: Flag.Literals("larger-pages", Object.keys(largerPages) as Array<keyof typeof largerPages>).pipe(
        Flag.withDescription(
          "With --largest-page: refuse larger pages with 400, cut them, or cut them and still say the size that was asked for (default: refuse)"
        ),
        Flag.optional
      ),
      rate: Flag.String("rate").pipe(
        Flag.withMetavar("REQUESTS/WINDOW"),
        Flag.withDescription("Rate limit of a token, such as 50/500ms, or off (default: 300/60s)"),
        Flag.optional
      ),
      faults: Flag.File("faults").pipe(
        Flag.withDescription("Faults to inject, as JSON: a list of rules"),
        Flag.optional
      )
    })
  )

/** As they are called on the command line. */
const largerPages = { refuse: "refuse", cut: "cut", "cut-silently": "cutSilently" } as const

type Flags = Effect.Success<ReturnType<typeof makeBase>>

/** An argument or a file is not what it should be. Nothing was started. */
class BadInput extends Data.TaggedError("BadInput")<{ readonly message: string }> {}

const units: { readonly [unit: string]: string } = { ms: "millis", s: "seconds", m: "minutes", h: "hours" }

/** More requests than any client sends. Nine digits, because clients ignore a limit of more and keep their own. */
const unlimited: RateLimit = { requests: 999_999_999, window: "60 seconds" }

const parseRate = (text: string): Effect.Effect<RateLimit, BadInput> => {
  if (text === "off") return Effect.succeed(unlimited)
  const [, requests, length, unit = ""] = /^([1-9]\d{0,8})\/([1-9]\d{0,8})(ms|s|m|h)$/.exec(text) ?? []
  return requests === undefined
    ? Effect.fail(new BadInput({ message: `--rate is ${text}, which is neither like 300/60s nor off.` }))
    : Effect.succeed({
        requests: Number(requests),
        window: Duration.fromInputUnsafe(`${Number(length)} ${units[unit]}` as Duration.Input)
      })
}

const readFile = <A>(path: string, parse: (text: string) => Effect.Effect<A, Error>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const text = yield* Effect.mapError(
      fs.readFileString(path),
      ({ reason }) =>
        new BadInput({
          message: `${path} cannot be read: ${reason._tag === "NotFound" ? "there is no such file" : reason._tag}.`
        })
    )
    return yield* Effect.mapError(parse(text), ({ message }) => new BadInput({ message: `${path}: ${message}` }))
  })

/** The flags go before the file, each by itself. */
const largestPage = Effect.fnUntraced(function* (
  flags: Pick<Flags, "largestPage" | "largerPages">,
  document: Pick<OrganizationDocument.OrganizationState, "largestPage">
) {
  const size = Option.getOrElse(flags.largestPage, () => document.largestPage?.size)
  const larger = Option.match(flags.largerPages, {
    onNone: () => document.largestPage?.larger,
    onSome: (name) => largerPages[name]
  })
  if (size !== undefined) return { size, ...(larger && { larger }) }
  if (larger === undefined) return undefined
  return yield* new BadInput({ message: "--larger-pages needs --largest-page, the size above which a page is larger." })
})

/** The server that the flags ask for. */
const layerServer = (flags: Flags, defaultPort: number) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const document = Option.isSome(flags.org) ? yield* readFile(flags.org.value, OrganizationDocument.parse) : {}
      const faults = Option.isSome(flags.faults) ? yield* readFile(flags.faults.value, FaultRule.parse) : []
      return Server.layer({
        ...document,
        ...(Option.isSome(flags.users) && { users: flags.users.value }),
        ...(Option.isSome(flags.seed) && { seed: flags.seed.value }),
        largestPage: yield* largestPage(flags, document),
        ...(Option.isSome(flags.rate) && { rateLimit: yield* parseRate(flags.rate.value) }),
        faults,
        host: flags.host,
        port: Option.getOrElse(flags.port, () => defaultPort),
        allowRemote: flags.allowRemote,
        allowedHosts: flags.allowHost,
        cors: flags.cors
      })
    })
  )

const environment = Effect.gen(function* () {
  const { oauth } = yield* Emulator
  return ClientEnvironment.make(yield* Server, oauth.credentials)
})

const welcome = Effect.gen(function* () {
  const { url } = yield* Server
  const { faults, organization, rateWindow } = yield* Emulator
  const users = yield* organization.userCount
  const rules = yield* faults.rules
  const { requests, window } = yield* rateWindow.limit
  const limit =
    requests === unlimited.requests
      ? "none"
      : `${requests} requests in ${Duration.format(Duration.fromInputUnsafe(window))}`

  yield* Console.log(`Genesys Cloud License API emulator with ${users} users at ${url}

${Object.entries(yield* environment)
  .map(([name, value]) => `  export ${name}=${value}`)
  .join("\n")}

  Login    ${url}/oauth/token
  API      ${url}/api/v2/
  Limit    ${limit} for each token
  Faults   ${rules.length === 0 ? "none" : rules.map(({ name }) => name).join(", ")}

Ctrl-C stops it.`)
})

/** Said in one sentence on stderr. */
export class Failed extends Data.TaggedError("Failed")<{
  /** Its message is the sentence. */
  readonly cause: Error
}> {
  override get [CliError.userMessage]() {
    return this.cause.message
  }
  override get [Runtime.errorExitCode]() {
    return Runtime.getErrorExitCode(this.cause)
  }
}

/** A program that was run has spoken for itself. */
const explained = Effect.mapError((cause: Error) => (cause instanceof Exec.Ended ? cause : new Failed({ cause })))

const serve = (flags: Flags) =>
  welcome.pipe(
    // A signal is the only end it has. That of `exec` is the end of the command.
    Effect.andThen(Effect.never),
    Effect.provide(layerServer(flags, 8080)),
    explained
  )

/** The command under any name: by itself, or as a part of another. */
export const make = <const Name extends string>(name: Name) => {
  const base = makeBase(name)

  const exec = CliCommand.make(
    "exec",
    {
      command: Argument.String("command").pipe(
        Argument.withDescription("The command, and after -- its arguments"),
        Argument.variadic({ min: 1 })
      )
    },
    Effect.fnUntraced(function* ({ command: [command = "", ...args] }) {
      const emulator = Layer.build(layerServer(yield* base, 0))
      const inherited = Object.entries(process.env).filter(([name]) => !ClientEnvironment.isOfCloud(name))
      yield* Effect.gen(function* () {
        const context = yield* emulator
        const added = yield* Effect.provideContext(environment, context)
        const proxy = ClientEnvironment.withoutProxy(Context.get(context, Server), process.env)
        yield* Exec.run(command, args, { ...Object.fromEntries(inherited), ...proxy, ...added })
      }).pipe(Effect.scoped, explained)
    })
  ).pipe(
    CliCommand.withDescription(
      "Starts an emulator, runs a command whose environment leads to it, and ends with the exit code of the command."
    ),
    CliCommand.withExamples(({ commandPath }) => [
      { command: `${commandPath.join(" ")} --users 50 -- pytest tests`, description: "Test a program in any language" }
    ])
  )

  return base.pipe(
    CliCommand.withDescription("Serves a Genesys Cloud organization in memory, for tests, until it is stopped."),
    CliCommand.withExamples(({ commandPath }) => [
      {
        command: `${commandPath.join(" ")} --users 5000 --rate off`,
        description: "Five thousand users, no rate limit"
      },
      {
        command: `${commandPath.join(" ")} --org org.json --faults faults.json`,
        description: "As the files say"
      }
    ]),
    CliCommand.withHandler(serve),
    CliCommand.withSubcommands([exec])
  )
}

/** The command under its own name. */
export const command = make("genesys-license-emulator")
