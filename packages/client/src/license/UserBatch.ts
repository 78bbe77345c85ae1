/**
 * Looks up the licenses of users by id, in as few requests as possible.
 */
import type { UserLicensesById } from "@genesys-license/schema/license/User"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import * as Request from "effect/Request"
import * as RequestResolver from "effect/RequestResolver"
import type { LicenseId, UserId } from "../Models.ts"
import { CurrentCallOptions, unchanged } from "../transport/call/CallOptions.ts"
import type { GenesysError } from "../errors/GenesysError.ts"
import * as RequestSize from "./RequestSize.ts"

/** Maximum users per request. The contract names no maximum; if the server refuses this size, requests get smaller. */
export const chunkSize = 100

/** How many requests of one look-up run at the same time. */
const concurrency = 4

class GetUserLicenses extends Request.Class<
  { readonly userId: UserId },
  Option.Option<ReadonlyArray<LicenseId>>,
  GenesysError
> {}

type Licenses = ReadonlyArray<LicenseId>

/** `getUsers` and `getUserLicenses` of one client. `postUsers` sends one request. */
export const make = (postUsers: (userIds: ReadonlyArray<UserId>) => Effect.Effect<UserLicensesById, GenesysError>) => {
  const chunk = (userIds: ReadonlyArray<UserId>) =>
    Effect.map(postUsers(userIds), (answer) => {
      // A `Map`, because a user id may be any string, such as `constructor`.
      const found = new Map<UserId, Licenses>()
      for (const userId of userIds) {
        const licenses = Object.hasOwn(answer, userId) ? answer[userId] : undefined
        if (licenses !== undefined) found.set(userId, licenses)
      }
      return found
    })

  const size = RequestSize.make()

  const getUsers = (userIds: Iterable<UserId>): Effect.Effect<ReadonlyMap<UserId, Licenses>, GenesysError> => {
    const all = RequestSize.allOrNothing(chunk)
    return Effect.forEach(Arr.chunksOf(new Set(userIds), chunkSize), (userIds) => size.send(userIds, all), {
      concurrency
    }).pipe(Effect.map((chunks) => new Map(chunks.flat().flatMap((found) => [...found]))))
  }

  /** The outcome for each id. If the server refuses a request, it is split until only the wrong ids fail. */
  const eachOf = (userIds: Arr.NonEmptyReadonlyArray<UserId>): Effect.Effect<Outcomes> =>
    Effect.map(
      size.send<UserId, Outcomes, never>(userIds, {
        request: (part) =>
          Effect.map(chunk(part), (found) => new Map(part.map((id) => [id, Exit.succeed(found.get(id))]))),
        isSplit: isAboutIds,
        giveUp: (part, error) => Effect.succeed(new Map(part.map((id) => [id, Exit.fail(error)])))
      }),
      (parts) => new Map(parts.flatMap((outcomes) => [...outcomes]))
    )

  /** How many callers wait for a running batch. Needed because `RequestResolver` does not stop a batch that all callers have left. */
  const batches = new WeakMap<GetUserLicenses, { waiting: number; readonly abandoned: Latch.Latch }>()

  const resolver = RequestResolver.make<GetUserLicenses>((entries) =>
    Effect.suspend(() => {
      const batch = { waiting: entries.length, abandoned: Latch.makeUnsafe() }
      for (const { request } of entries) batches.set(request, batch)
      return eachOf(Arr.dedupe(Arr.map(entries, ({ request }) => request.userId))).pipe(
        Effect.map((outcomes) => {
          for (const entry of entries) {
            const outcome = outcomes.get(entry.request.userId) ?? Exit.succeed(undefined)
            entry.completeUnsafe(Exit.map(outcome, Option.fromUndefinedOr))
          }
        }),
        Effect.raceFirst(batch.abandoned.await),
        // A shared request uses the options of the client, not those of the call that came first.
        Effect.provideService(CurrentCallOptions, unchanged)
      )
    })
  ).pipe(RequestResolver.batchN(chunkSize))

  const getUserLicenses = (userId: UserId) =>
    Effect.suspend(() => {
      const request = new GetUserLicenses({ userId })
      const leave = Effect.sync(() => {
        const batch = batches.get(request)
        if (batch !== undefined && --batch.waiting === 0) batch.abandoned.openUnsafe()
      })
      return Effect.onInterrupt(Effect.request(request, resolver), () => leave)
    })

  return { getUsers, getUserLicenses }
}

type Outcomes = ReadonlyMap<UserId, Exit.Exit<Licenses | undefined, GenesysError>>

/**
 * Whether some ids may be the reason for an error. Only errors of Genesys Cloud have a code;
 * an error without one comes from a proxy and is not about an id.
 */
const isAboutIds = ({ reason }: GenesysError): boolean =>
  (reason._tag === "Refused" || reason._tag === "NotFound") && reason.body?.code !== undefined
