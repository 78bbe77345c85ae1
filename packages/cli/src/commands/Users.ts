/**
 * `genesys-license users`: lists users and their licenses.
 */
import { fail, UnknownLicenses } from "@genesys-license/admin/AdminError"
import type { Drift } from "@genesys-license/client/Drift"
import type { People as Known } from "@genesys-license/admin/people/People"
import { LicenseService } from "@genesys-license/client/LicenseService"
import type { UserLicenses } from "@genesys-license/schema/license/User"
import * as Clock from "effect/Clock"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Connection from "../flags/Connection.ts"
import { Misused } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as Paging from "../flags/Paging.ts"
import * as People from "../flags/People.ts"
import { count } from "../terminal/Table.ts"
import * as UserRows from "../views/UserRows.ts"

export const command = Command.make(
  "users",
  {
    license: Flag.String("license").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("List only users with this license; repeat for several"),
      Flag.atLeast(0)
    ),
    unlicensed: Flag.Boolean("unlicensed").pipe(
      Flag.withDescription("List only users without a license"),
      Flag.withDefault(false)
    ),
    pairs: Flag.Boolean("pairs").pipe(
      Flag.withDescription("Write one row per user and license, in the format that `plan` reads"),
      Flag.withDefault(false)
    ),
    ...People.flags,
    inactiveDays: People.flags.inactiveDays.pipe(
      Flag.withDescription("List only users who are idle: their last login is known, and more than DAYS days ago")
    ),
    ...Output.flags(Output.formats),
    read: Paging.flags,
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, read, ...flags }) {
    if (flags.unlicensed && (flags.pairs || flags.license.length > 0)) {
      const other = flags.pairs ? "--pairs lists licenses" : "--license names one"
      return yield* new Misused({
        message: `--unlicensed lists users without a license, but ${other}. Leave out one of the two.`
      })
    }
    yield* OutputCheck.ofResult(flags, { reads: { "the facts": Option.getOrUndefined(flags.facts) } })
    const facts = yield* People.loadFacts(flags)
    const now = yield* Clock.currentTimeMillis

    const { stdoutIsTerminal } = yield* Stdio.Stdio
    // On a terminal, the rows themselves show progress, and a progress bar would break them.
    const during = Output.isStdout(flags) && (yield* stdoutIsTerminal) ? Paging.quietly : Paging.during
    yield* Effect.gen(function* () {
      const unknown = yield* undefinedOf(flags.license)
      const people = yield* People.read(flags, facts, read)
      const selection = UserRows.select({ ...flags, people, now })
      yield* during(read, (onProgress) =>
        Effect.gen(function* () {
          const license = yield* LicenseService
          let last: Drift | undefined
          const rows = license.userPages(read).pipe(
            Stream.tap(({ drift }) => {
              last = drift
              return onProgress(drift)
            }),
            Stream.tap(({ users }) => lookUpMissing(people, users)),
            Stream.map(({ users }) => selection.rows(users)),
            Stream.filter((rows) => rows.length > 0),
            Stream.flattenIterable
          )
          // Some errors appear only after the last user. As part of the rows, they still keep the file from being replaced.
          const check = Effect.gen(function* () {
            yield* unknown.check(selection.held)
            if (facts !== undefined) yield* People.report(facts, selection.matching())
          })
          yield* Output.write(flags, {
            columns: selection.columns,
            shown: selection.shown,
            rows: Stream.concat(rows, Stream.fromEffectDrain(check)),
            list: flags.pairs ? "assignments" : "users"
          })
          yield* Paging.warn(last)
          if (selection.leftOut() > 0) {
            yield* Console.error(
              `Left out ${count(selection.leftOut(), "user")} whose last login is not known. They may have logged in.`
            )
          }
        })
      )
    }).pipe(Connection.provideOrEmulated(connection))
  })
).pipe(
  Command.withDescription("Lists users and their licenses, with names and last logins from the directory."),
  Command.withExamples([
    { command: "genesys-license users --output users.csv", description: "Export all users to a spreadsheet" },
    {
      command: "genesys-license users --output users.csv --delimiter semicolon --bom",
      description: "Export for an Excel that uses decimal commas"
    },
    { command: "genesys-license users --license cloudCX3", description: "List who holds a license" },
    {
      command: "genesys-license users --license cloudCX3 --inactive-days 90 --output idle.csv",
      description: "List who holds a license and has not logged in for 90 days"
    },
    {
      command: "genesys-license users --license cloudCX3 --pairs --output desired.csv",
      description: "Make a desired state to edit, for `plan`"
    }
  ])
)

/** License holders who are not in the directory may have been deleted, so look them up one by one. */
const lookUpMissing = (people: Known | undefined, users: ReadonlyArray<UserLicenses>) =>
  people === undefined
    ? Effect.void
    : people.lookUp(users.filter(({ licenses }) => licenses.length > 0).map(({ id }) => id))

/** Requested licenses without a definition. They are misspelled, or retired: a retired one is fine if somebody still holds it. */
const undefinedOf = Effect.fnUntraced(function* (licenseIds: ReadonlyArray<string>) {
  const license = yield* LicenseService
  const defined = licenseIds.length === 0 ? [] : (yield* license.getDefinitions).map(({ id }) => id)
  const isMisspelled = (one: string) => defined.some((id) => id.toLowerCase() === one.toLowerCase())
  const unknown = licenseIds.filter((id) => !defined.includes(id))
  const failIfAny = (ids: ReadonlyArray<string>) =>
    ids.length === 0 ? Effect.void : Effect.fail(fail(new UnknownLicenses({ licenseIds: ids, defined })))
  yield* failIfAny(unknown.filter(isMisspelled))
  return { check: (held: ReadonlySet<string>) => failIfAny(unknown.filter((id) => !held.has(id))) }
})
