/**
 * The `genesys-license` command, whose parts are loaded when they are asked for:
 * whoever wants one, or only help, does not wait for the code of the others.
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

/** A part of the command: its name and a line of help, and everything else when it is asked for. */
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
      part("audit", "Count who holds which license, and find what is odd", () => import("./commands/Audit.ts")),
      part("users", "List users and their licenses", () => import("./commands/Users.ts")),
      part("user", "Show the licenses of one user", () => import("./commands/User.ts")),
      part("whoami", "Show the organization, the client and what it may do", () => import("./commands/Whoami.ts")),
      part("definitions", "List the licenses of the organization", () => import("./commands/Definitions.ts")),
      part("roles", "List roles, who has them and which licenses they need", () => import("./commands/Roles.ts")),
      part("why", "Show which roles bring the licenses of a user", () => import("./commands/Why.ts")),
      part("infer", "Show which licenses a role or a permission needs", () => import("./commands/Infer.ts")),
      part("billing", "Show what was billed in a period, and who", () => import("./commands/Billing.ts")),
      part(
        "contracts",
        "Show what was bought, used, and used beyond that (preview)",
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
      part("plan", "Work out the changes that lead to a desired state", () => import("./commands/Plan.ts")),
      part("apply", "Carry out a plan, or continue one that was stopped", () => import("./commands/Apply.ts")),
      part("give", "Give a license to people, or to those of a spreadsheet", () => import("./commands/Give.ts")),
      part("take", "Take a license from people, or from those of a spreadsheet", () => import("./commands/Take.ts")),
      part("undo", "Plan how to reverse what was applied", () => import("./commands/Undo.ts"))
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
    parts: [part("mcp", "Answer the questions of an assistant (MCP)", () => import("./commands/Mcp.ts"))]
  },
  {
    group: "TRY OUT",
    parts: [part("emulator", "Serve an emulated organization", () => import("./commands/Emulator.ts"))]
  }
]

/** Every name that occurs is asked for: an argument of the same name costs only time. */
const load = (args: ReadonlyArray<string>) => {
  // Completions and the wizard go through all of them.
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

Connects to the organization that GENESYSCLOUD_REGION names, with GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET, or with GENESYSCLOUD_ACCESS_TOKEN. Where no GENESYSCLOUD_* is set, audit, users, user, definitions, roles, why and infer use a built-in emulated organization, and say so.

\`genesys-license help COMMAND\` shows the flags of a command.

Exit codes: 0 done, or no difference; 1 failed, or wrong usage; 2 there are differences, a limit is passed, or only a part is done; 128 + signal if stopped.`
  ),
  CliCommand.withExamples([
    { command: "genesys-license audit", description: "Count who holds which license" },
    { command: "genesys-license users --output users.csv", description: "List everybody for a spreadsheet" },
    { command: "genesys-license plan desired.csv --output plan.json", description: "Show what would change" },
    { command: "genesys-license apply plan.json", description: "Change it" }
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
        // A wrong call has no result, and the whole help would hide what is wrong.
        case "InvalidInvocation": {
          const problems = event.errors.map((error) => formatter.formatCliError(error))
          const help = `\`${event.commandPath.join(" ")} --help\` tells more.`
          return Console.error([...problems, "", `Usage: ${event.helpDoc.usage}`, help].join("\n"))
        }
      }
    }
  }
  return presenter
})

/** `help plan` and `version`, which many type, are `plan --help` and `--version`. */
const asFlags = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first, ...others] = args
  if (first === "help") return withoutHelpOfNothing([...others, "--help"])
  return first === "version" ? ["--version", ...others] : withoutHelpOfNothing(args)
}

/** Help is no answer where there is no such command: then it is left to the parser to say so. */
const withoutHelpOfNothing = (args: ReadonlyArray<string>) => {
  const [first = "-"] = args
  const isCommand = first.startsWith("-") || groups.some(({ parts }) => parts.some((part) => part.isCalled(first)))
  return isCommand ? args : args.filter((arg) => arg !== "--help" && arg !== "-h")
}

/** Runs the command with its arguments. What it fails with is said already. */
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
