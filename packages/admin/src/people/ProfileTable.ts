/**
 * The profiles of a whole organization, in about 130 bytes each where objects take 400.
 * They are kept as JSON in bytes, and read from there each time: what only some have is
 * written out, and what many share is a number.
 */
import type { UserId } from "@genesys-license/schema/Ids"
import type { Profile } from "./Profile.ts"
import { UserIdIndex } from "./UserIdIndex.ts"
import { grown } from "./UserIds.ts"

const shared = ["department", "title", "division", "manager", "state", "lastLoginFrom"] as const
type Shared = (typeof shared)[number]

/** What stands for a profile. Null is a field that it does not have. */
type Record = readonly [
  name: string | null,
  email: string | null,
  lastLogin: number | null,
  neverLoggedIn: true | null,
  /** As the profile has it, if it is not spelled like the key. */
  userId: UserId | null,
  ...shared: ReadonlyArray<number | null>
]

/** A map of profiles, each of which is a new object when it is asked for. */
export class ProfileTable implements ReadonlyMap<UserId, Profile> {
  readonly #index = new UserIdIndex()
  readonly #records = new Records()
  readonly #texts = new Map<Shared, Texts>(shared.map((field) => [field, new Texts()]))

  get size(): number {
    return this.#index.size
  }

  has(key: UserId): boolean {
    return this.#index.find(key) !== undefined
  }

  get(key: UserId): Profile | undefined {
    const place = this.#index.find(key)
    return place === undefined ? undefined : this.#at(place, key)
  }

  set(key: UserId, profile: Profile): this {
    const numbers = shared.map((field) => {
      const text = profile[field]
      return text === undefined ? null : this.#texts.get(field)!.numberOf(text)
    })
    const { email = null, lastLogin = null, name = null, neverLoggedIn = null, userId } = profile
    const record: Record = [name, email, lastLogin, neverLoggedIn, userId === key ? null : userId, ...numbers]
    this.#records.set(this.#index.add(key), JSON.stringify(record))
    return this
  }

  /** Puts another text in the place of each that a field has. */
  rename(field: Shared, f: (text: string) => string) {
    this.#texts.get(field)!.rename(f)
  }

  #at(place: number, key: UserId): Profile {
    const [name, email, lastLogin, neverLoggedIn, userId, ...numbers]: Record = JSON.parse(this.#records.at(place))
    const texts: { -readonly [field in Shared]?: string } = {}
    for (const [n, field] of shared.entries()) {
      const number = numbers[n]
      if (typeof number === "number") texts[field] = this.#texts.get(field)!.at(number)
    }
    return {
      userId: userId ?? key,
      ...(name !== null && { name }),
      ...(email !== null && { email }),
      ...(texts as Pick<Profile, Shared>),
      ...(lastLogin !== null && { lastLogin }),
      ...(neverLoggedIn !== null && { neverLoggedIn })
    }
  }

  *entries(): MapIterator<[UserId, Profile]> {
    for (let place = 0; place < this.size; place++) {
      const key = this.#index.at(place)
      yield [key, this.#at(place, key)]
    }
  }

  *keys(): MapIterator<UserId> {
    for (let place = 0; place < this.size; place++) yield this.#index.at(place)
  }

  *values(): MapIterator<Profile> {
    for (const [, profile] of this.entries()) yield profile
  }

  [Symbol.iterator](): MapIterator<[UserId, Profile]> {
    return this.entries()
  }

  forEach(f: (profile: Profile, key: UserId, all: ReadonlyMap<UserId, Profile>) => void) {
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
  }
}

const blockSize = 2 ** 20

/** Texts by number, as bytes one after the other. */
class Records {
  readonly #blocks: Array<Uint8Array> = []
  /** Of the last block. */
  #used = blockSize
  /** Three numbers for each: block, place and length. */
  #places = new Uint32Array(3 * 1024)
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
    if (number * 3 === this.#places.length) this.#places = grown(this.#places)
    this.#places.set([this.#blocks.length - 1, this.#used, bytes.length], number * 3)
    this.#used += bytes.length
  }

  at(number: number): string {
    const [block = 0, place = 0, length = 0] = this.#places.subarray(number * 3, number * 3 + 3)
    return this.#decoder.decode(this.#blocks[block]!.subarray(place, place + length))
  }
}
