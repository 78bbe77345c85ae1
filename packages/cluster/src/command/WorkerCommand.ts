/**
 * `genesys-license-cluster worker`: does jobs until it is stopped.
 */
import * as Organizations from "@genesys-license/admin/fleet/Organizations"
import * as CliCommand from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Cron from "effect/Cron"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import { hostname } from "node:os"
import { Misused } from "../ClusterError.ts"
import * as Database from "../database/Database.ts"
import type { Settings } from "../database/Settings.ts"
import * as Connection from "../jobs/Connection.ts"
import * as Runs from "../jobs/Runs.ts"
import * as Log from "../worker/Log.ts"
import * as Nightly from "../worker/Nightly.ts"
import * as Worker from "../worker/Worker.ts"
import * as Flags from "./Flags.ts"
import * as Teardown from "./Teardown.ts"

/** The `worker` subcommand. */
export const command = CliCommand.make(
  "worker",
  {
    organizations: Flags.organizations,
    secretsDir: Flag.String("secrets-dir").pipe(
      Flag.withMetavar("DIR"),
      Flag.withDescription("Read each secret from a file in this folder (default: from environment variables)"),
      Flag.optional
    ),
    slots: Flags.whole("slots", 1, 100).pipe(
      Flag.withDescription(`Do up to N jobs at the same time (default: ${Worker.defaults.slots})`),
      Flag.withDefault(Worker.defaults.slots)
    ),
    nightly: Flag.Literals("nightly", ["audit", "snapshot", "compare"]).pipe(
      Flag.withDescription(
        "Submit a run of all organizations each night; must be the same for all workers (default: none)"
      ),
      Flag.optional
    ),
    at: Flag.String("at").pipe(
      Flag.withMetavar("CRON"),
      Flag.withDescription('Time of the nightly run, as a cron schedule (default: "0 2 * * *")'),
      Flag.withDefault("0 2 * * *")
    ),
    zone: Flag.String("zone").pipe(
      Flag.withMetavar("ZONE"),
      Flag.withDescription("Time zone of --at, such as Europe/Berlin (default: UTC)"),
      Flag.withDefault("UTC")
    ),
    timeout: Flags.time("timeout", "Stop a job that takes longer than TIME", Worker.defaults.timeout),
    drain: Flags.time("drain", "After a signal to stop, let jobs go on for TIME", Worker.defaults.drain),
    ...Flags.settings
  },
  Effect.fnUntraced(function* ({ at, nightly, organizations, secretsDir, slots, zone, ...flags }) {
    yield* Database.url
    yield* check(flags)
    const cron = Result.getOrUndefined(Cron.parse(at, zone))
    if (cron === undefined) {
      return yield* new Misused({
        message: `--at ${JSON.stringify(at)} is not a cron schedule in the zone ${JSON.stringify(zone)}.`
      })
    }
    const { length } = yield* Organizations.load(organizations)
    const name = `${hostname()}:${process.pid}`
    return yield* Effect.gen(function* () {
      yield* Effect.forkChild(cleaning(flags))
      if (Option.isSome(nightly)) {
        yield* Effect.forkChild(Nightly.run({ kind: nightly.value, cron, organizations }))
      }
      yield* Console.error(
        `Worker ${name} is ready: ${slots} jobs at a time, ${length} ${length === 1 ? "organization" : "organizations"}. Ctrl-C stops it.`
      )
      return yield* Worker.run({
        ...flags,
        name,
        organizations,
        secrets: Option.getOrUndefined(secretsDir),
        slots,
        onStopped: Teardown.stopped
      })
    }).pipe(
      Effect.provide(
        Database.layerQueue(flags).pipe(
          Layer.provideMerge(Database.layer({ maxConnections: slots + 2 })),
          Layer.provideMerge(Log.layer),
          Layer.provideMerge(Connection.http)
        )
      )
    )
  })
).pipe(
  CliCommand.withShortDescription("Do jobs until stopped"),
  CliCommand.withDescription(
    "Does the jobs of the queue until it is stopped. Start it on several machines: if one is lost, the others go on with its jobs. SIGTERM and Ctrl-C let running jobs end. Exit code 0: all of them ended; 2: some went back to the queue."
  ),
  CliCommand.withExamples([
    {
      command: "genesys-license-cluster worker orgs.json --secrets-dir /run/secrets",
      description: "Do jobs until Ctrl-C"
    },
    {
      command: 'genesys-license-cluster worker orgs.json --nightly compare --at "0 2 * * *" --zone Europe/Berlin',
      description: "Compare all organizations each night at two"
    }
  ])
)

const check = Effect.fnUntraced(function* ({ lockExpiration, lockRefresh }: Settings) {
  if (Duration.toMillis(lockRefresh) * 2 > Duration.toMillis(lockExpiration)) {
    return yield* new Misused({
      message:
        "--lock-refresh must be at most half of --lock-expiration. Otherwise, working workers would count as lost."
    })
  }
})

const cleaning = ({ keep }: Settings) => Effect.ignore(Runs.purge(keep)).pipe(Effect.repeat(Schedule.spaced("1 hour")))
