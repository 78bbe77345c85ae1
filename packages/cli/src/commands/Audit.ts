/**
 * `genesys-license audit`: who holds what, counted, and what is odd about it.
 */
import * as Audit from "@genesys-license/admin/look/Audit"
import type { Options } from "@genesys-license/admin/report/Html"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as AuditRows from "../views/AuditRows.ts"
import * as AuditText from "../views/AuditText.ts"
import * as Figures from "../views/Figures.ts"
import * as Connection from "../flags/Connection.ts"
import * as People from "../flags/People.ts"
import { Misused } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as Paging from "../flags/Paging.ts"
import { Traffic } from "../terminal/Traffic.ts"

const formats = [...Output.formats, "html"] as const

export const command = Command.make(
  "audit",
  {
    json: Flag.Boolean("json").pipe(Flag.withDescription("Short for --format json"), Flag.withDefault(false)),
    ...Output.flags(formats),
    ...People.flags,
    list: Flag.Int("list").pipe(
      Flag.withSchema(Paging.Count),
      Flag.withMetavar("N"),
      Flag.withDescription("Name up to N users of each finding; counts are exact in any case (default: 0)"),
      Flag.withDefault(0)
    ),
    read: Paging.flags,
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, json, list, read, ...flags }) {
    if (json && Option.isSome(flags.format) && flags.format.value !== "json") {
      return yield* new Misused({ message: "--json is --format json: give one of the two." })
    }
    const target = { ...flags, format: json ? Option.some("json" as const) : flags.format }
    yield* OutputCheck.ofResult(target, { reads: { "the facts": Option.getOrUndefined(flags.facts) } }, formats)
    const facts = yield* People.loadFacts(flags)

    yield* Effect.gen(function* () {
      const { label, title } = yield* Connection.Organization
      const [took, audit] = yield* Effect.gen(function* () {
        const people = yield* People.read(flags, facts, read)
        return yield* Paging.during(read, (onProgress) =>
          Audit.run({
            people,
            inactiveDays: Option.getOrUndefined(flags.inactiveDays),
            listed: list,
            onProgress,
            read: { ...read, order: "arrival" }
          })
        )
      }).pipe(Effect.timed)
      yield* Paging.warn(audit.drift)
      yield* Figures.tell(Figures.ofAudit(audit))
      if (facts !== undefined && audit.activity !== undefined) {
        const { notInOrganization } = audit.activity
        yield* People.report(facts, facts.byId.size + facts.byEmail.size - notInOrganization)
      }
      const { requests } = yield* Traffic
      const cost = { took, requests }
      yield* Output.write(target, {
        columns: AuditRows.columns(audit),
        rows: Stream.fromIterable(AuditRows.make(audit)),
        text: (width) => AuditText.render(audit, { title, ...cost }, width),
        html: () => page(audit, { organization: label, ...cost }),
        document: () => (list === 0 ? withoutNames(audit) : audit)
      })
      const written = Output.formatOf(target)
      if (written === "csv" || written === "ndjson") yield* Console.error(AuditRows.leftOut(audit, written))
    }).pipe(Connection.provideOrEmulated(connection))
  })
).pipe(
  Command.withDescription(
    "Counts who holds which license, which licenses are held together, and which nobody holds or nobody needs. --facts adds who has not logged in for long."
  ),
  Command.withExamples([
    { command: "genesys-license audit", description: "A table of every license" },
    { command: "genesys-license audit --output audit.html", description: "A page with charts, to send on" },
    {
      command: "genesys-license audit --facts users.csv --inactive-days 60 --list 50",
      description: "Who holds a license and has not logged in for 60 days"
    },
    { command: "genesys-license audit --json | jq '.licenses[0]'", description: "The most common license" }
  ])
)

/** Its charts are the heaviest part of all, and loaded for nobody else. */
const page = (audit: Audit.Audit, options: Options) =>
  Effect.flatMap(
    Effect.promise(() => import("@genesys-license/admin/report/Html")),
    (Html) => Html.page(audit, options)
  )

const namesOfUsers = ["unlicensedUserIds", "userIds", "listed"]

/** Nobody was to be named, which an empty list of users would not say. */
const withoutNames = (audit: Audit.Audit): object =>
  JSON.parse(JSON.stringify(audit, (key, value: unknown) => (namesOfUsers.includes(key) ? undefined : value)))
