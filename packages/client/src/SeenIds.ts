/**
 * Which ids have been met, and in which reading: exactly, in about 25 bytes an id.
 *
 * A `Set` of a million ids takes over 100 MB. Ids of Genesys Cloud are UUIDs, and a
 * UUID is four words of 32 bits: these are kept one after the other, in blocks that
 * are never copied, under a hash index of their places. No id is shortened to a
 * fingerprint, so that no two are ever taken for one. An id that is not a UUID in
 * lower case is kept as it is.
 */

/** UUIDs of a block. */
const blockSize = 4_096

export class SeenIds {
  /** How many different ids have been met. */
  get size(): number {
    return this.#uuids + this.#others.size
  }

  /** Meets an id in a reading, 1 to 255; tells in which it was met last, 0 for none. */
  meet(id: string, reading: number): number {
    if (!parse(id)) {
      const before = this.#others.get(id) ?? 0
      this.#others.set(id, reading)
      return before
    }
    const hash = hashOf(word0, word1, word2, word3)
    const mask = this.#index.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#index[slot]!
      if (entry === 0) {
        this.#index[slot] = (hash & ~mask) | this.#append(reading)
        // The index is three quarters full.
        if (this.#uuids * 4 > this.#index.length * 3) this.#grow()
        return 0
      }
      if (((entry ^ hash) & ~mask) !== 0) continue
      const place = (entry & mask) - 1
      const words = this.#words[Math.floor(place / blockSize)]!
      const at = (place % blockSize) * 4
      if (words[at] === word0 && words[at + 1] === word1 && words[at + 2] === word2 && words[at + 3] === word3) {
        const readings = this.#readings[Math.floor(place / blockSize)]!
        const before = readings[place % blockSize]!
        readings[place % blockSize] = reading
        return before
      }
    }
  }

  #uuids = 0
  readonly #words: Array<Int32Array> = []
  readonly #readings: Array<Uint8Array> = []
  /**
   * Where the UUIDs stand, 0 for a free slot: the place plus one in as many low bits
   * as the length has, and in the others those of the hash, which settle nearly every
   * comparison without a look at the words.
   */
  #index = new Int32Array(1_024)
  readonly #others = new Map<string, number>()

  /** Keeps the UUID that was parsed last; its place plus one. */
  #append(reading: number): number {
    const at = this.#uuids % blockSize
    if (at === 0) {
      this.#words.push(new Int32Array(blockSize * 4))
      this.#readings.push(new Uint8Array(blockSize))
    }
    const words = this.#words.at(-1)!
    words[at * 4] = word0
    words[at * 4 + 1] = word1
    words[at * 4 + 2] = word2
    words[at * 4 + 3] = word3
    this.#readings.at(-1)![at] = reading
    return ++this.#uuids
  }

  /** Doubles the index. */
  #grow() {
    const index = new Int32Array(this.#index.length * 2)
    const mask = index.length - 1
    for (let place = 0; place < this.#uuids; place++) {
      const words = this.#words[Math.floor(place / blockSize)]!
      const at = (place % blockSize) * 4
      const hash = hashOf(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!)
      let slot = hash & mask
      while (index[slot] !== 0) slot = (slot + 1) & mask
      index[slot] = (hash & ~mask) | (place + 1)
    }
    this.#index = index
  }
}

/** The words that {@link parse} has read last: returned this way, they cost nothing. */
let word0 = 0
let word1 = 0
let word2 = 0
let word3 = 0

/** Whether the id is a UUID in lower case, which then stands in the words. */
const parse = (id: string): boolean => {
  if (id.length !== 36) return false
  const hyphens =
    id.charCodeAt(8) === 45 && id.charCodeAt(13) === 45 && id.charCodeAt(18) === 45 && id.charCodeAt(23) === 45
  if (!hyphens) return false
  const a = quarter(id, 0)
  const b = quarter(id, 4)
  const c = quarter(id, 9)
  const d = quarter(id, 14)
  const e = quarter(id, 19)
  const f = quarter(id, 24)
  const g = quarter(id, 28)
  const h = quarter(id, 32)
  word0 = (a << 16) | b
  word1 = (c << 16) | d
  word2 = (e << 16) | f
  word3 = (g << 16) | h
  return (a | b | c | d | e | f | g | h) >= 0
}

/** By character code; -1 is no digit. */
const digits = new Int8Array(128).fill(-1)
for (let value = 0; value < 16; value++) digits["0123456789abcdef".charCodeAt(value)] = value

/** Four digits of an id as a number; negative when one is none. */
const quarter = (id: string, at: number): number => {
  const a = id.charCodeAt(at)
  const b = id.charCodeAt(at + 1)
  const c = id.charCodeAt(at + 2)
  const d = id.charCodeAt(at + 3)
  if ((a | b | c | d) > 127) return -1
  return (digits[a]! << 12) | (digits[b]! << 8) | (digits[c]! << 4) | digits[d]!
}

/** UUIDs may be counted up rather than drawn: every word has its say in every bit. */
const hashOf = (a: number, b: number, c: number, d: number): number => {
  let hash = Math.imul(a, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15) ^ b, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 15) ^ c, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 15) ^ d, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35)
  return hash ^ (hash >>> 13)
}
