/**
 * `genesys-license compare`: what changed between two snapshots, or since a snapshot.
 */
import * as Compare from "@genesys-license/admin/look/Compare"
import * as OrganizationIdentity from "@genesys-license/admin/organization/OrganizationIdentity"
import * as CompactSnapshot from "@genesys-license/admin/look/CompactSnapshot"
import type { Profiles } from "@genesys-license/admin/people/Directory"
import * as KnownPeople from "@genesys-license/admin/people/People"
import type { UserFacts } from "@genesys-license/admin/people/UserFacts"
import type { Options as ReadOptions } from "@genesys-license/client/UserStream"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
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
import * as Paging from "../flags/Paging.ts"
import * as People from "../flags/People.ts"
import * as Since from "../flags/Since.ts"
import type * as Row from "../terminal/Row.ts"
import * as Table from "../terminal/Table.ts"

const formats = [...Output.formats, "html"] as const

/** The argument that means the current state of the organization instead of a snapshot. */
const now = "now"

const config = {
  before: Paths.argument("before").pipe(
    Argument.withDescription("Earlier snapshot, or `now`; with --since, a folder of snapshots")
  ),
  after: Paths.argument("after").pipe(
    Argument.withDescription("Later snapshot, or `now` for the current state (default: now)"),
    Argument.withDefault(now)
  ),
  since: Since.flag,
  ...Output.flags(formats),
  ...ExitCode.compare,
  people: People.people,
  facts: People.flags.facts.pipe(
    Flag.withDescription(
      "Add data about users from a CSV, which overrides the directory; columns: userId, and any of name, email, department, division, manager; - is stdin"
    )
  ),
  read: Paging.flags,
  connection: Connection.flags
}

/** `fleet compare` runs it for each organization. */
export const run = Effect.fnUntraced(function* ({
  connection,
  exitCode,
  people,
  read,
  ...flags
}: Command.Command.Config.Infer<typeof config>) {
  const until = Option.isSome(flags.since) ? yield* Since.parse(flags.since.value) : undefined
  const before = flags.before === now && until === undefined ? undefined : flags.before
  const after = flags.after === now ? undefined : flags.after
  yield* OutputCheck.ofResult(
    flags,
    {
      reads: {
        "the snapshot before": before,
        "the snapshot after": after,
        "the facts": Option.getOrUndefined(flags.facts)
      }
    },
    formats
  )
  yield* check({ before, after, connection })

  const facts = yield* People.loadFacts({ people, facts: flags.facts, inactiveDays: Option.none() })
  if (facts !== undefined) yield* KnownPeople.ofFacts(facts)

  // Files first, so that a file that cannot be read costs no request.
  const beforeFile = before === undefined || until !== undefined ? undefined : yield* load(before)
  const afterFile = after === undefined ? undefined : yield* load(after)
  const choose = Effect.fnUntraced(function* (organization: OrganizationIdentity.Recorded | undefined) {
    const chosen = yield* Since.choose(flags.before, until!, organization)
    yield* OutputCheck.ofResult(flags, { reads: { "the snapshot before": chosen.path } }, formats)
    yield* warn(chosen)
    return chosen
  })
  const { comparison, profiles, ...sides } =
    afterFile !== undefined && before !== undefined
      ? compared(beforeFile ?? (yield* choose(afterFile.snapshot.organization)), afterFile, facts)
      : yield* Effect.gen(function* () {
          const organization = yield* identity
          const snapshot = until === undefined ? beforeFile : yield* choose(organization)
          const before = snapshot ?? (yield* take(organization, read))
          const result = compared(before, afterFile ?? (yield* take(organization, read)))
          const userIds = rows(result.comparison).map(({ userId }) => userId)
          return { ...result, profiles: yield* People.profilesOfChanged(people, userIds, facts) }
        }).pipe(Connection.provide(connection))
  yield* Figures.tell(Figures.ofComparison(comparison))
  const [was, is] = [sides.before.snapshot, sides.after.snapshot]

  yield* OrganizationNotes.say(
    OrganizationNotes.ofTwo(
      { path: sides.before.path, recorded: was.organization },
      { path: sides.after.path, recorded: is.organization }
    )
  )
  const changes = ChangeRows.make(rows(comparison), ["licenseId", "change"], profiles, fields)
  yield* Output.write(flags, {
    columns: changes.columns,
    rows: Stream.fromIterable(changes.rows),
    text: (width) => text(comparison, was, is, width),
    document: () => ({ ...comparison, changes: changes.rows }),
    html: () => page(comparison, was, is, profiles)
  })
  const isOther = OrganizationIdentity.compare(was.organization, is.organization) === "other"
  // --no-exit-code only covers differences: snapshots of different organizations are always an odd result.
  yield* differentIf(isOther || (exitCode && !Compare.isSame(comparison)))
})

