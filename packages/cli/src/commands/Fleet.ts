/**
 * `genesys-license fleet`: runs other commands for many organizations.
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as InputFolder from "@genesys-license/admin/fleet/InputFolder"
import type { Organization } from "@genesys-license/admin/fleet/Organizations"
import * as PlanFolder from "@genesys-license/admin/fleet/PlanFolder"
import * as FleetFlags from "../flags/FleetFlags.ts"
import * as Paging from "../flags/Paging.ts"
import * as People from "../flags/People.ts"
import * as Applying from "../Applying.ts"
import * as FleetJob from "../fleet/FleetJob.ts"
import * as OneOrganization from "../fleet/OneOrganization.ts"
import { Misused } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"
import * as Table from "../terminal/Table.ts"
import * as Apply from "./Apply.ts"
import * as Audit from "./Audit.ts"
import * as Compare from "./Compare.ts"
import * as Plan from "./Plan.ts"
import * as Snapshot from "./Snapshot.ts"

/** Formats that programs can read: nobody opens a folder of tables. */
const fileFormats = Output.formats.filter((format) => format !== "table")

const audit = Command.make(
  "audit",
  {
    ...FleetFlags.flags,
    fileFormat: FleetFlags.fileFormat([...fileFormats, "html"]),
    people: People.people,
    inactiveDays: People.flags.inactiveDays,
    list: Flag.Int("list").pipe(
      Flag.withSchema(Paging.Count),
      Flag.withMetavar("N"),
      Flag.withDescription("Name up to N users for each finding; counts are always exact (default: 0)"),
      Flag.withDefault(0)
    ),
    read: Paging.flags
  },
  Effect.fnUntraced(function* ({ fileFormat, inactiveDays, list, people, read, ...flags }) {
    const options = { people, inactiveDays, list: Option.some(list), read }
    const defaults = yield* OneOrganization.defaultsOf(Audit.command)
    yield* FleetJob.run(flags, yield* FleetJob.organizationsOf(flags), {
      name: "audit",
      label: "Auditing",
      extension: fileFormat,
      options,
      run: (_, output) => Audit.run({ ...defaults, ...options, output })
    })
  })
).pipe(
  Command.withShortDescription("Audit many organizations"),
  Command.withDescription("Audits many organizations. Writes a file for each, and a summary of all."),
  Command.withExamples([
    { command: "genesys-license fleet audit orgs.json --output-dir audits", description: "Write a JSON file for each" },
    {
      command:
        "genesys-license fleet audit orgs.json --output-dir audits --file-format html --output audits/fleet.html",
      description: "Write a page for each, and one for all"
    }
  ])
)

const snapshot = Command.make(
  "snapshot",
  { ...FleetFlags.flags, read: Paging.flags },
  Effect.fnUntraced(function* ({ read, ...flags }) {
    const defaults = yield* OneOrganization.defaultsOf(Snapshot.command)
    yield* FleetJob.run(flags, yield* FleetJob.organizationsOf(flags), {
      name: "snapshot",
      label: "Taking snapshots",
      extension: "json",
      options: { read },
      run: (_, output) => Snapshot.run({ ...defaults, read, output })
    })
  })
).pipe(
  Command.withShortDescription("Save who holds which license now"),
  Command.withDescription("Saves a snapshot of each organization: who holds which license now."),
  Command.withExamples([
    {
      command: "genesys-license fleet snapshot orgs.json --output-dir snapshots/monday",
      description: "All organizations"
    },
    {
      command: "genesys-license fleet snapshot orgs.json --output-dir snapshots/monday --only acme,globex",
      description: "Two organizations"
    }
  ])
)

const compare = Command.make(
  "compare",
  {
    ...FleetFlags.flags,
    before: FleetFlags.folder("before", "Compare with the snapshots in this folder"),
    after: FleetFlags.folder(
      "after",
      "Use the later snapshots in this folder (default: the current state of the organizations)"
    ).pipe(Flag.optional),
    fileFormat: FleetFlags.fileFormat(fileFormats),
    people: People.people,
    read: Paging.flags
  },
  Effect.fnUntraced(function* ({ after, before, fileFormat, people, read, ...flags }) {
    // Differences are the expected result. A snapshot of another organization still ends with 2.
    const options = { exitCode: false, people, read }
    const defaults = yield* OneOrganization.defaultsOf(Compare.command, [before])
    const snapshots = ({ id }: Organization) => ({
      before: `${before}/${id}.json`,
      ...(Option.isSome(after) && { after: `${after.value}/${id}.json` })
    })
    yield* FleetJob.run(flags, yield* FleetJob.organizationsOf(flags), {
      name: "compare",
      label: "Comparing",
      extension: fileFormat,
      options,
      run: (organization, output) => Compare.run({ ...defaults, ...options, ...snapshots(organization), output }),
      inputs: (organization) => Object.values(snapshots(organization)),
      isConnected: Option.isNone(after)
    })
  })
).pipe(
  Command.withShortDescription("Show what changed since snapshots"),
  Command.withDescription(
    "Shows what changed in many organizations since their snapshots. Exit code 0: all organizations were compared, with or without differences."
  ),
  Command.withExamples([
    {
      command:
        "genesys-license fleet compare orgs.json --before monday --after tuesday --output-dir changes --output changes/fleet.html",
      description: "Compare two folders of snapshots, without connecting"
    }
  ])
)

