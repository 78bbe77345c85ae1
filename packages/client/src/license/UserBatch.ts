/**
 * Look-ups of users by id, in as few requests as possible.
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

/** Users per request, unless the server takes fewer. The contract names no maximum. */
export const chunkSize = 100

/** Requests of one look-up at the same time. */
const concurrency = 4

class GetUserLicenses extends Request.Class<
  { readonly userId: UserId },
  Option.Option<ReadonlyArray<LicenseId>>,
  GenesysError
> {}

type Licenses = ReadonlyArray<LicenseId>

/** Both ways to look users up, over one request for many. */
export const make = (postUsers: (userIds: ReadonlyArray<UserId>) => Effect.Effect<UserLicensesById, GenesysError>) => {
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

  const size = RequestSize.make()

  const getUsers = (userIds: Iterable<UserId>): Effect.Effect<ReadonlyMap<UserId, Licenses>, GenesysError> => {
    const all = RequestSize.allOrNothing(chunk)
    return Effect.forEach(Arr.chunksOf(new Set(userIds), chunkSize), (userIds) => size.send(userIds, all), {
      concurrency
    }).pipe(Effect.map((chunks) => new Map(chunks.flat().flatMap((found) => [...found]))))
  }

  /** What became of each id: where the server refuses the lot, its parts are asked for, down to the id that is to blame. */
  const eachOf = (userIds: Arr.NonEmptyReadonlyArray<UserId>): Effect.Effect<Outcomes> =>
    Effect.map(
      size.send<UserId, Outcomes, never>(userIds, {
        request: (part) =>
          Effect.map(chunk(part), (found) => new Map(part.map((id) => [id, Exit.succeed(found.get(id))]))),
        isSplit: isAboutSome,
        giveUp: (part, error) => Effect.succeed(new Map(part.map((id) => [id, Exit.fail(error)])))
      }),
      (parts) => new Map(parts.flatMap((outcomes) => [...outcomes]))
    )

  /** Whom a running request is for. `RequestResolver` runs it to its end, even when nobody waits for it any more. */
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
        // A request for many has the options of the client, and not those of whoever asked first.
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
 * Genesys Cloud does not take the request for what it says; some id may be the reason. Its
 * errors have codes: what has none comes from something in between, and is about no id.
 */
const isAboutSome = ({ reason }: GenesysError): boolean =>
  (reason._tag === "Refused" || reason._tag === "NotFound") && reason.body?.code !== undefined
