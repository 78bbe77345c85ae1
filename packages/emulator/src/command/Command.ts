/**
 * The `genesys-license-emulator` command. It serves until it is interrupted. Its subcommand `exec`
 * serves while another program runs.
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
import { quote } from "@genesys-license/schema/Quote"
import * as ClientEnvironment from "./ClientEnvironment.ts"
import { Emulator } from "../Emulator.ts"
import * as Exec from "./Exec.ts"
import * as FaultRule from "../faults/FaultRule.ts"
import * as OrganizationDocument from "../control/OrganizationDocument.ts"
import * as Population from "../organization/Population.ts"
import type { RateLimit } from "../oauth/RateWindow.ts"
import { Server } from "../Server.ts"

const integerBetween = (name: string, minimum: number, maximum: number) =>
  Flag.Int(name).pipe(Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum, maximum }))))

const makeBase = <const Name extends string>(name: Name) =>
  CliCommand.make(name).pipe(
    CliCommand.withSharedFlags({
      host: Flag.String("host").pipe(
        Flag.withDescription("Address to listen on (default: 127.0.0.1)"),
        Flag.withDefault("127.0.0.1")
      ),
      port: integerBetween("port", 0, 65_535).pipe(
        Flag.withDescription("Port to listen on; 0 uses any free port (default: 8080, with exec: 0)"),
        Flag.optional
      ),
      allowRemote: Flag.Boolean("allow-remote").pipe(
        Flag.withDescription("Let other machines connect; the credentials are public, so anybody can log in"),
        Flag.withDefault(false)
      ),
      allowHost: Flag.String("allow-host").pipe(
        Flag.withMetavar("NAME"),
        Flag.withDescription(
          "Also answer requests to the host NAME, and let its browser apps call the API; repeatable (default: none)"
        ),
        Flag.atLeast(0)
      ),
      cors: Flag.Boolean("cors").pipe(
        Flag.withDescription(
          "Let browser apps on this machine or an allowed host call the API; turn off with --no-cors (default: true)"
        ),
        Flag.withDefault(true)
      ),
      org: Flag.File("org").pipe(
        Flag.withDescription(
          "JSON file with the organization: users, people, definitions, roles, OAuth clients, rate limit (default: generated)"
        ),
        Flag.optional
      ),
      users: integerBetween("users", 0, Population.maximumUsers).pipe(
        Flag.withDescription("Number of users to generate (default: 200)"),
        Flag.optional
      ),
      seed: Flag.String("seed").pipe(
        Flag.withDescription(
          "Seed for the generated users, their licenses, and the faults that occur by chance (default: genesys-license)"
        ),
        Flag.optional
      ),
      largestPage: integerBetween("largest-page", 1, 2_147_483_647).pipe(
        Flag.withMetavar("N"),
        Flag.withDescription(
          "Maximum page size of both lists of users (default: 100000 for /license/users, 500 for /users)"
        ),
        Flag.optional
      ),
      largerPages: Flag.Literals("larger-pages", Object.keys(largerPages) as Array<keyof typeof largerPages>).pipe(
        Flag.withDescription(
          "Answer to a pageSize above --largest-page: refuse sends 400; cut sends a smaller page and reports its size; cut-silently sends a smaller page and reports the requested size (default: refuse)"
        ),
        Flag.optional
      ),
      rate: Flag.String("rate").pipe(
        Flag.withMetavar("REQUESTS/WINDOW"),
        Flag.withDescription("Rate limit for each token, such as 50/500ms, or off (default: 300/60s)"),
        Flag.optional
      ),
      faults: Flag.File("faults").pipe(
        Flag.withDescription("JSON file with a list of fault rules: which requests go wrong, and how (default: none)"),
        Flag.optional
      )
    })
  )

/** The choices of `--larger-pages`, and the values of the `larger` field that they stand for. */
const largerPages = { refuse: "refuse", cut: "cut", "cut-silently": "cutSilently" } as const

type Flags = Effect.Success<ReturnType<typeof makeBase>>

/** A flag or a file is invalid. The emulator did not start. */
class BadInput extends Data.TaggedError("BadInput")<{ readonly message: string }> {}

const units: { readonly [unit: string]: string } = { ms: "millis", s: "seconds", m: "minutes", h: "hours" }

/** A limit that no client reaches. It has nine digits because clients ignore a longer one and keep their default. */
const unlimited: RateLimit = { requests: 999_999_999, window: "60 seconds" }

const parseRate = (text: string): Effect.Effect<RateLimit, BadInput> => {
  if (text === "off") return Effect.succeed(unlimited)
  const [, requests, length, unit = ""] = /^([1-9]\d{0,8})\/([1-9]\d{0,8})(ms|s|m|h)$/.exec(text) ?? []
  return requests === undefined
    ? Effect.fail(
        new BadInput({
          message: `Invalid --rate "${quote(text)}". Use REQUESTS/WINDOW, such as 300/60s, with the unit ms, s, m or h. Or use off.`
        })
      )
    : Effect.succeed({
        requests: Number(requests),
        window: Duration.fromInputUnsafe(`${Number(length)} ${units[unit]}` as Duration.Input)
      })
}

