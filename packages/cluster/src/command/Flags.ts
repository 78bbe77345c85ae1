/**
 * Flags that several subcommands have.
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

/** The times of the queue. All workers need the same. */
export const settings = {
  lockExpiration: time("lock-expiration", "Time after which a silent worker counts as lost", defaults.lockExpiration),
  lockRefresh: time("lock-refresh", "Time between two signs of life of a worker", defaults.lockRefresh),
  poll: time("poll", "Time between two looks into an empty queue", defaults.poll),
  retry: time("retry-after", "Pause before a failed job is tried again; doubles each time", defaults.retry),
  keep: time("keep", "Time that ended jobs are kept", defaults.keep)
}

/** The list of organizations. */
export const organizations = Argument.String("organizations").pipe(
  Argument.withDescription("JSON that lists the organizations, with the names of their secrets")
)

const ids = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar("ID,ID"),
    Flag.withDescription(description),
    Flag.map(FleetArguments.ids),
    Flag.optional
  )

/** Which organizations of the list. */
export const selection = {
  only: ids("only", "Only these organizations"),
  except: ids("except", "All organizations but these")
}

/** A run, by its id. */
export const run = Argument.String("run").pipe(Argument.withDescription("Id of the run, as `submit` printed it"))