export const command = Command.make("compare", config, run).pipe(
  Command.withDescription(
    "Shows who gained or lost which license, and who joined or left. Exit code 0: no differences; 2: there are differences, or the snapshots are of different organizations."
  ),
  Command.withExamples([
    {
      command: "genesys-license compare monday.json friday.json",
      description: "Compare two snapshots, without connecting"
    },
    {
      command: "genesys-license compare monday.json now --format csv",
      description: "List every change since a snapshot as CSV"
    },
    {
      command: "genesys-license compare monday.json now --output changes.html",
      description: "Write a page of all changes, by license and division"
    },
    {
      command: "genesys-license compare --since monday snapshots",
      description: "Compare with the last snapshot in a folder up to Monday"
    }
  ])
)

/** A snapshot to compare, and how sentences name it. */
interface Side {
  readonly path: string
  readonly snapshot: CompactSnapshot.CompactSnapshot
}

/** Snapshots have no names of users. For two files, only a CSV has them. */
const compared = (before: Side, after: Side, facts?: UserFacts) => ({
  before,
  after,
  comparison: Compare.compare(before.snapshot, after.snapshot),
  profiles: People.withFacts(new Map(), facts)
})

/** The columns about the users who changed. */
const fields = ["name", "email", "department", "division", "manager"] as const

const page = Effect.fnUntraced(function* (
  comparison: Compare.Comparison,
  was: CompactSnapshot.CompactSnapshot,
  is: CompactSnapshot.CompactSnapshot,
  people: Profiles
) {
  const ComparePage = yield* Effect.promise(() => import("@genesys-license/admin/report/ComparePage"))
  const recorded = is.organization ?? was.organization
  const { host = recorded, name = host } = typeof recorded === "object" ? recorded : {}
  return yield* ComparePage.page(comparison, {
    ...(typeof name === "string" && { organization: name }),
    before: was.takenAt,
    after: is.takenAt,
    people
  })
})

const check = Effect.fnUntraced(function* (sides: {
  readonly before: string | undefined
  readonly after: string | undefined
  readonly connection: Connection.Flags
}) {
  const { after, before, connection } = sides
  if (before === undefined && after === undefined) {
    return yield* new Misused({ message: "Pass the path of a snapshot: comparing `now` with `now` shows nothing." })
  }
  const isConnected = Option.isSome(connection.region) || Option.isSome(connection.gateway) || connection.emulated
  if (before !== undefined && after !== undefined && isConnected) {
    const message = "Comparing two snapshots needs no connection. Leave out --region, --gateway and --emulated."
    return yield* new Misused({ message })
  }
})

const take = Effect.fnUntraced(function* (organization: OrganizationIdentity.OrganizationIdentity, read: ReadOptions) {
  const snapshot = yield* Paging.during(read, (onProgress) =>
    CompactSnapshot.take({ organization, onProgress, read: { ...read, order: "arrival" } })
  )
  yield* Paging.warn(snapshot.drift)
  return { path: "the current state", snapshot }
})

const load = (path: string) =>
  CompactSnapshot.load(path).pipe(
    Effect.map((snapshot): Side => ({ path, snapshot })),
    Effect.tap(warn)
  )

/** Warns if users may be missing in a snapshot: the comparison would show them as joined or left. */
const warn = ({ path, snapshot: { drift } }: Side) =>
  drift === undefined || drift.confirmed || drift.possiblyMissed === 0
    ? Effect.void
    : Console.error(
        `The list of users changed while ${path} was taken: up to ${Table.count(drift.possiblyMissed, "user")} may be missing in it, and may be shown as joined or left.`
      )

const rows = ({ joined, left, licenses }: Compare.Comparison): ReadonlyArray<Row.Row & { readonly userId: string }> => [
  ...joined.map((userId) => ({ userId, change: "joined" })),
  ...left.map((userId) => ({ userId, change: "left" })),
  ...licenses.flatMap(({ gained, licenseId, lost }) => [
    ...gained.map((userId) => ({ userId, licenseId, change: "gained" })),
    ...lost.map((userId) => ({ userId, licenseId, change: "lost" }))
  ])
]

const text = (
  comparison: Compare.Comparison,
  before: CompactSnapshot.CompactSnapshot,
  after: CompactSnapshot.CompactSnapshot,
  width: number
) => {
  const { joined, left, licenses } = comparison
  const title = `From ${before.takenAt} to ${after.takenAt}`
  if (Compare.isSame(comparison)) return `${title}\n\nNo differences: ${Table.count(after.users.length, "user")}.`
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
    `${Table.count(joined.length, "user")} joined, ${Table.number(left.length)} left. Use --format csv to list who gained and who lost a license.`
  ].join("\n\n")
}
