/**
 * Which ids have been met, and in which reading: exactly, in about 25 bytes an id.
 *
 * A `Set` of a million ids takes over 100 MB. Ids of Genesys Cloud are UUIDs, and a
 * UUID is four words of 32 bits: these are kept one after the other, in blocks that
 * are never copied, under a hash index of their places. No id is shortened to a
 * fingerprint, so that no two are ever taken for one. An id that is not a UUID in
 * lower case is kept as it is.
 *
 * A page of ids is met in one go: met one by one, each would wait for memory by itself.
 */

/** UUIDs of a block. */
const blockSize = 4_096

/** For no more than so many room is made before they have come. */
const mostExpected = 2 ** 20

export class SeenIds {
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

  /** Of the page that is being met: the words of each UUID, the hash of each, and what is told. */
  #page = new Int32Array(0)
  #hashes = new Int32Array(0)
  #last = new Uint8Array(0)

  /** How many different ids have been met. */
  get size(): number {
    return this.#uuids + this.#others.size
  }

  /** Makes room for so many ids, if it can be told how many will come. */
  expect(ids: number) {
    const expected = Math.min(ids, mostExpected)
    this.#fitIndex(expected)
    this.#addBlocks(Math.ceil(expected / blockSize) - this.#words.length)
  }

  /**
   * Meets users in a reading, 1 to 255; tells for each in which it was met last, 0 for
   * none. What is told stands until the next call.
   */
  meet(users: ReadonlyArray<{ readonly id: string }>, reading: number): Uint8Array {
    const count = users.length
    if (count > this.#last.length) {
      this.#page = new Int32Array(count * 4)
      this.#hashes = new Int32Array(count)
      this.#last = new Uint8Array(count)
    }
    this.#fitIndex(this.#uuids + count)
    const page = this.#page
    const hashes = this.#hashes
    const last = this.#last
    for (let n = 0; n < count; n++) {
      last[n] = parse(users[n]!.id, page, n * 4) ? 1 : 0
      hashes[n] = hashOf(page, n * 4)
    }
    for (let n = 0; n < count; n++) {
      last[n] = last[n] === 1 ? this.#meetUuid(n, reading) : this.#meetOther(users[n]!.id, reading)
    }
    return last
  }

  #meetUuid(n: number, reading: number): number {
    const index = this.#index
    const mask = index.length - 1
    const page = this.#page
    const hash = this.#hashes[n]!
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = index[slot]!
      if (entry === 0) {
        index[slot] = (hash & ~mask) | this.#append(n, reading)
        return 0
      }
      if (((entry ^ hash) & ~mask) !== 0) continue
      const place = (entry & mask) - 1
      const words = this.#words[Math.floor(place / blockSize)]!
      const at = (place % blockSize) * 4
      let differs = 0
      for (let word = 0; word < 4; word++) differs |= words[at + word]! ^ page[n * 4 + word]!
      if (differs !== 0) continue
      const readings = this.#readings[Math.floor(place / blockSize)]!
      const before = readings[place % blockSize]!
      readings[place % blockSize] = reading
      return before
    }
  }

  #meetOther(id: string, reading: number): number {
    const before = this.#others.get(id) ?? 0
    this.#others.set(id, reading)
    return before
  }

  /** Keeps a UUID of the page; its place plus one. */
  #append(n: number, reading: number): number {
    const block = Math.floor(this.#uuids / blockSize)
    if (block === this.#words.length) this.#addBlocks(1)
    const at = this.#uuids % blockSize
    const words = this.#words[block]!
    for (let word = 0; word < 4; word++) words[at * 4 + word] = this.#page[n * 4 + word]!
    this.#readings[block]![at] = reading
    return ++this.#uuids
  }

  /** Several in one piece of memory, which is not taken before it is written to. */
  #addBlocks(count: number) {
    if (count <= 0) return
    const words = new Int32Array(count * blockSize * 4)
    const readings = new Uint8Array(count * blockSize)
    for (let at = 0; at < count * blockSize; at += blockSize) {
      this.#words.push(words.subarray(at * 4, (at + blockSize) * 4))
      this.#readings.push(readings.subarray(at, at + blockSize))
    }
  }

  /** Makes the index large enough for so many: it is three quarters full at most. */
  #fitIndex(ids: number) {
    const slots = (ids * 4) / 3
    if (slots <= this.#index.length) return
    const index = new Int32Array(2 ** Math.ceil(Math.log2(slots)))
    const mask = index.length - 1
    for (let place = 0; place < this.#uuids; place++) {
      const words = this.#words[Math.floor(place / blockSize)]!
      const at = (place % blockSize) * 4
      const hash = hashOf(words, at)
      let slot = hash & mask
      while (index[slot] !== 0) slot = (slot + 1) & mask
      index[slot] = (hash & ~mask) | (place + 1)
    }
    this.#index = index
  }
}

/** Whether the id is a UUID in lower case, which then stands in four words. */
const parse = (id: string, words: Int32Array, at: number): boolean => {
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
  words[at] = (a << 16) | b
  words[at + 1] = (c << 16) | d
  words[at + 2] = (e << 16) | f
  words[at + 3] = (g << 16) | h
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
const hashOf = (words: Int32Array, at: number): number => {
  let hash = Math.imul(words[at]!, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15) ^ words[at + 1]!, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 15) ^ words[at + 2]!, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 15) ^ words[at + 3]!, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35)
  return hash ^ (hash >>> 13)
}
