/**
 * `genesys-license fleet`: the other commands, for many organizations.
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Organization } from "@genesys-license/admin/fleet/Organizations"
import * as FleetFlags from "../flags/FleetFlags.ts"
import * as Paging from "../flags/Paging.ts"
import * as People from "../flags/People.ts"
import * as Arguments from "../fleet/Arguments.ts"
import * as Applying from "../Applying.ts"
import * as FleetJob from "../fleet/FleetJob.ts"
import * as InputFolder from "../fleet/InputFolder.ts"
import * as OneOrganization from "../fleet/OneOrganization.ts"
import * as PlanFolder from "../fleet/PlanFolder.ts"
import { Misused } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"
import * as Table from "../terminal/Table.ts"
import * as Apply from "./Apply.ts"
import * as Audit from "./Audit.ts"
import * as Compare from "./Compare.ts"
import * as Plan from "./Plan.ts"
import * as Snapshot from "./Snapshot.ts"

/** A folder has no place for a text of no format. */
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
      Flag.withDescription("Name up to N users of each finding (default: 0)"),
      Flag.withDefault(0)
    ),
    read: Paging.flags
  },
  Effect.fnUntraced(function* ({ fileFormat, inactiveDays, list, people, read, ...flags }) {
    yield* FleetJob.run(flags, yield* FleetJob.organizationsOf(flags), {
      command: OneOrganization.commandOf(Audit.command),
      label: "Auditing",
      extension: fileFormat,
      args: [
        ...Arguments.of({ "--people": people, "--inactive-days": inactiveDays, "--list": list }),
        ...Arguments.ofReading(read)
      ]
    })
  })
).pipe(
  Command.withShortDescription("Audit many organizations"),
  Command.withDescription("Audits many organizations: a file for each, and a summary of all."),
  Command.withExamples([
    { command: "genesys-license fleet audit orgs.json --output-dir audits", description: "A JSON for each" },
    {
      command:
        "genesys-license fleet audit orgs.json --output-dir audits --file-format html --output audits/fleet.html",
      description: "A page for each, and one of all"
    }
  ])
)

const snapshot = Command.make(
  "snapshot",
  { ...FleetFlags.flags, read: Paging.flags },
  Effect.fnUntraced(function* ({ read, ...flags }) {
    yield* FleetJob.run(flags, yield* FleetJob.organizationsOf(flags), {
      command: OneOrganization.commandOf(Snapshot.command),
      label: "Taking snapshots",
      extension: "json",
      args: Arguments.ofReading(read)
    })
  })
).pipe(
  Command.withShortDescription("Save who holds which license now"),
  Command.withDescription("Saves who holds which license now in many organizations."),
  Command.withExamples([
    { command: "genesys-license fleet snapshot orgs.json --output-dir snapshots/monday", description: "Of all" },
    {
      command: "genesys-license fleet snapshot orgs.json --output-dir snapshots/monday --only acme,globex",
      description: "Of two"
    }
  ])
)

const compare = Command.make(
  "compare",
  {
    ...FleetFlags.flags,
    before: FleetFlags.folder("before", "Folder with the snapshots to compare with"),
    after: FleetFlags.folder("after", "Folder with later snapshots (default: the organizations as they are now)").pipe(
      Flag.optional
    ),
    fileFormat: FleetFlags.fileFormat(fileFormats),
    people: People.people,
    read: Paging.flags
  },
  Effect.fnUntraced(function* ({ after, before, fileFormat, people, read, ...flags }) {
    const snapshots = [before, ...Option.toArray(after)]
    yield* FleetJob.run(flags, yield* FleetJob.organizationsOf(flags), {
      command: OneOrganization.commandOf(Compare.command),
      label: "Comparing",
      extension: fileFormat,
      // Differences are what is looked for. Another organization still ends with 2.
      args: [...Arguments.of({ "--exit-code": false, "--people": people }), ...Arguments.ofReading(read)],
      inputs: ({ id }) => snapshots.map((folder) => `${folder}/${id}.json`),
      isConnected: Option.isNone(after)
    })
  })
).pipe(
  Command.withShortDescription("Show what changed since snapshots"),
  Command.withDescription(
    "Shows what changed in many organizations since their snapshots. Differences do not show in the exit code: it is 0 if all organizations were compared."
  ),
  Command.withExamples([
    {
      command:
        "genesys-license fleet compare orgs.json --before monday --after tuesday --output-dir changes --output changes/fleet.html",
      description: "Compare two folders of snapshots; nothing is sent"
    }
  ])
)

