/**
 * Look-ups of users by id, in as few requests as possible.
 */
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import type { UserLicensesById } from "@genesys-license/schema/User"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Request from "effect/Request"
import * as RequestResolver from "effect/RequestResolver"
import type { LicenseError } from "./LicenseError.ts"

/** Users per request. The contract names no maximum. */
export const chunkSize = 100

/** Requests of one look-up at the same time. */
const concurrency = 4

class GetUserLicenses extends Request.Class<
  { readonly userId: UserId },
  Option.Option<ReadonlyArray<LicenseId>>,
  LicenseError
> {}

type Licenses = ReadonlyArray<LicenseId>

/** Both ways to look users up, over one request for many. */
export const make = (postUsers: (userIds: ReadonlyArray<UserId>) => Effect.Effect<UserLicensesById, LicenseError>) => {
  const chunk = (userIds: ReadonlyArray<UserId>) =>
    Effect.map(postUsers(userIds), (answer) => {
      // A map of our own: user ids are data, and `constructor` is as good a key as any.
      const found = new Map<UserId, Licenses>()
      for (const userId of userIds) {
        const licenses = Object.hasOwn(answer, userId) ? answer[userId] : undefined
        if (licenses !== undefined) found.set(userId, licenses)
      }
      return found
    })

  const getUsers = (userIds: Iterable<UserId>): Effect.Effect<ReadonlyMap<UserId, Licenses>, LicenseError> =>
    Effect.forEach(Arr.chunksOf(new Set(userIds), chunkSize), chunk, { concurrency }).pipe(
      Effect.map((chunks) => new Map(chunks.flatMap((found) => [...found])))
    )

  const resolver = RequestResolver.make<GetUserLicenses>((entries) =>
    Effect.map(Effect.exit(getUsers(entries.map((entry) => entry.request.userId))), (exit) => {
      for (const entry of entries) {
        entry.completeUnsafe(Exit.map(exit, (found) => Option.fromUndefinedOr(found.get(entry.request.userId))))
      }
    })
  ).pipe(RequestResolver.batchN(chunkSize))

  return {
    getUsers,
    getUserLicenses: (userId: UserId) => Effect.request(new GetUserLicenses({ userId }), resolver)
  }
}
