/**
 * Changes the list of users while a client reads it page by page.
 */
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import type { UserLicenses } from "@genesys-license/schema/license/User"
import * as Effect from "effect/Effect"
import type { DriftFault } from "./Fault.ts"
import * as Population from "../organization/Population.ts"

/** Returns the change as a function of the list. The `Random` in use generates the users who join. */
export const make = Effect.fnUntraced(function* (
  { at = "start", join = 0, leave = 0 }: (typeof DriftFault)["Type"],
  definitions: ReadonlyArray<LicenseDefinition>
) {
  const joining =
    typeof join === "number" ? yield* Population.make(Math.min(join, Population.maximumUsers), definitions) : join
  return (users: ReadonlyArray<UserLicenses>): ReadonlyArray<UserLicenses> => {
    const leaving = new Set(typeof leave === "number" ? [] : leave)
    const remaining = typeof leave === "number" ? without(users, leave, at) : users.filter(({ id }) => !leaving.has(id))
    const here = position(remaining, at)
    const room = Math.max(0, Population.maximumUsers - remaining.length)
    return [...remaining.slice(0, here), ...joining.slice(0, room), ...remaining.slice(here)]
  }
})

const position = ({ length }: ReadonlyArray<unknown>, at: "start" | "end" | number) =>
  at === "start" ? 0 : at === "end" ? length : at

/** At `end`, the last users leave. Elsewhere, the users from that position on leave. */
const without = (users: ReadonlyArray<UserLicenses>, count: number, at: "start" | "end" | number) =>
  at === "end" ? users.slice(0, Math.max(0, users.length - count)) : users.toSpliced(position(users, at), count)
