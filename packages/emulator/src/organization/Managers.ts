/**
 * Assigns managers: users report to team leads, team leads to managers, and managers to nobody. The
 * order of the users does not matter. When a user joins or leaves, only few others get another manager.
 */
import type { UserId } from "@genesys-license/schema/Ids"
import * as MadeUp from "./MadeUp.ts"

/** 0: leads nobody. 1: leads a team. 2: leads team leads. Users with custom ids lead nobody. */
export const rankOf = (chance: MadeUp.Chance): 0 | 1 | 2 => {
  const number = chance.isMadeUp ? chance.number("rank") % 144 : 1
  return number === 0 ? 2 : number % 12 === 0 ? 1 : 0
}

/** Returns the function that finds the manager of a user. Only users with generated ids have one. */
export const make = (seed: string, ids: Iterable<UserId>): ((chance: MadeUp.Chance) => UserId | undefined) => {
  const leads: Array<UserId> = []
  const heads: Array<UserId> = []
  for (const id of ids) {
    const rank = rankOf(MadeUp.about(seed, id))
    if (rank > 0) (rank === 1 ? leads : heads).push(id)
  }
  const rings = [ring(seed, leads), ring(seed, heads)]
  return (chance) => (chance.isMadeUp ? rings[rankOf(chance)]?.(chance.number("manager")) : undefined)
}

/** Consistent hashing: each id has a place on a ring. The result finds the first id at or after a place. */
const ring = (seed: string, ids: ReadonlyArray<UserId>) => {
  const sorted = ids
    .map((id) => ({ id, place: MadeUp.about(seed, id).number("place") }))
    .sort((a, b) => a.place - b.place || (a.id < b.id ? -1 : 1))
  const places = Uint32Array.from(sorted, ({ place }) => place)
  return (place: number): UserId | undefined => {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (places[middle]! < place) low = middle + 1
      else high = middle
    }
    return (sorted[low] ?? sorted[0])?.id
  }
}
