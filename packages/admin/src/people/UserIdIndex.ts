/** Numbers user ids in the order in which they are added, in 21 to 27 bytes an id. A `Map` takes 100. */
import type { UserId } from "@genesys-license/schema/Ids"
import { UserIds } from "./UserIds.ts"

/** The ids, and the number of each. */
export class UserIdIndex {
  readonly #ids = new UserIds()
  /** A hash table of the places of the ids, each plus one; 0 is a free slot. At most three quarters are in use. */
  #slots = new Uint32Array(2048)

  get size(): number {
    return this.#ids.length
  }

  at(place: number): UserId {
    return this.#ids.at(place)
  }

  /** The number of an id; undefined if the id was not added. */
  find(id: UserId): number | undefined {
    // Ids are compared in the list, so this one is added to the list and removed again.
    this.#ids.push(id)
    const found = this.#slots[this.#slotOf(this.size - 1)]!
    this.#ids.pop()
    return found === 0 ? undefined : found - 1
  }

  /** The number of an id. A new id gets the next number. */
  add(id: UserId): number {
    this.#ids.push(id)
    const last = this.size - 1
    const slot = this.#slotOf(last)
    const found = this.#slots[slot]!
    if (found !== 0) {
      this.#ids.pop()
      return found - 1
    }
    this.#slots[slot] = last + 1
    if (this.size * 4 > this.#slots.length * 3) {
      this.#slots = new Uint32Array(this.#slots.length * 2)
      for (let place = 0; place < this.size; place++) this.#slots[this.#slotOf(place)] = place + 1
    }
    return last
  }

  /** The slot of the id at a place, or the free slot that it would take. */
  #slotOf(place: number): number {
    const mask = this.#slots.length - 1
    let slot = this.#ids.hash(place) & mask
    for (;;) {
      const found = this.#slots[slot]!
      if (found === 0 || this.#ids.compare(found - 1, place) === 0) return slot
      slot = (slot + 1) & mask
    }
  }
}