/** Those of the organizations that have a file. Says who has none. */
const withFile = Effect.fnUntraced(function* (
  flags: FleetFlags.Flags,
  folder: string,
  extensions: ReadonlyArray<string>,
  what: string
) {
  const all = yield* FleetJob.organizationsOf({ ...flags, only: Option.none(), except: Option.none() })
  const files = yield* InputFolder.read(folder, extensions, all)
  const meant = yield* FleetJob.organizationsOf(flags)
  const organizations = meant.filter(({ id }) => files.has(id))
  const without = meant.filter(({ id }) => !files.has(id)).map(({ id }) => id)
  if (organizations.length === 0) return yield* new Misused({ message: `No organization has ${what} in ${folder}.` })
  if (without.length > 0) {
    const more = without.length > 5 ? ` and ${Table.number(without.length - 5)} more` : ""
    yield* Console.error(`Left out without ${what} in ${folder}: ${without.slice(0, 5).join(", ")}${more}.`)
  }
  return { organizations, pathOf: ({ id }: Organization) => files.get(id) ?? "" }
})

const plan = Command.make(
  "plan",
  {
    ...FleetFlags.flags,
    desired: FleetFlags.folder("desired", "Folder with a desired state for each organization, such as acme.csv"),
    exact: Flag.Boolean("exact").pipe(
      Flag.withDescription("Take the licenses of each list from everybody in its organization who is not on it"),
      Flag.withDefault(false)
    ),
    changes: Flag.Literals("changes", ["add", "remove"]).pipe(
      Flag.withDescription("Plan only what users gain, or only what they lose"),
      Flag.optional
    ),
    people: People.people,
    read: Paging.flags
  },
  Effect.fnUntraced(function* ({ changes, desired, exact, people, read, ...flags }) {
    const { organizations, pathOf } = yield* withFile(
      flags,
      desired,
      ["csv", "ndjson", "jsonl", "json"],
      "a desired state"
    )
    yield* FleetJob.run(flags, organizations, {
      command: OneOrganization.commandOf(Plan.command),
      label: "Planning",
      extension: "json",
      args: [
        ...Arguments.of({ "--exact": exact, "--only": changes, "--people": people, "--detailed-exitcode": false }),
        ...Arguments.ofReading(read)
      ],
      inputs: (organization) => [pathOf(organization)]
    })
  })
).pipe(
  Command.withShortDescription("Work out the changes that lead to desired states"),
  Command.withDescription(
    "Works out the changes that lead to a desired state of each organization. Changes nothing; `fleet apply` does."
  ),
  Command.withExamples([
    {
      command: "genesys-license fleet plan orgs.json --desired desired --output-dir plans",
      description: "From desired/acme.csv, make plans/acme.json"
    }
  ])
)

const limit = (name: string, what: string) =>
  Flag.Int(name).pipe(
    Flag.withSchema(Paging.Count),
    Flag.withMetavar("N"),
    Flag.withDescription(`Refuse a plan with more than N ${what}; each plan counts by itself`),
    Flag.optional
  )

const apply = Command.make(
  "apply",
  {
    ...FleetFlags.flags,
    plans: FleetFlags.folder("plans", "Folder with the plans that `fleet plan` saved"),
    maxChanges: limit("max-changes", "changes"),
    maxRemovals: limit("max-removals", "removals"),
    yes: Flag.Boolean("yes").pipe(
      Flag.withAlias("y"),
      Flag.withDescription("Apply the plans (default: say what they change, and send nothing)"),
      Flag.withDefault(false)
    ),
    takeOver: Flag.Boolean("take-over").pipe(
      Flag.withDescription("Take journals over from a run that seems to go on, but does not run any more"),
      Flag.withDefault(false)
    ),
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
    const { organizations, pathOf } = yield* withFile(flags, plans, ["json"], "a plan")
    const { additions, removals } = yield* PlanFolder.check(organizations, pathOf)
    if (!yes) {
      return yield* new Misused({
        message: `The plans of ${Table.count(organizations.length, "organization")} give ${Table.count(additions, "license")} and take away ${Table.number(removals)}. Look at them, and say --yes if they are right. Nothing was changed.`
      })
    }
    yield* FleetJob.run(flags, organizations, {
      command: OneOrganization.commandOf(Apply.command),
      label: "Applying plans",
      extension: fileFormat,
      args: Arguments.of({
        "--yes": true,
        "--max-changes": maxChanges,
        "--max-removals": maxRemovals,
        ...(takeOver && { "--take-over": true }),
        "--batch-size": batchSize,
        "--people": people
      }),
      inputs: (organization) => [pathOf(organization)]
    })
  })
).pipe(
  Command.withShortDescription("Carry out plans, or continue after a stop"),
  Command.withDescription(
    "Carries out the plans of many organizations. Each has a journal beside its plan. A plan is refused by any organization but the one that it was made for. If a run is stopped for any reason, run the same command again."
  ),
  Command.withExamples([
    {
      command: "genesys-license fleet apply orgs.json --plans plans --output-dir applied --max-removals 20 --yes",
      description: "Apply each plan that takes away at most 20 licenses"
    }
  ])
)

export const command = Command.make("fleet").pipe(
  Command.withDescription(
    "Does for many organizations what another command does for one. A run that was stopped goes on: what is done is not done again. Exit code 0: all organizations are done; 2: some are not, and the summary says why; 1: nothing was begun, or a result cannot be written."
  ),
  Command.withSubcommands([audit, snapshot, compare, plan, apply])
)
