/**
 * Who holds what, counted: the whole organization in one pass over the stream of
 * users, with nothing kept but the counts.
 */
import { LicenseService } from "@genesys-license/client"
import { Array, Effect, Order, Stream } from "effect"

export interface Holders {
  readonly id: string
  readonly users: number
}

export interface Combination {
  readonly ids: ReadonlyArray<string>
  readonly users: number
}

export interface Audit {
  /** All users of the organization. */
  readonly users: number
  /** Users who hold no license. */
  readonly unlicensed: number
  /** Every license that can be held or is held, the most common first. */
  readonly licenses: ReadonlyArray<Holders>
  /** Every set of licenses that is held together, the most common first. */
  readonly combinations: ReadonlyArray<Combination>
}

/** The most common first, and those of the same count by name. */
const byUsers = <A extends { readonly users: number }>(name: (counted: A) => string) =>
  Order.combine(
    Order.mapInput(Order.flip(Order.Number), (counted: A) => counted.users),
    Order.mapInput(Order.String, name)
  )

/** Reads the definitions and all users; `onUsers` hears how many users have been read so far. */
export const run = Effect.fn("Audit.run")(function* (onUsers: (users: number) => Effect.Effect<void>) {
  const license = yield* LicenseService
  const definitions = yield* license.getDefinitions
  // A license that nobody holds is in the definitions only, one that was retired among the users only.
  const holders = new Map(definitions.map(({ id }) => [id, 0]))
  const combinations = new Map<string, { readonly ids: ReadonlyArray<string>; users: number }>()
  let users = 0

  yield* license.users().pipe(
    Stream.runForEachArray((read) => {
      users += read.length
      for (const { licenses } of read) {
        const ids = [...new Set(licenses)].sort()
        for (const id of ids) holders.set(id, (holders.get(id) ?? 0) + 1)
        const key = JSON.stringify(ids)
        const combination = combinations.get(key) ?? { ids, users: 0 }
        combination.users += 1
        combinations.set(key, combination)
      }
      return onUsers(users)
    })
  )

  const audit: Audit = {
    users,
    unlicensed: combinations.get("[]")?.users ?? 0,
    licenses: Array.sort(
      [...holders].map(([id, users]) => ({ id, users })),
      byUsers(({ id }: Holders) => id)
    ),
    combinations: Array.sort(
      [...combinations.values()].filter(({ ids }) => ids.length > 0),
      byUsers(({ ids }: Combination) => ids.join())
    )
  }
  return audit
})
