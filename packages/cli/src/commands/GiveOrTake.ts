/**
 * The shared part of `give` and `take`: looks up people, makes a plan for one license, and
 * saves or applies it like any other plan.
 */
import { withPeople } from "@genesys-license/admin/change/Plan"
import * as OneLicense from "@genesys-license/admin/change/OneLicense"
import * as NamedPeople from "@genesys-license/admin/people/NamedPeople"
import * as Sheet from "@genesys-license/admin/people/Sheet"
import { quote } from "@genesys-license/schema/Quote"
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Applying from "../Applying.ts"
import * as Connection from "../flags/Connection.ts"
import * as ExitCode from "../flags/ExitCode.ts"
import { identity } from "../flags/Identity.ts"
import * as People from "../flags/People.ts"
import * as JournalPath from "../JournalPath.ts"
import { differentIf, Misused } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as Paths from "../terminal/Paths.ts"
import { count } from "../terminal/Table.ts"
import * as PlanResult from "../views/PlanResult.ts"
import * as PlanWarnings from "../views/PlanWarnings.ts"

const { confirmRemovals, journal, maxChanges, yes } = Applying.flags

export const flags = {
  license: Argument.String("license").pipe(Argument.withDescription("Id of the license, such as cloudCX3")),
  who: Argument.String("person").pipe(
    Argument.withDescription("E-mail address, id, or full name of a person; the name must be unique"),
    Argument.atLeast(0)
  ),
  output: Output.output.pipe(
    Flag.withDescription("Save the plan to FILE for `apply`, and change nothing; - is stdout")
  ),
  maxChanges,
  yes,
  journal: journal.pipe(
    Flag.withDescription(
      "Record every step in FILE (default: in this directory, named after the command and the license, such as take-cloudCX3.journal.ndjson)"
    )
  ),
  ...Output.view,
  ...ExitCode.detailed,
  people: People.people,
  connection: Connection.flags
}

export { confirmRemovals }

/** The flag with the spreadsheet: `--to` or `--from`. */
export const sheet = (name: string) =>
  Paths.flag(name).pipe(
    Flag.withMetavar("CSV"),
    Flag.withDescription(
      "Read the people from a CSV with a column userId, email or name, such as `users` writes; - is stdin"
    ),
    Flag.optional
  )

export interface Flags extends Output.Target, Connected {
  readonly license: string
  readonly who: ReadonlyArray<string>
  readonly sheet: Option.Option<string>
  readonly maxChanges: Option.Option<number>
  readonly confirmRemovals: number
  readonly yes: boolean
  readonly journal: Option.Option<string>
  readonly detailedExitcode: boolean
  readonly people: boolean
}

interface Connected {
  readonly connection: Connection.Flags
}

/** The words that differ between the two commands. */
const words = {
  give: { change: "add", state: "present", preposition: "to", skipped: ["already holds", "already hold"] },
  take: { change: "remove", state: "absent", preposition: "from", skipped: ["does not hold", "do not hold"] }
} as const

export const run = Effect.fnUntraced(function* (command: keyof typeof words, { connection, license, ...flags }: Flags) {
  const { change, preposition, skipped, state } = words[command]
  const target = { ...flags, output: Option.none<string>() }
  const files = {
    reads: { "the sheet": Option.getOrUndefined(flags.sheet) },
    writes: { "the journal": Option.getOrUndefined(flags.journal) }
  }
  if (Option.isSome(flags.output)) {
    yield* refuseUnused(flags)
    yield* OutputCheck.ofDocument(flags, files)
  } else {
    yield* OutputCheck.ofResult(target, files)
  }
  const people = [
    ...flags.who.map(NamedPeople.read),
    ...(Option.isSome(flags.sheet)
      ? yield* Sheet.load(flags.sheet.value, { purpose: { licenseId: license, state } })
      : [])
  ]
  if (people.length === 0) {
    return yield* new Misused({
      message: `No people given. Name them after the license, or pass a CSV with --${preposition}.`
    })
  }
  if (!flags.people && NamedPeople.needsDirectory(people)) {
    return yield* new Misused({
      message:
        "--no-people: e-mail addresses and names can only be looked up in the directory. Pass the ids of the people."
    })
  }

  yield* Effect.gen(function* () {
    const organization = yield* identity
    const { alreadySo, unknown, ...planned } = yield* People.reading((onProgress) =>
      OneLicense.plan({ change, licenseId: license, people }, { organization, onProgress })
    )
    const shown = [...planned.plan.changes.map(({ userId }) => userId), ...alreadySo.slice(0, PlanWarnings.named)]
    const profiles = yield* People.profilesOf(flags.people, shown)
    const plan = withPeople(planned.plan, profiles.values())
    if (unknown.length > 0) yield* Console.error(notFound(unknown))
    if (alreadySo.length > 0) {
      const who = PlanWarnings.some(alreadySo, profiles)
      const reason = skipped[alreadySo.length === 1 ? 0 : 1]
      yield* Console.error(
        `Skipped ${count(alreadySo.length, "person who", "people who")} ${reason} ${quote(license)}: ${who}.`
      )
    }
    if (Option.isSome(flags.output) || plan.changes.length === 0) {
      yield* PlanResult.finish(plan, flags)
      return yield* differentIf(unknown.length > 0)
    }

    yield* PlanWarnings.say(plan)
    const journal = Option.isSome(flags.journal)
      ? flags.journal.value
      : yield* JournalPath.beside(`${command}-${license.replace(/[^\w.-]+/g, "_")}.json`, plan)
    const result = yield* Applying.run(plan, {
      ...flags,
      journal,
      organization: Effect.succeed(organization),
      advice: {
        look: "Save the plan with --output plan.json to check it",
        all: "save the plan with --output plan.json, and `genesys-license show plan.json` lists all",
        resume: "Run the same command again to do the rest, with a new journal"
      }
    })
    const isComplete = yield* Applying.show(result, plan, { ...flags, journal }, target)
    yield* differentIf(!isComplete || unknown.length > 0 || !PlanResult.isWhole(plan))
  }).pipe(Connection.provide(connection))
})

/** With `--output` nothing is changed, so flags about the change would have no effect. */
const refuseUnused = ({ journal, maxChanges, yes }: Pick<Flags, "journal" | "maxChanges" | "yes">) => {
  const flag = yes
    ? "--yes"
    : Option.isSome(journal)
      ? "--journal"
      : Option.isSome(maxChanges)
        ? "--max-changes"
        : undefined
  return flag === undefined
    ? Effect.void
    : Effect.fail(
        new Misused({ message: `--output saves the plan and changes nothing. Pass ${flag} to \`apply\` instead.` })
      )
}

/** How many people a message names if they are not found. */
const named = 10

const notFound = (people: ReadonlyArray<NamedPeople.Named>) => {
  const some = people
    .slice(0, named)
    .map(({ line, text }) => `${quote(text)}${line === undefined ? "" : ` (line ${line})`}`)
  const more = people.length > some.length ? ` and ${people.length - some.length} more` : ""
  return `Skipped, because they were not found among active and inactive users: ${some.join(", ")}${more}.`
}
