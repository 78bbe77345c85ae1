/**
 * `genesys-license users`: everybody, and what they hold.
 */
import * as UserFacts from "@genesys-license/admin/people/UserFacts"
import type { Drift } from "@genesys-license/client/Drift"
import { LicenseService } from "@genesys-license/client/LicenseService"
import type { UserLicenses } from "@genesys-license/schema/license/User"
import * as Clock from "effect/Clock"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Connection from "../flags/Connection.ts"
import { Misused } from "../terminal/Ending.ts"
import * as Facts from "../flags/Facts.ts"
import * as Output from "../terminal/Output.ts"
import * as Paging from "../flags/Paging.ts"
import type * as Row from "../terminal/Row.ts"

export const command = Command.make(
  "users",
  {
    license: Flag.String("license").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Only users with this license; repeat it for several"),
      Flag.atLeast(0)
    ),
    unlicensed: Flag.Boolean("unlicensed").pipe(
      Flag.withDescription("Only users without a license"),
      Flag.withDefault(false)
    ),
    pairs: Flag.Boolean("pairs").pipe(
      Flag.withDescription("Write a row for each license of each user, as `plan` reads them"),
      Flag.withDefault(false)
    ),
    facts: Facts.flags.facts,
    inactiveDays: Flag.Int("inactive-days").pipe(
      Flag.withSchema(Paging.Count),
      Flag.withMetavar("DAYS"),
      Flag.withDescription("Only users who have not logged in for DAYS days; needs --facts"),
      Flag.optional
    ),
    ...Output.flags(Output.formats),
    read: Paging.flags,
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, read, ...flags }) {
    if (Option.isSome(flags.inactiveDays) && Option.isNone(flags.facts)) {
      return yield* new Misused({ message: "--inactive-days needs --facts: the License API does not tell log-ins." })
    }
    const facts = yield* Facts.load(flags.facts)
    if (Option.isSome(flags.inactiveDays) && facts?.columns.has("lastLogin") === false) {
      return yield* new Misused({ message: "--inactive-days needs a column lastLogin in the facts." })
    }
    const now = yield* Clock.currentTimeMillis
    const isMeant = filter({ ...flags, facts, now })
    const toRows = flags.pairs ? pairs(facts, flags.license) : row(facts)

    const { stdoutIsTerminal } = yield* Stdio.Stdio
    // Rows that appear on the terminal are progress enough, and would be torn by a bar.
    const during = Option.isNone(flags.output) && (yield* stdoutIsTerminal) ? Paging.quietly : Paging.during
    yield* during(read, (onProgress) =>
      Effect.gen(function* () {
        const license = yield* LicenseService
        let last: Drift | undefined
        const rows = license.userPages(read).pipe(
          Stream.tap(({ drift }) => {
            last = drift
            return onProgress(drift)
          }),
          Stream.map(({ users }) => users.filter(isMeant).flatMap(toRows)),
          Stream.filter((rows) => rows.length > 0),
          Stream.flattenIterable
        )
        yield* Output.write(flags, { columns: columns(flags.pairs, facts), rows })
        yield* Paging.warn(last)
      })
    ).pipe(Connection.provideOrEmulated(connection))
  })
).pipe(
  Command.withDescription(
    "Lists users and their licenses. --facts adds columns of a CSV of yours, such as names and log-ins."
  ),
  Command.withExamples([
    { command: "genesys-license users --output users.csv", description: "Everybody, for a spreadsheet" },
    { command: "genesys-license users --license cloudCX3", description: "Who holds a license" },
    {
      command: "genesys-license users --facts people.csv --inactive-days 60 --format csv",
      description: "Who holds something and has not logged in for 60 days"
    },
    {
      command: "genesys-license users --license cloudCX3 --pairs --output desired.csv",
      description: "A desired state to edit and to plan"
    }
  ])
)

const known = ["email", "name", "division", "lastLogin", "state"] as const

const columns = (isPairs: boolean, facts: UserFacts.UserFacts | undefined) => [
  "userId",
  isPairs ? "licenseId" : "licenses",
  ...known.filter((column) => facts?.columns.has(column))
]

const of = (facts: UserFacts.UserFacts | undefined, { id }: UserLicenses): Row.Row => {
  const { userId: _, ...fact } = UserFacts.readable((facts && UserFacts.of(facts, id)) ?? { userId: id })
  return fact
}

const row =
  (facts: UserFacts.UserFacts | undefined) =>
  (user: UserLicenses): ReadonlyArray<Row.Row> => [{ userId: user.id, licenses: user.licenses, ...of(facts, user) }]

const pairs =
  (facts: UserFacts.UserFacts | undefined, license: ReadonlyArray<string>) =>
  (user: UserLicenses): ReadonlyArray<Row.Row> =>
    user.licenses
      .filter((licenseId) => license.length === 0 || license.includes(licenseId))
      .map((licenseId) => ({ userId: user.id, licenseId, ...of(facts, user) }))

const dayMillis = 24 * 60 * 60 * 1000

const filter = (options: {
  readonly license: ReadonlyArray<string>
  readonly unlicensed: boolean
  readonly inactiveDays: Option.Option<number>
  readonly facts: UserFacts.UserFacts | undefined
  readonly now: number
}) => {
  const { facts, inactiveDays, license, now, unlicensed } = options
  const since = Option.map(inactiveDays, (days) => now - days * dayMillis)
  const isInactive = (id: string) => {
    if (Option.isNone(since)) return true
    const fact = facts && UserFacts.of(facts, id)
    // Of whom nothing is known, nothing is claimed.
    return fact !== undefined && (fact.lastLogin === undefined || fact.lastLogin < since.value)
  }
  return ({ id, licenses }: UserLicenses) =>
    (license.length === 0 || license.some((one) => licenses.includes(one))) &&
    (!unlicensed || licenses.length === 0) &&
    isInactive(id)
}