const readErrors: { readonly [reason: string]: string } = {
  NotFound: "there is no such file",
  PermissionDenied: "permission is denied"
}

const readFile = <A>(flag: "--org" | "--faults", path: string, parse: (text: string) => Effect.Effect<A, Error>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const text = yield* Effect.mapError(
      fs.readFileString(path),
      ({ reason }) =>
        new BadInput({
          message: `Cannot read ${quote(path, 1000)}: ${readErrors[reason._tag] ?? reason._tag}. Give ${flag} a readable JSON file.`
        })
    )
    return yield* Effect.mapError(
      parse(text),
      ({ message }) => new BadInput({ message: `${flag} ${quote(path, 1000)}: ${message}` })
    )
  })

/** Each of the two flags overrides its field of the file. */
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
  return yield* new BadInput({
    message: "--larger-pages has no effect without a maximum page size. Add --largest-page N."
  })
})

/** The server that the flags describe. */
const layerServer = (flags: Flags, defaultPort: number) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const document = Option.isSome(flags.org)
        ? yield* readFile("--org", flags.org.value, OrganizationDocument.parse)
        : {}
      const faults = Option.isSome(flags.faults) ? yield* readFile("--faults", flags.faults.value, FaultRule.parse) : []
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
      : `${requests} requests in ${Duration.format(Duration.fromInputUnsafe(window))} for each token`

  yield* Console.log(`Genesys Cloud License API emulator with ${users} users at ${url}

Paste these lines into the shell of your program:

${Object.entries(yield* environment)
  .map(([name, value]) => `  export ${name}=${value}`)
  .join("\n")}

  Login    ${url}/oauth/token
  API      ${url}/api/v2/
  Limit    ${limit}
  Faults   ${rules.length === 0 ? "none" : rules.map(({ name }) => name).join(", ")}

Ctrl-C stops it.`)
})

/** The command failed. It prints only the message of the cause, to stderr. */
export class Failed extends Data.TaggedError("Failed")<{
  /** The error whose message is printed. */
  readonly cause: Error
}> {
  override get [CliError.userMessage]() {
    return this.cause.message
  }
  override get [Runtime.errorExitCode]() {
    return Runtime.getErrorExitCode(this.cause)
  }
}

/** Reports errors, except `Ended`: that program has already printed what went wrong. */
const withMessage = Effect.mapError((cause: Error) => (cause instanceof Exec.Ended ? cause : new Failed({ cause })))

const serve = (flags: Flags) =>
  welcome.pipe(Effect.andThen(Effect.never), Effect.provide(layerServer(flags, 8080)), withMessage)

/** The command with a name of choice, so that it can also be the subcommand of another command. */
export const make = <const Name extends string>(name: Name) => {
  const base = makeBase(name)

  const exec = CliCommand.make(
    "exec",
    {
      command: Argument.String("command").pipe(
        Argument.withDescription("Command to run and its arguments; put -- before them"),
        Argument.variadic({ min: 1 })
      )
    },
    Effect.fnUntraced(function* ({ command: [command = "", ...args] }) {
      const emulator = Layer.build(layerServer(yield* base, 0))
      const inherited = Object.entries(process.env).filter(([name]) => !ClientEnvironment.selectsOrganization(name))
      yield* Effect.gen(function* () {
        const context = yield* emulator
        const client = yield* Effect.provideContext(environment, context)
        const proxy = ClientEnvironment.withoutProxy(Context.get(context, Server), process.env)
        yield* Exec.run(command, args, { ...Object.fromEntries(inherited), ...proxy, ...client })
      }).pipe(Effect.scoped, withMessage)
    })
  ).pipe(
    CliCommand.withDescription(
      "Starts an emulator, runs a command against it, and exits with the exit code of the command. The GENESYSCLOUD_* variables of the command lead to the emulator, never to a real organization."
    ),
    CliCommand.withShortDescription("Run a command against a new emulator, and exit with the command's exit code"),
    CliCommand.withExamples(({ commandPath }) => [
      {
        command: `${commandPath.join(" ")} --users 50 -- pytest tests`,
        description: "Run the tests of a program against 50 users"
      }
    ])
  )

  return base.pipe(
    CliCommand.withDescription("Serves an emulated Genesys Cloud organization for tests. Stop it with Ctrl-C."),
    CliCommand.withShortDescription("Serve an emulated Genesys Cloud organization for tests"),
    CliCommand.withExamples(({ commandPath }) => [
      {
        command: `${commandPath.join(" ")} --users 5000 --rate off`,
        description: "Serve 5000 users without a rate limit"
      },
      {
        command: `${commandPath.join(" ")} --org org.json --faults faults.json`,
        description: "Serve the organization in one file, with the faults in another"
      }
    ]),
    CliCommand.withHandler(serve),
    CliCommand.withSubcommands([exec])
  )
}

/** The command that the package installs. */
export const command = make("genesys-license-emulator")
