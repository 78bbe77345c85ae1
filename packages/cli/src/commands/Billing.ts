/**
 * `genesys-license billing`: what was billed in a period, and for whom.
 */
import * as BilledUsage from "@genesys-license/admin/look/BilledUsage"
import * as Reading from "@genesys-license/admin/look/Reading"
import type { ChargeMap } from "@genesys-license/admin/licenses/ChargeMap"
import * as Emails from "@genesys-license/admin/people/Emails"
import { BillingService } from "@genesys-license/client/BillingService"
import type { Options as ReadOptions } from "@genesys-license/client/UserStream"
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Charges from "../flags/Charges.ts"
import * as Connection from "../flags/Connection.ts"
import * as Paging from "../flags/Paging.ts"
import * as People from "../flags/People.ts"
import * as Period from "../flags/Period.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as Progress from "../terminal/Progress.ts"
import * as BilledResult from "../views/BilledResult.ts"

export const command = Command.make(
  "billing",
  {
    ...Period.flags,
    charges: Charges.flag,
    people: People.people,
    ...Output.flags(Output.formats),
    read: Paging.flags,
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, read, ...flags }) {
    const period = yield* Period.of(flags)
    yield* OutputCheck.ofResult(flags, { reads: { "the charges": Option.getOrUndefined(flags.charges) } })
    const charges = yield* Charges.load(flags.charges)

    const [usage, holders] = yield* Effect.gen(function* () {
      const report = yield* Progress.withLine(
        { before: "Waiting for Genesys Cloud to create the report", label: "Waiting", perRequest: 1 },
        () => BillingService.use((billing) => billing.getUsage(period))
      )
      const people = flags.people ? yield* peopleOf(BilledUsage.emails(report), read) : undefined
      const holders = charges && (yield* holdersOf(charges, read))
      return [BilledUsage.make(report, { charges, people, holders }), holders] as const
    }).pipe(Connection.provide(connection))

    yield* Charges.report(flags.charges, "not billed in this period", usage.strangers)
    const unheld = [...(holders ?? [])].flatMap(([licenseId, { size }]) => (size === 0 ? [licenseId] : []))
    yield* Charges.report(flags.charges, "nobody holds", unheld)
    yield* Output.write(flags, BilledResult.make(usage, period))
  })
).pipe(
  Command.withDescription(
    "Shows the billable usage of a period by charge, and the people and devices that were billed. Waits up to two minutes while Genesys Cloud creates the report. The report names charges, not license ids: use --charges to map them."
  ),
  Command.withExamples([
    {
      command: "genesys-license billing --month 2026-10 --output billed.csv",
      description: "Export one row for each person or device billed in October"
    },
    {
      command: "genesys-license billing --from 2026-10-15 --to 2026-11-15",
      description: "Show a period that is not a calendar month, by charge"
    },
    {
      command: "genesys-license billing --charges charges.csv",
      description: "Compare last month with the current holders of each license"
    }
  ])
)

/** Without permission for the directory, the result has only the addresses. */
const peopleOf = (emails: ReadonlySet<string>, read: ReadOptions) =>
  People.reading((onProgress) => Emails.lookUpWithDeleted(emails, { ...read, onProgress })).pipe(
    Effect.tap(({ isPartial }) =>
      isPartial
        ? Console.error(
            "Genesys Cloud lists at most 10,000 inactive users. Other inactive users may be shown as not in the directory."
          )
        : Effect.void
    ),
    Effect.map(({ people }) => people),
    Effect.catchReason("GenesysError", "Forbidden", (_, error) =>
      Effect.as(Console.error(`E-mail addresses cannot be looked up in the directory. ${error.message}`), undefined)
    )
  )

const holdersOf = ({ byCharge }: ChargeMap, read: ReadOptions) =>
  Effect.gen(function* () {
    const holders = new Map<LicenseId, Set<UserId>>()
    for (const { licenseId } of byCharge.values()) holders.set(licenseId, new Set())
    const drift = yield* Paging.during(read, (onProgress) =>
      Reading.forEachPage(Reading.pages({ onProgress, read: { ...read, order: "arrival" } }), (users) => {
        for (const { id, licenses } of users) for (const licenseId of licenses) holders.get(licenseId)?.add(id)
      })
    )
    yield* Paging.warn(drift)
    return holders
  })
