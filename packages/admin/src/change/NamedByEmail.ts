/**
 * A desired state that names people by e-mail address: which users are meant.
 *
 * An address that nobody has stays where the id would be, so that a plan says that the
 * organization does not know this user, as it does of an id.
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

/** The e-mail addresses by which people are named. */
export const emails = ({ assignments, exactly }: Desired): ReadonlySet<string> =>
  new Set(
    [...assignments.map(({ userId }) => userId), ...exactly.flatMap(({ userIds }) => userIds)].filter(
      UserIdCell.isEmail
    )
  )

/** The same desired state by ids. Reads the directory, if anybody is named by e-mail. */
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
      const problem = `user ${quote(userId)} is named by id and by e-mail, and ${quote(licenseId)} is ${state} for one and ${before} for the other`
      return yield* fail(new InvalidInput({ source: "desired state", problem }))
    }
    assignments.set(key, assignment)
  }
  return { assignments: [...assignments.values()], exactly }
})
