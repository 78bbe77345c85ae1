/**
 * Who reports to whom: users to team leads, team leads to managers, and managers to
 * nobody. It follows from who is there, and not from the order of the list: when
 * somebody joins or leaves, few get another manager.
 */
import type { UserId } from "@genesys-license/schema/Ids"
import * as MadeUp from "./MadeUp.ts"

/** 0 leads nobody, 1 leads a team, 2 leads those who lead teams. Users with ids by hand lead nobody. */
export const rankOf = (chance: MadeUp.Chance): 0 | 1 | 2 => {
  const one = chance.isMadeUp ? chance.number("rank") % 144 : 1
  return one === 0 ? 2 : one % 12 === 0 ? 1 : 0
}

/** Gives the manager of somebody whose id was made up, by their chance. */
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

/** All of them in a circle, each at a place of their own: whoever comes next after a place is the one. */
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
