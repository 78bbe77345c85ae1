/**
 * `genesys-license audit`: who holds what, counted, and what is odd about it.
 */
import * as Activity from "@genesys-license/admin/look/Activity"
import * as Audit from "@genesys-license/admin/look/Audit"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
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

export const command = Command.make(
  "audit",
  {
    json: Flag.Boolean("json").pipe(Flag.withDescription("Short for --format json"), Flag.withDefault(false)),
    ...Output.flags(formats),
    ...People.flags,
    roles: RoleReading.flag,
    ...Seats.flags,
    failOn: FailOn.flag,
    list: Flag.Int("list").pipe(
      Flag.withSchema(Paging.Count),
      Flag.withMetavar("N"),
      Flag.withDescription(
        `Name up to N users of each finding; counts are exact in any case (default: 0; ${AuditPage.listed} in a page)`
      ),
      Flag.optional
    ),
    sheets: Flag.Boolean("sheets").pipe(
      Flag.withDescription(
        "Beside a page, write all people of its findings as CSV, such as audit.leavers.csv (default: on, unless --list 0); --no-sheets writes none"
      ),
      Flag.withDefault(true)
    ),
    read: Paging.flags,
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, json, read, roles, ...flags }) {
    if (json && Option.isSome(flags.format) && flags.format.value !== "json") {
      return yield* new Misused({ message: "--json is --format json: give one of the two." })
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
      const seats = yield* Seats.beside(audit.licenses, files, flags)
      const { requests } = yield* Traffic
      const cost = { took, requests }
      const rows = AuditRows.make(audit).map((row) => ({ ...row, ...SeatsText.cells(seats, String(row["licenseId"])) }))
      yield* Output.write(target, {
        columns: [...AuditRows.columns(audit), ...SeatsText.columns(seats)],
        rows: Stream.fromIterable(rows),
        text: (width) => AuditText.render(audit, { title, ...cost, beside: SeatsText.sections(seats, width) }, width),
        html: () => AuditPage.make(audit, sheets, { organization, place: label, listed: list, ...cost }),
        document: () => ({ ...(list === 0 ? withoutNames(audit) : audit), licenses: rows, ...seats })
      })
      const written = Output.formatOf(target)
      if (written === "csv" || written === "ndjson") yield* Console.error(AuditRows.leftOut(audit, written))
      if (written === "html") yield* Seats.sayLeftOut(seats)
      yield* FailOn.check(limits, { audit, fields, bought: seats.bought })
    }).pipe(Connection.provideOrEmulated(connection))
  })
).pipe(
  Command.withDescription(
    "Counts who holds which license, which licenses are held together, and which nobody holds or nobody needs. --facts adds who has not logged in for long, --roles whose roles do not need what they hold."
  ),
  Command.withExamples([
    { command: "genesys-license audit", description: "A table of every license" },
    {
      command: "genesys-license audit --output audit.html",
      description: "A page to decide from, and its people as CSV beside it"
    },
    {
      command: "genesys-license audit --facts users.csv --inactive-days 60 --list 50",
      description: "Who holds a license and has not logged in for 60 days"
    },
    {
      command: "genesys-license audit --roles --list 50",
      description: "Who holds a license that none of their roles needs, or lacks one that a role needs"
    },
    {
      command: "genesys-license audit --charges charges.csv --prices prices.csv",
      description: "Seats bought beside seats held, and the list price of those held"
    },
    {
      command: "genesys-license audit --fail-on 'idle>50,leavers>0'",
      description: "For a job: end with 2 if a number passes a limit"
    },
    { command: "genesys-license audit --json | jq '.licenses[0]'", description: "The most common license" }
  ])
)

const namesOfUsers = ["unlicensedUserIds", "userIds", "listed", "people", "managers"]

/** Nobody was to be named, which an empty list of users would not say. */
const withoutNames = (audit: Audit.Audit): object =>
  JSON.parse(JSON.stringify(audit, (key, value: unknown) => (namesOfUsers.includes(key) ? undefined : value)))
