/**
 * The flag `--roles`. It is off by default because it takes extra requests, and a
 * permission that an audit does not need otherwise.
 */
import * as RoleFindings from "@genesys-license/admin/look/RoleFindings"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { Options } from "@genesys-license/client/UserStream"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Progress from "../terminal/Progress.ts"

export const flag = Flag.Boolean("roles").pipe(
  Flag.withDescription(
    "Find licenses that no role of the user needs, and licenses that a role needs but the user does not hold (default: off); needs authorization:role:view, and sends extra requests"
  ),
  Flag.withDefault(false)
)

/**
 * Reads the roles. The listener of the result hears of the people when the directory is
 * read. If the client may not read roles, stderr says so and there are no role findings.
 */
export const start = (listed: number) => orNone(RoleFindings.start(listed))

/** Reads the roles of people, except if the listener has heard of them from the directory. */
export const readPeople = (collector: RoleFindings.Collector, { concurrency, pageSize }: Options) =>
  orNone(
    Progress.during("Reading roles", pageSize ?? 500, (onProgress) =>
      collector.readPeople({
        read: { concurrency, pageSize, order: "arrival" },
        onProgress: ({ total, users }) => onProgress({ done: users, ...(total !== undefined && { total }) })
      })
    ).pipe(Effect.as(collector))
  )

const orNone = <A, E, R>(reading: Effect.Effect<A, E | GenesysError, R>) =>
  Effect.catchReason(reading, "GenesysError", "Forbidden", (_, { message }) =>
    Effect.as(Console.error(`Role findings are left out. ${message}`), undefined)
  )
