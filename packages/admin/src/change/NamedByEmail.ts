/**
 * Replaces the e-mail addresses in a desired state by user ids.
 *
 * An address that nobody has stays as it is. The plan then reports it as an unknown user, like an
 * unknown id.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { UserService } from "@genesys-license/client/UserService"
import type { UserId } from "@genesys-license/schema/Ids"
import { quote } from "@genesys-license/schema/Quote"
import * as Effect from "effect/Effect"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"
import type { Options } from "../people/Directory.ts"
import * as Emails from "../people/Emails.ts"
import * as UserIdCell from "../people/UserIdCell.ts"
import type { Desired } from "./Desired.ts"
import * as Pair from "../licenses/Pair.ts"

/** The e-mail addresses in a desired state. */
export const emails = ({ assignments, exactly }: Desired): ReadonlySet<string> =>
  new Set(
    [...assignments.map(({ userId }) => userId), ...exactly.flatMap(({ userIds }) => userIds)].filter(
      UserIdCell.isEmail
    )
  )

/** Replaces the addresses by ids. Reads the directory only if there are addresses. */
export const resolve = Effect.fn("NamedByEmail.resolve")(function* (
  desired: Desired,
  options: Options = {}
): Effect.fn.Return<Desired, AdminError | GenesysError, UserService> {
  const named = emails(desired)
  if (named.size === 0) return desired
  const ids = yield* Emails.lookUp(named, options)
  const idOf = (userId: UserId) => ids.get(Emails.sameness(userId)) ?? userId
  const exactly = desired.exactly.map(({ licenseId, userIds }) => ({
    licenseId,
    userIds: [...new Set(userIds.map(idOf))]
  }))
  const assignments = new Map<string, Desired["assignments"][number]>()
  const listed = new Map(exactly.map(({ licenseId, userIds }) => [licenseId, new Set(userIds)]))
  for (const assignment of desired.assignments.map((one) => ({ ...one, userId: idOf(one.userId) }))) {
    const { licenseId, state, userId } = assignment
    const key = Pair.key(assignment)
    const before = assignments.get(key)?.state ?? (listed.get(licenseId)?.has(userId) === true ? "present" : undefined)
    if (before !== undefined && before !== state) {
      const problem = `user ${quote(userId)} has two entries, by id and by e-mail address: ${quote(licenseId)} is ${state} in one and ${before} in the other`
      return yield* fail(new InvalidInput({ source: "desired state", problem }))
    }
    assignments.set(key, assignment)
  }
  return { assignments: [...assignments.values()], exactly }
})
