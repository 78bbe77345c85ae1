/**
 * The `genesys-license` command. It loads the code of a subcommand only if its name is on
 * the command line, because loading all of them would make every start slow.
 */
import * as CliCommand from "effect/cli/Command"
import * as CliOutput from "effect/cli/CliOutput"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Help from "./Help.ts"
import * as Ending from "./terminal/Ending.ts"
import * as Fit from "./terminal/Fit.ts"
import * as InputFiles from "./terminal/InputFiles.ts"
import * as Manifest from "./terminal/Manifest.ts"

/** A subcommand: its name and one line of help now, its code when `load` is called. */
const part = <const Name extends string, Input, ContextInput, E, R>(
  name: Name,
  summary: string,
  load: () => Promise<{ readonly command: CliCommand.Command<Name, Input, ContextInput, E, R> }>
) => ({
  isCalled: (typed: string) => typed === name,
  command: async (isAsked: (name: string) => boolean) =>
    isAsked(name)
      ? CliCommand.withShortDescription((await load()).command, summary)
      : CliCommand.make(name).pipe(CliCommand.withDescription(summary))
})

const groups = [
  {
    group: "LOOK",
    parts: [
      part("audit", "Count who holds which license, and find problems", () => import("./commands/Audit.ts")),
      part("users", "List users and their licenses", () => import("./commands/Users.ts")),
      part("user", "Show the licenses of one user", () => import("./commands/User.ts")),
      part(
        "whoami",
        "Show the organization, the OAuth client and its permissions",
        () => import("./commands/Whoami.ts")
      ),
      part(
        "definitions",
        "List the licenses that the organization can assign",
        () => import("./commands/Definitions.ts")
      ),
      part("roles", "List roles, their users and the licenses they need", () => import("./commands/Roles.ts")),
      part("why", "Show which roles give a user their licenses", () => import("./commands/Why.ts")),
      part("infer", "Show which licenses a role or a permission needs", () => import("./commands/Infer.ts")),
      part("billing", "Show who and what was billed in a period", () => import("./commands/Billing.ts")),
      part(
        "contracts",
        "Show what was bought, what was used, and the overage (preview)",
        () => import("./commands/Contracts.ts")
      )
    ]
  },
  {
    group: "COMPARE",
    parts: [
      part("snapshot", "Save who holds which license now", () => import("./commands/Snapshot.ts")),
      part("show", "Show a plan, a journal or a snapshot", () => import("./commands/Show.ts")),
      part("compare", "Show what changed since a snapshot", () => import("./commands/Compare.ts"))
    ]
  },
  {
    group: "CHANGE",
    parts: [
      part("plan", "Work out the changes to reach a desired state", () => import("./commands/Plan.ts")),
      part("apply", "Apply a plan, or continue one that was stopped", () => import("./commands/Apply.ts")),
      part("give", "Give a license to people, named here or in a spreadsheet", () => import("./commands/Give.ts")),
      part("take", "Take a license from people, named here or in a spreadsheet", () => import("./commands/Take.ts")),
      part("undo", "Plan how to reverse an apply", () => import("./commands/Undo.ts"))
    ]
  },
  {
    group: "MANY ORGANIZATIONS",
    parts: [
      part(
        "fleet",
        "Audit, snapshot, compare, plan or apply in many organizations",
        () => import("./commands/Fleet.ts")
      )
    ]
  },
  {
    group: "ASSIST",
    parts: [part("mcp", "Answer questions from an AI assistant (MCP server)", () => import("./commands/Mcp.ts"))]
  },
  {
    group: "TRY OUT",
    parts: [part("emulator", "Run an emulated organization", () => import("./commands/Emulator.ts"))]
  }
]

/** Loads every subcommand whose name occurs. If it was only an argument of that name, this costs time and nothing else. */
const load = (args: ReadonlyArray<string>) => {
  // Completions and the wizard need every subcommand.
  const isAll = args.some((arg) => /^--(completions|wizard)\b/.test(arg))
  const isAsked = (name: string) => isAll || args.includes(name)
  return Effect.promise(() =>
    Promise.all(
      groups.map(async ({ group, parts }) => ({
        group,
        commands: await Promise.all(parts.map((part) => part.command(isAsked)))
      }))
    )
  )
}

const root = CliCommand.make("genesys-license").pipe(
  CliCommand.withDescription(
    `Shows, compares and changes who holds which license in a Genesys Cloud organization.

Connects to the organization named by GENESYSCLOUD_REGION. Logs in with GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET, or with GENESYSCLOUD_ACCESS_TOKEN. If no GENESYSCLOUD_* variable is set, audit, users, user, definitions, roles, why and infer use a built-in emulated organization and say so.

\`genesys-license help COMMAND\` shows the flags of a command.

Exit codes: 0 success, or no differences; 1 error, or wrong usage; 2 differences found, a limit exceeded, or only partly done; 128 + signal number if stopped.`
  ),
  CliCommand.withExamples([
    { command: "genesys-license audit", description: "Count who holds which license" },
    { command: "genesys-license users --output users.csv", description: "Export all users to a spreadsheet" },
    { command: "genesys-license plan desired.csv --output plan.json", description: "Show what would change" },
    { command: "genesys-license apply plan.json", description: "Apply these changes" }
  ])
)

const presenter = Effect.gen(function* () {
  const { canColor } = yield* TerminalCapabilities.TerminalCapabilities
  const formatter = CliOutput.defaultFormatter({ colors: canColor })
  const width = yield* Fit.stdout
  const presenter: CliOutput.Presenter = {
    present: (event) => {
      switch (event._tag) {
        case "Help":
          return Console.log(Help.format(event.helpDoc, { colors: canColor, width }))
        case "Version":
          return Console.log(formatter.formatVersion(event.name, event.version))
        // To stderr, and without the whole help: it would hide the error.
        case "InvalidInvocation": {
          const problems = event.errors.map((error) => formatter.formatCliError(error))
          const help = `Run \`${event.commandPath.join(" ")} --help\` for details.`
          return Console.error([...problems, "", `Usage: ${event.helpDoc.usage}`, help].join("\n"))
        }
      }
    }
  }
  return presenter
})

/** Many people type `help plan` and `version`: these mean `plan --help` and `--version`. */
const asFlags = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first, ...others] = args
  if (first === "help") return withoutHelpOfUnknown([...others, "--help"])
  return first === "version" ? ["--version", ...others] : withoutHelpOfUnknown(args)
}

/** Drops the help flag if the command does not exist, so that the parser reports the unknown command. */
const withoutHelpOfUnknown = (args: ReadonlyArray<string>) => {
  const [first = "-"] = args
  const isCommand = first.startsWith("-") || groups.some(({ parts }) => parts.some((part) => part.isCalled(first)))
  return isCommand ? args : args.filter((arg) => arg !== "--help" && arg !== "-h")
}

/** Runs the command. Errors for people are printed here, so a caller only needs the exit code. */
export const run = Effect.fnUntraced(
  function* (typed: ReadonlyArray<string>) {
    const args = asFlags(typed)
    const command = CliCommand.withSubcommands(root, yield* load(args))
    yield* CliCommand.runWith(command, { version: Manifest.version })(args).pipe(
      Ending.explain,
      Effect.provide(InputFiles.layer)
    )
  },
  Effect.provideServiceEffect(CliOutput.Presenter, presenter),
  Effect.provideService(Logger.LogToStderr, true)
)
