/**
 * `genesys-license compare`: what changed since a snapshot.
 */
import * as Compare from "@genesys-license/admin/look/Compare"
import * as OrganizationIdentity from "@genesys-license/admin/organization/OrganizationIdentity"
import * as Snapshot from "@genesys-license/admin/look/Snapshot"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Connection from "../flags/Connection.ts"
import { differentIf, Misused } from "../terminal/Ending.ts"
import * as ExitCode from "../flags/ExitCode.ts"
import { identity } from "../flags/Identity.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as Paths from "../terminal/Paths.ts"
import * as OrganizationNotes from "../views/OrganizationNotes.ts"
import * as ChangeRows from "../views/ChangeRows.ts"
import * as Figures from "../views/Figures.ts"
import * as People from "../flags/People.ts"
import * as Paging from "../flags/Paging.ts"
import type * as Row from "../terminal/Row.ts"
import * as Table from "../terminal/Table.ts"

export const command = Command.make(
  "compare",
  {
    before: Paths.argument("before").pipe(Argument.withDescription("Snapshot to compare with")),
    after: Paths.argument("after").pipe(
      Argument.withDescription("Later snapshot (default: the organization as it is now)"),
      Argument.optional
    ),
    ...Output.flags(Output.formats),
    ...ExitCode.compare,
    people: People.people,
    read: Paging.flags,
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, exitCode, people, read, ...flags }) {
    yield* OutputCheck.ofResult(flags, {
      reads: { "the snapshot before": flags.before, "the snapshot after": Option.getOrUndefined(flags.after) }
    })
    if (
      Option.isSome(flags.after) &&
      (Option.isSome(connection.region) || Option.isSome(connection.gateway) || connection.emulated)
    ) {
      const message =
        "Two snapshots are compared without an organization: leave out --region, --gateway and --emulated."
      return yield* new Misused({ message })
    }
    const before = yield* load(flags.before)
    const after = Option.isSome(flags.after) ? yield* load(flags.after.value) : undefined
    const { comparison, later, profiles } =
      after === undefined
        ? yield* now(before, people, read).pipe(Connection.provide(connection))
        : { later: after, comparison: Compare.compare(before, after), profiles: new Map() }
    yield* Figures.tell(Figures.ofComparison(comparison))
    const [was, is] = [before.organization, later.organization]
    const other = Option.getOrElse(flags.after, () => "the organization that is asked")
    yield* OrganizationNotes.say(
      OrganizationNotes.ofTwo({ path: flags.before, recorded: was }, { path: other, recorded: is })
    )
    const changes = ChangeRows.make(rows(comparison), ["licenseId", "change"], profiles)
    yield* Output.write(flags, {
      columns: changes.columns,
      rows: Stream.fromIterable(changes.rows),
      text: (width) => text(comparison, before, later, width),
      document: () => comparison
    })
    const isOther = OrganizationIdentity.compare(was, is) === "other"
    // Strangers are never the same, whoever asks: --no-exit-code is about differences.
    yield* differentIf(isOther || (exitCode && !Compare.isSame(comparison)))
  })
).pipe(
  Command.withDescription(
    "Shows who gained and who lost which license, and who joined or left. Exit code 0: no difference; 2: there are differences, or the snapshots are of different organizations."
  ),
  Command.withExamples([
    {
      command: "genesys-license compare monday.json friday.json",
      description: "Compare two snapshots, without an organization"
    },
    {
      command: "genesys-license compare monday.json --format csv",
      description: "Compare with now, a row for each change"
    }
  ])
)

/** Compares with the organization as it is now, which knows the names of those who changed. Two files do not. */
const now = (before: Snapshot.Snapshot, people: boolean, read: Parameters<typeof Paging.during>[0]) =>
  Effect.gen(function* () {
    const organization = yield* identity
    const later = yield* Paging.during(read, (onProgress) =>
      Snapshot.take({ organization, onProgress, read: { ...read, order: "arrival" } })
    )
    yield* Paging.warn(later.drift)
    const comparison = Compare.compare(before, later)
    const userIds = rows(comparison).map(({ userId }) => userId)
    return { later, comparison, profiles: yield* People.profilesOf(people, userIds) }
  })

/** A snapshot; says when users may be missing in it, who would seem to have joined or left. */
const load = (path: string) =>
  Effect.tap(Snapshot.load(path), ({ drift }) =>
    drift === undefined || drift.confirmed || drift.possiblyMissed === 0
      ? Effect.void
      : Console.error(
          `The list of users moved while ${path} was taken: up to ${Table.count(drift.possiblyMissed, "user")} may be missing in it, and seem to have joined or left.`
        )
  )

const rows = ({ joined, left, licenses }: Compare.Comparison): ReadonlyArray<Row.Row & { readonly userId: string }> => [
  ...joined.map((userId) => ({ userId, change: "joined" })),
  ...left.map((userId) => ({ userId, change: "left" })),
  ...licenses.flatMap(({ gained, licenseId, lost }) => [
    ...gained.map((userId) => ({ userId, licenseId, change: "gained" })),
    ...lost.map((userId) => ({ userId, licenseId, change: "lost" }))
  ])
]

const text = (comparison: Compare.Comparison, before: Snapshot.Snapshot, after: Snapshot.Snapshot, width: number) => {
  const { joined, left, licenses } = comparison
  const title = `From ${before.takenAt} to ${after.takenAt}`
  if (Compare.isSame(comparison)) return `${title}\n\nNo difference: ${Table.count(after.users.length, "user")}.`
  return [
    title,
    ...(licenses.length === 0
      ? []
      : [
          Table.ofLines(
            [
              ["License", "before", "after", "gained", "lost"],
              ...licenses.map(({ after, before, gained, licenseId, lost }) => [
                licenseId,
                ...[before, after, gained.length, lost.length].map(Table.number)
              ])
            ],
            undefined,
            width
          )
        ]),
    `${Table.count(joined.length, "user")} joined, ${Table.number(left.length)} left. --format csv names them all.`
  ].join("\n\n")
}
