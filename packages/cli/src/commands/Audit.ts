/**
 * `genesys-license audit`: counts who holds which license, and finds problems.
 */
import * as Activity from "@genesys-license/admin/look/Activity"
import * as Audit from "@genesys-license/admin/look/Audit"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import * as AuditPage from "../views/AuditPage.ts"
import * as AuditRows from "../views/AuditRows.ts"
import * as AuditText from "../views/AuditText.ts"
import * as Figures from "../views/Figures.ts"
import * as Connection from "../flags/Connection.ts"
import * as FailOn from "../flags/FailOn.ts"
import * as Identity from "../flags/Identity.ts"
import * as People from "../flags/People.ts"
import * as Seats from "../flags/Seats.ts"
import { Misused } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as Paging from "../flags/Paging.ts"
import * as RoleReading from "../flags/RoleReading.ts"
import * as SeatsText from "../views/SeatsText.ts"
import { Traffic } from "../terminal/Traffic.ts"

const formats = [...Output.formats, "html"] as const

const config = {
  json: Flag.Boolean("json").pipe(Flag.withDescription("Write JSON; same as --format json"), Flag.withDefault(false)),
  ...Output.flags(formats),
  ...People.flags,
  roles: RoleReading.flag,
  ...Seats.flags,
  failOn: FailOn.flag,
  list: Flag.Int("list").pipe(
    Flag.withSchema(Paging.Count),
    Flag.withMetavar("N"),
    Flag.withDescription(
      `Name up to N users for each finding; counts are always exact (default: 0; ${AuditPage.listed} in an HTML page)`
    ),
    Flag.optional
  ),
  sheets: Flag.Boolean("sheets").pipe(
    Flag.withDescription(
      "Write the people of each finding of an HTML page to CSV files beside it, such as audit.leavers.csv (default: on; off with --list 0); --no-sheets writes none"
    ),
    Flag.withDefault(true)
  ),
  read: Paging.flags,
  connection: Connection.flags
}

/** `fleet audit` runs it for each organization. */
export const run = Effect.fnUntraced(function* ({
  connection,
  json,
  read,
  roles,
  ...flags
}: Command.Command.Config.Infer<typeof config>) {
  if (json && Option.isSome(flags.format) && flags.format.value !== "json") {
    return yield* new Misused({
      message: "--json means --format json, and contradicts the given --format. Pass only one of the two."
    })
  }
  const target = { ...flags, format: json ? Option.some("json" as const) : flags.format }
  const isPage = Output.formatOf(target) === "html"
  const list = Option.getOrElse(flags.list, () => (isPage ? AuditPage.listed : 0))
  const limits = yield* FailOn.parse(flags.failOn)
  const reads = { "the facts": Option.getOrUndefined(flags.facts), ...Seats.reads(flags) }
  yield* OutputCheck.ofResult(target, { reads }, formats)
  const sheets = yield* AuditPage.paths(target, flags.sheets && list > 0)
  if (sheets !== undefined) {
    yield* OutputCheck.ofResult(target, { reads, writes: AuditPage.writes(sheets) }, formats)
  }
  const facts = yield* People.loadFacts(flags)
  const files = yield* Seats.load(flags)

  yield* Effect.gen(function* () {
    const { label, title } = yield* Connection.Organization
    const organization = isPage ? yield* Identity.name : label
    const [took, { audit, fields }] = yield* Effect.gen(function* () {
      const started = roles ? yield* RoleReading.start(sheets === undefined ? list : Infinity) : undefined
      const people = yield* People.read(flags, facts, {
        ...read,
        // Names take most of the memory, and nobody is named.
        keep: list === 0 && !isPage ? Activity.counted : undefined,
        listener: started?.listener
      })
      const collector = started && (yield* RoleReading.readPeople(started, read))
      const audit = yield* Paging.during(read, (onProgress) =>
        Audit.run({
          people,
          inactiveDays: Option.getOrUndefined(flags.inactiveDays),
          listed: list,
          listedHolders: sheets === undefined ? list : Infinity,
          onProgress,
          read: { ...read, order: "arrival" },
          roles: collector
        })
      )
      return { audit, fields: people?.fields }
    }).pipe(Effect.timed)
    yield* Paging.warn(audit.drift)
    yield* Figures.tell(Figures.ofAudit(audit))
    if (facts !== undefined && audit.activity !== undefined) {
      const { notInOrganization } = audit.activity
      yield* People.report(facts, facts.byId.size + facts.byEmail.size - notInOrganization)
    }
    const seats = yield* Seats.make(audit.licenses, files, flags)
    const { requests } = yield* Traffic
    const cost = { took, requests }
    const rows = AuditRows.make(audit).map((row) => ({ ...row, ...SeatsText.cells(seats, String(row["licenseId"])) }))
    yield* Output.write(target, {
      columns: [...AuditRows.columns(audit), ...SeatsText.columns(seats)],
      rows: Stream.fromIterable(rows),
      text: (width) => AuditText.render(audit, { title, ...cost, more: SeatsText.sections(seats, width) }, width),
      html: () => AuditPage.make(audit, sheets, { organization, place: label, listed: list, seats, ...cost }),
      document: () => {
        // The rows take the place of the licenses.
        const fields = { ...audit, licenses: undefined }
        return { ...(list === 0 ? withoutNames(fields) : fields), licenses: rows, ...seats }
      }
    })
    yield* AuditPage.tell(audit, sheets)
    const written = Output.formatOf(target)
    if (written === "csv" || written === "ndjson") yield* Console.error(AuditRows.leftOut(audit, written))
    yield* FailOn.check(limits, { audit, fields, bought: seats.bought })
  }).pipe(Connection.provideOrEmulated(connection))
})

export const command = Command.make("audit", config, run).pipe(
  Command.withDescription(
    "Counts who holds which license. Finds idle users and leavers who hold a license, licenses that overlap, and licenses that nobody holds. --roles finds licenses that no role needs, --charges adds seats bought (preview), --prices adds list prices."
  ),
  Command.withExamples([
    { command: "genesys-license audit", description: "Show a table of all licenses" },
    {
      command: "genesys-license audit --output audit.html",
      description: "Write a page for decisions, and its people as CSV files beside it"
    },
    {
      command: "genesys-license audit --inactive-days 90 --list 50",
      description: "Show who holds a license and has not logged in for 90 days"
    },
    {
      command: "genesys-license audit --facts people.csv",
      description: "Add departments, managers and last logins that the directory does not have"
    },
    {
      command: "genesys-license audit --roles --list 50",
      description: "Show who holds a license that no role needs, or lacks one that a role needs"
    },
    {
      command: "genesys-license audit --charges charges.csv --prices prices.csv",
      description: "Show seats held, seats bought, and list prices"
    },
    {
      command: "genesys-license audit --fail-on 'idle>50,leavers>0'",
      description: "In a job: exit with 2 if a number exceeds its limit"
    },
    { command: "genesys-license audit --json | jq '.licenses[0]'", description: "Print the most common license" }
  ])
)

const namesOfUsers = new Set(["unlicensedUserIds", "userIds", "listed", "people", "managers"])

/** With `--list 0`, the document has no lists of users. An empty list would look like no finding. */
const withoutNames = (fields: object): object => {
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (!namesOfUsers.has(name)) kept[name] = valueWithoutNames(value)
  }
  return kept
}

const valueWithoutNames = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(valueWithoutNames) : Predicate.isObject(value) ? withoutNames(value) : value
