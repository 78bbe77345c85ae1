/**
 * A long list of user ids, in 16 bytes an id. As strings they take 56 bytes each, and each
 * is one more object for the garbage collector.
 *
 * Ids of Genesys Cloud are UUIDs, and a UUID is four words of 32 bits. Any other id, such as
 * a UUID in capitals, is stored as a string. Every id comes out exactly as it went in.
 */
import type { UserId } from "@genesys-license/schema/Ids"

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/

/** The positions of the digits in the text of a UUID. */
const places = [...Array(36).keys()].filter((place) => ![8, 13, 18, 23].includes(place))

const digits = new TextEncoder().encode("0123456789abcdef")

/** A list of ids that grows and shrinks at its end. */
export class UserIds implements Iterable<UserId> {
  #length = 0
  #words = new Uint32Array(4 * 1024)
  /** The ids that are stored as strings, by their place. */
  readonly #others = new Map<number, UserId>()
  readonly #text = new TextEncoder().encode("-".repeat(36))
  readonly #decoder = new TextDecoder()

  get length(): number {
    return this.#length
  }

  push(id: UserId) {
    const at = this.#length * 4
    if (at === this.#words.length) this.#words = grown(this.#words)
    if (uuid.test(id)) {
      this.#words[at] = Number.parseInt(id.slice(0, 8), 16)
      this.#words[at + 1] = Number.parseInt(id.slice(9, 13) + id.slice(14, 18), 16)
      this.#words[at + 2] = Number.parseInt(id.slice(19, 23) + id.slice(24, 28), 16)
      this.#words[at + 3] = Number.parseInt(id.slice(28), 16)
    } else {
      this.#words.fill(0, at, at + 4)
      this.#others.set(this.#length, id)
    }
    this.#length += 1
  }

  /** Removes the last id. */
  pop() {
    this.#length -= 1
    this.#others.delete(this.#length)
  }

  /** A number that is the same for equal ids. */
  hash(place: number): number {
    const other = this.#others.get(place)
    let hash = 0
    if (other !== undefined) {
      for (let n = 0; n < other.length; n++) hash = mixed(hash, other.charCodeAt(n))
      return hash
    }
    for (let word = 0; word < 4; word++) hash = mixed(hash, this.#words[place * 4 + word]!)
    return hash
  }

  at(place: number): UserId {
    const other = this.#others.get(place)
    if (other !== undefined) return other
    const text = this.#text
    for (let digit = 0; digit < 32; digit++) {
      const word = this.#words[place * 4 + (digit >> 3)]!
      text[places[digit]!] = digits[(word >>> (28 - 4 * (digit & 7))) & 15]!
    }
    return this.#decoder.decode(text)
  }

  *[Symbol.iterator](): Iterator<UserId> {
    for (let place = 0; place < this.#length; place++) yield this.at(place)
  }

  /** Compares the ids at two places as `Order.String` does. */
  compare(a: number, b: number): number {
    if (this.#others.size > 0 && (this.#others.has(a) || this.#others.has(b))) {
      const [one, other] = [this.at(a), this.at(b)]
      return one < other ? -1 : one > other ? 1 : 0
    }
    for (let word = 0; word < 4; word++) {
      const difference = this.#words[a * 4 + word]! - this.#words[b * 4 + word]!
      if (difference !== 0) return difference
    }
    return 0
  }
}

/** Every word changes every bit, because the UUIDs of an organization may differ in their last digits only. */
const mixed = (hash: number, word: number): number => {
  const product = Math.imul(hash ^ word, 0x9e3779b1)
  return Math.imul(product ^ (product >>> 15), 0x85ebca6b) ^ (product >>> 13)
}

/** The same numbers, with room for twice as many. */
export const grown = (numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> =>
  new Uint32Array(numbers.buffer.transfer(numbers.byteLength * 2))
