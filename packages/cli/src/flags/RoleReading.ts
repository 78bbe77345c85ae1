/**
 * Whether roles are compared with what users hold, as a flag: it costs requests, and
 * needs a permission that an audit does not need otherwise.
 */
import * as RoleFindings from "@genesys-license/admin/look/RoleFindings"
import type { Options } from "@genesys-license/client/UserStream"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Progress from "../terminal/Progress.ts"

export const flag = Flag.Boolean("roles").pipe(
  Flag.withDescription(
    "Find licenses that no role of the holder needs, and licenses that a role needs and the holder lacks; needs authorization:role:view, and takes a request for each 500 users, for each role and for each set of roles"
  ),
  Flag.withDefault(false)
)

/** Reads the roles. Where the client may not, that is said on stderr, and there are no findings on roles. */
export const read = (listed: number, { concurrency, pageSize }: Options) =>
  Progress.during("Reading roles", pageSize ?? 500, (onProgress) =>
    RoleFindings.read({
      listed,
      read: { concurrency, pageSize, order: "arrival" },
      onProgress: ({ total, users }) => onProgress({ done: users, ...(total !== undefined && { total }) })
    })
  ).pipe(
    Effect.catchReason("GenesysError", "Forbidden", (_, { message }) =>
      Effect.as(Console.error(`Findings on roles are left out. ${message}`), undefined)
    )
  )
