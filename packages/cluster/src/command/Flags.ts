/**
 * Flags that subcommands share.
 */
import * as FleetArguments from "@genesys-license/admin/fleet/FleetArguments"
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { defaults, inWords } from "../database/Settings.ts"

/** A whole number within bounds. */
export const whole = (name: string, minimum: number, maximum = 1_000_000) =>
  Flag.Int(name).pipe(Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum, maximum }))), Flag.withMetavar("N"))

/** A duration such as "90 seconds". */
export const time = (name: string, description: string, byDefault: Duration.Duration) =>
  Flag.String(name).pipe(
    Flag.filterMap(FleetArguments.time, FleetArguments.notTime),
    Flag.withMetavar("TIME"),
    Flag.withDescription(`${description} (default: "${inWords(byDefault)}")`),
    Flag.withDefault(byDefault)
  )

/** The times of the queue. They must be the same for all workers. */
export const settings = {
  lockExpiration: time(
    "lock-expiration",
    "Treat a worker as lost after TIME without a sign of life",
    defaults.lockExpiration
  ),
  lockRefresh: time("lock-refresh", "Give a sign of life every TIME", defaults.lockRefresh),
  poll: time("poll", "Look for jobs every TIME while the queue is empty", defaults.poll),
  retry: time("retry-after", "Wait TIME before a failed job is tried again; doubles each time", defaults.retry),
  keep: time("keep", "Keep ended jobs for TIME", defaults.keep)
}

/** The list of organizations. */
export const organizations = Argument.String("organizations").pipe(
  Argument.withDescription("JSON file that lists the organizations and the names of their secrets")
)

const ids = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar("ID,ID"),
    Flag.withDescription(description),
    Flag.map(FleetArguments.ids),
    Flag.optional
  )

/** Selects organizations of the list. */
export const selection = {
  only: ids("only", "Process only these organizations (default: all)"),
  except: ids("except", "Skip these organizations (default: none)")
}

/** The id of a run. */
export const run = Argument.String("run").pipe(Argument.withDescription("Id of the run, as `submit` printed it"))
