/**
 * Whether roles are compared with what users hold, as a flag: it costs requests, and
 * needs a permission that an audit does not need otherwise.
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
    "Find licenses that no role of the holder needs, and licenses that a role needs and the holder lacks; needs authorization:role:view, and takes a request for each set of roles and for each role that nobody has alone"
  ),
  Flag.withDefault(false)
)

/**
 * Reads the roles, for the listener of which people are read. Where the client may not,
 * that is said on stderr, and there are no findings on roles.
 */
export const start = (listed: number) => orNone(RoleFindings.start(listed))

/** Reads the roles of people, unless the directory was read with the listener. */
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
    Effect.as(Console.error(`Findings on roles are left out. ${message}`), undefined)
  )
