/** Numbers the ids of users in the order in which they come, in 24 to 40 bytes an id; a `Map` takes 100. */
import type { UserId } from "@genesys-license/schema/Ids"
import { UserIds } from "./UserIds.ts"

export class UserIdIndex {
  readonly #ids = new UserIds()
  /** Where the ids stand, plus one; 0 is free. Three quarters full at most. */
  #slots = new Uint32Array(2048)

  get size(): number {
    return this.#ids.length
  }

  at(place: number): UserId {
    return this.#ids.at(place)
  }

  /** The number of an id that is there. */
  find(id: UserId): number | undefined {
    // An id is compared with others where they stand, so that it stands there for a moment.
    this.#ids.push(id)
    const found = this.#slots[this.#slotOf(this.size - 1)]!
    this.#ids.pop()
    return found === 0 ? undefined : found - 1
  }

  /** The number of an id, which is the next one for a new id. */
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

  /** Where the id of a place is in the slots, or would be. */
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
