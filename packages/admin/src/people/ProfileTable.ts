/**
 * The profiles of a whole organization, in about 100 bytes each where objects take 400.
 * They are kept as JSON in bytes, and read from there each time: what only some have is
 * written out, and what many share is a number.
 */
import type { UserId } from "@genesys-license/schema/Ids"
import * as Profile from "./Profile.ts"
import { UserIdIndex } from "./UserIdIndex.ts"
import { grown } from "./UserIds.ts"

/** What many have in common, and is kept as a number. */
const shared = ["department", "title", "division", "manager", "state", "lastLoginFrom"] as const
type Shared = (typeof shared)[number]
const isShared = (field: string): field is Shared => (shared as ReadonlyArray<string>).includes(field)

/** In the order in which a profile has them. `userId` is there if it is not spelled like the key. */
const fields = ["userId", ...Profile.fields, "neverLoggedIn"] as const satisfies ReadonlyArray<keyof Profile.Profile>

/** A map of profiles, each of which is a new object when it is asked for. */
export class ProfileTable implements ReadonlyMap<UserId, Profile.Profile> {
  readonly #index = new UserIdIndex()
  readonly #records = new Records()
  readonly #texts = new Map<Shared, Texts>(shared.map((field) => [field, new Texts()]))

  get size(): number {
    return this.#index.size
  }

  has(key: UserId): boolean {
    return this.#index.find(key) !== undefined
  }

  get(key: UserId): Profile.Profile | undefined {
    const place = this.#index.find(key)
    return place === undefined ? undefined : this.#at(place, key)
  }

  set(key: UserId, profile: Profile.Profile): this {
    // Which fields there are, a bit each, and then what they say.
    let present = 0
    const values: Array<unknown> = []
    for (const [n, field] of fields.entries()) {
      const value = profile[field]
      if (value === undefined || (field === "userId" && value === key)) continue
      present |= 1 << n
      values.push(isShared(field) ? this.#texts.get(field)!.numberOf(String(value)) : value)
    }
    this.#records.set(this.#index.add(key), JSON.stringify([present, ...values]))
    return this
  }

  /** Puts another text in the place of each that a field has. */
  rename(field: Shared, f: (text: string) => string) {
    this.#texts.get(field)!.rename(f)
  }

  #at(place: number, key: UserId): Profile.Profile {
    const [present, ...values]: [number, ...ReadonlyArray<unknown>] = JSON.parse(this.#records.at(place))
    const profile: { [field: string]: unknown } = { userId: key }
    let next = 0
    for (const [n, field] of fields.entries()) {
      if ((present & (1 << n)) === 0) continue
      const value = values[next++]
      profile[field] = isShared(field) ? this.#texts.get(field)!.at(Number(value)) : value
    }
    return profile as unknown as Profile.Profile
  }

  *entries(): MapIterator<[UserId, Profile.Profile]> {
    for (let place = 0; place < this.size; place++) {
      const key = this.#index.at(place)
      yield [key, this.#at(place, key)]
    }
  }

  *keys(): MapIterator<UserId> {
    for (let place = 0; place < this.size; place++) yield this.#index.at(place)
  }

  *values(): MapIterator<Profile.Profile> {
    for (const [, profile] of this.entries()) yield profile
  }

  [Symbol.iterator](): MapIterator<[UserId, Profile.Profile]> {
    return this.entries()
  }

  forEach(f: (profile: Profile.Profile, key: UserId, all: ReadonlyMap<UserId, Profile.Profile>) => void) {
    for (const [key, profile] of this) f(profile, key, this)
  }
}

/** Texts that many share, by number. */
class Texts {
  #texts: Array<string> = []
  readonly #numbers = new Map<string, number>()

  at(number: number): string {
    return this.#texts[number]!
  }

  numberOf(text: string): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    // A part of a text keeps the whole of it alive; this is a text of its own.
    const own: string = JSON.parse(JSON.stringify(text))
    this.#numbers.set(own, this.#texts.length)
    return this.#texts.push(own) - 1
  }

  rename(f: (text: string) => string) {
    this.#texts = this.#texts.map(f)
    // What is told later is meant as it is.
    this.#numbers.clear()
  }
}

const blockSize = 2 ** 20

/** Texts by number, as bytes one after the other: up to 4 GB of them. */
class Records {
  readonly #blocks: Array<Uint8Array> = []
  /** Of the last block. */
  #used = blockSize
  /** Two numbers for each: where it begins in all the blocks, and its length. */
  #places = new Uint32Array(2 * 1024)
  readonly #encoder = new TextEncoder()
  readonly #decoder = new TextDecoder()

  /** What was there before stays as dead bytes: few profiles are told twice. */
  set(number: number, text: string) {
    const bytes = this.#encoder.encode(text)
    if (this.#used + bytes.length > blockSize) {
      this.#blocks.push(new Uint8Array(Math.max(blockSize, bytes.length)))
      this.#used = 0
    }
    this.#blocks.at(-1)!.set(bytes, this.#used)
    if (number * 2 === this.#places.length) this.#places = grown(this.#places)
    this.#places[number * 2] = (this.#blocks.length - 1) * blockSize + this.#used
    this.#places[number * 2 + 1] = bytes.length
    this.#used += bytes.length
  }

  at(number: number): string {
    const begin = this.#places[number * 2]!
    const place = begin % blockSize
    const block = this.#blocks[Math.floor(begin / blockSize)]!
    return this.#decoder.decode(block.subarray(place, place + this.#places[number * 2 + 1]!))
  }
}