/** The organizations that have a file in the folder. Says which ones have none. */
const withFile = Effect.fnUntraced(function* (
  flags: FleetFlags.Flags,
  folder: string,
  extensions: ReadonlyArray<string>,
  what: string
) {
  const all = yield* FleetJob.organizationsOf({ ...flags, only: Option.none(), except: Option.none() })
  const files = yield* InputFolder.read(folder, extensions, all)
  const selected = yield* FleetJob.organizationsOf(flags)
  const organizations = selected.filter(({ id }) => files.has(id))
  const without = selected.filter(({ id }) => !files.has(id)).map(({ id }) => id)
  if (organizations.length === 0) return yield* new Misused({ message: `No organization has a ${what} in ${folder}.` })
  if (without.length > 0) {
    const more = without.length > 5 ? ` and ${Table.number(without.length - 5)} more` : ""
    yield* Console.error(
      `Skipped, because they have no ${what} in ${folder}: ${without.slice(0, 5).join(", ")}${more}.`
    )
  }
  return { organizations, pathOf: ({ id }: Organization) => files.get(id) ?? "" }
})

const plan = Command.make(
  "plan",
  {
    ...FleetFlags.flags,
    desired: FleetFlags.folder(
      "desired",
      "Read the desired state of each organization from this folder, such as acme.csv"
    ),
    exact: Plan.exact,
    changes: Flag.Literals("changes", ["add", "remove"]).pipe(Flag.withDescription(Plan.onlyText), Flag.optional),
    people: People.people,
    read: Paging.flags
  },
  Effect.fnUntraced(function* ({ changes, desired, exact, people, read, ...flags }) {
    const { organizations, pathOf } = yield* withFile(
      flags,
      desired,
      ["csv", "ndjson", "jsonl", "json"],
      "desired state"
    )
    const options = { exact, only: changes, people, detailedExitcode: false, read }
    const defaults = yield* OneOrganization.defaultsOf(Plan.command, [desired])
    yield* FleetJob.run(flags, organizations, {
      name: "plan",
      label: "Planning",
      extension: "json",
      options,
      run: (organization, output) => Plan.run({ ...defaults, ...options, desired: pathOf(organization), output }),
      inputs: (organization) => [pathOf(organization)]
    })
  })
).pipe(
  Command.withShortDescription("Work out the changes to reach desired states"),
  Command.withDescription(
    "Works out the changes to reach the desired state of each organization. Changes nothing: use `fleet apply` to apply the plans."
  ),
  Command.withExamples([
    {
      command: "genesys-license fleet plan orgs.json --desired desired --output-dir plans",
      description: "Make plans/acme.json from desired/acme.csv"
    }
  ])
)

const apply = Command.make(
  "apply",
  {
    ...FleetFlags.flags,
    plans: FleetFlags.folder("plans", "Apply the plans in this folder, which `fleet plan` saved"),
    maxChanges: Applying.flags.maxChanges,
    maxRemovals: Applying.flags.maxRemovals,
    yes: Flag.Boolean("yes").pipe(
      Flag.withAlias("y"),
      Flag.withDescription("Apply the plans (default: only count their changes)"),
      Flag.withDefault(false)
    ),
    takeOver: Applying.flags.takeOver,
    batchSize: Applying.flags.batchSize,
    fileFormat: FleetFlags.fileFormat(fileFormats),
    people: People.people
  },
  Effect.fnUntraced(function* ({
    batchSize,
    fileFormat,
    maxChanges,
    maxRemovals,
    people,
    plans,
    takeOver,
    yes,
    ...flags
  }) {
    const { organizations, pathOf } = yield* withFile(flags, plans, ["json"], "plan")
    const { additions, removals } = yield* PlanFolder.check(organizations, pathOf)
    if (!yes) {
      return yield* new Misused({
        message: `The plans of ${Table.count(organizations.length, "organization")} give ${Table.count(additions, "license")} and take away ${Table.number(removals)}. Nothing was changed. Check the plans, and pass --yes if they are correct.`
      })
    }
    const options = { yes, maxChanges, maxRemovals, takeOver, batchSize, people }
    const defaults = yield* OneOrganization.defaultsOf(Apply.command, [plans])
    yield* FleetJob.run(flags, organizations, {
      name: "apply",
      label: "Applying plans",
      extension: fileFormat,
      options,
      run: (organization, output) => Apply.run({ ...defaults, ...options, plan: pathOf(organization), output }),
      inputs: (organization) => [pathOf(organization)]
    })
  })
).pipe(
  Command.withShortDescription("Apply plans, or continue after a stop"),
  Command.withDescription(
    "Applies the plans of many organizations. Each plan has a journal beside it, and is only applied to the organization that it was made for. If a run is stopped for any reason, run the same command again."
  ),
  Command.withExamples([
    {
      command: "genesys-license fleet apply orgs.json --plans plans --output-dir applied --max-removals 20 --yes",
      description: "Apply the plans, but refuse each one with more than 20 removals"
    }
  ])
)

export const command = Command.make("fleet").pipe(
  Command.withDescription(
    "Runs a command for many organizations. If a run is stopped, run the same command again: it skips the organizations that are done. Exit code 0: all organizations are done; 2: some are not, and the summary says why; 1: nothing was started, or a result cannot be written."
  ),
  Command.withSubcommands([audit, snapshot, compare, plan, apply])
)
