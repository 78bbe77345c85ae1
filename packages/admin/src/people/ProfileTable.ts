/**
 * The profiles of a whole organization, in about 70 bytes each; as objects in a `Map` they take 500.
 * `pnpm bench admin` shows what that means for `users` and `audit`.
 *
 * Each profile is one short text, stored as UTF-8 and decoded when somebody asks for it.
 * Values that many people share, such as a department, are stored as a number.
 */
import type { UserId } from "@genesys-license/schema/Ids"
import * as Profile from "./Profile.ts"
import { UserIdIndex } from "./UserIdIndex.ts"
import { grown } from "./UserIds.ts"

/** Fields that many people have in common. */
const shared = ["department", "title", "division", "manager", "state", "lastLoginFrom"] as const
type Shared = (typeof shared)[number]

/** All fields, in the order in which a profile gets them. `userId` is stored only if it differs from the key. */
const fields = ["userId", ...Profile.fields, "neverLoggedIn"] as const satisfies ReadonlyArray<keyof Profile.Profile>

/** A map of profiles. Each call of `get` makes a new object. */
export class ProfileTable implements ReadonlyMap<UserId, Profile.Profile> {
  readonly #kept: ReadonlySet<keyof Profile.Profile>
  readonly #index = new UserIdIndex()
  readonly #records = new Records()
  readonly #texts = Object.fromEntries(shared.map((field) => [field, new Texts()])) as Record<Shared, Texts>
  /** The parts of e-mail addresses from the `@` on. */
  readonly #domains = new Texts()

  /** `kept`: the fields to store. Default: all. */
  constructor(kept: ReadonlySet<Profile.Field> = new Set(Profile.fields)) {
    this.#kept = new Set([...kept, "userId", "neverLoggedIn"])
  }

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
    let present = 0
    let values = ""
    for (let n = 0; n < fields.length; n++) {
      const field = fields[n]!
      if (profile[field] === undefined || !this.#kept.has(field)) continue
      if (field === "userId" && profile.userId === key) continue
      present |= 1 << n
      values += this.#encode(field, profile)
    }
    this.#records.set(this.#index.add(key), encodeNumber(present) + values)
    return this
  }

  /** Replaces each value that a field has. Profiles that are added later keep theirs. */
  rename(field: Shared, f: (text: string) => string) {
    this.#texts[field].rename(f)
  }

  #encode(field: (typeof fields)[number], profile: Profile.Profile): string {
    switch (field) {
      case "userId":
      case "name":
        return encodeText(profile[field]!)
      case "email": {
        // Most addresses begin with the name of the person: `Ada Lovelace`, `ada.lovelace@example.com`.
        const email = profile.email!
        const at = email.includes("@") ? email.lastIndexOf("@") : email.length
        const name = this.#kept.has("name") ? profile.name : undefined
        const same = commonLength(localPartOf(name), email.slice(0, at))
        return encodeNumber(same) + encodeText(email.slice(same, at)) + this.#domains.encode(email.slice(at))
      }
      case "lastLogin": {
        // Times before 1970 are negative.
        const time = profile.lastLogin!
        return encodeNumber(time < 0 ? -2 * time - 1 : 2 * time)
      }
      case "neverLoggedIn":
        return ""
      default:
        return this.#texts[field].encode(profile[field]!)
    }
  }

  #at(place: number, key: UserId): Profile.Profile {
    const reader = new Reader(this.#records.at(place))
    const present = reader.number()
    const profile: Profile.Profile & { [field: string]: unknown } = { userId: key }
    for (let n = 0; n < fields.length; n++) {
      const field: string = fields[n]!
      if ((present & (1 << n)) !== 0) profile[field] = this.#decode(fields[n]!, reader, profile.name)
    }
    return profile
  }

  #decode(field: (typeof fields)[number], reader: Reader, name: string | undefined): string | number | true {
    switch (field) {
      case "userId":
      case "name":
        return reader.text()
      case "email":
        return localPartOf(name).slice(0, reader.number()) + reader.text() + this.#domains.decode(reader)
      case "lastLogin": {
        const number = reader.number()
        return number % 2 === 0 ? number / 2 : -(number + 1) / 2
      }
      case "neverLoggedIn":
        return true
      default:
        return this.#texts[field].decode(reader)
    }
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

/** What an address begins with, if it is made from the name as most are. */
const localPartOf = (name = ""): string => name.toLowerCase().replaceAll(" ", ".")

const commonLength = (one: string, other: string): number => {
  let length = 0
  while (length < one.length && one.charCodeAt(length) === other.charCodeAt(length)) length += 1
  return length
}

/** Six bits a character, the lowest first; 64 is added while more follow. */
const encodeNumber = (number: number): string =>
  number < 64
    ? String.fromCharCode(number)
    : String.fromCharCode(64 + (number % 64)) + encodeNumber(Math.floor(number / 64))

const encodeText = (text: string): string => encodeNumber(text.length) + text

/** Reads what `encodeNumber` and `encodeText` wrote. */
class Reader {
  readonly #record: string
  #at = 0

  constructor(record: string) {
    this.#record = record
  }

  number(): number {
    let number = 0
    for (let unit = 1; ; unit *= 64) {
      const code = this.#record.charCodeAt(this.#at++)
      number += unit * (code % 64)
      if (code < 64) return number
    }
  }

  text(): string {
    const length = this.number()
    this.#at += length
    return this.#record.slice(this.#at - length, this.#at)
  }
}

/** Texts that many people share, by number. */
class Texts {
  #texts: Array<string> = []
  readonly #numbers = new Map<string, number>()

  encode(text: string): string {
    const known = this.#numbers.get(text)
    if (known !== undefined) return encodeNumber(known)
    // A slice keeps the text alive that it was cut from; this is a copy.
    const own: string = JSON.parse(JSON.stringify(text))
    this.#numbers.set(own, this.#texts.length)
    return encodeNumber(this.#texts.push(own) - 1)
  }

  decode(reader: Reader): string {
    return this.#texts[reader.number()]!
  }

  rename(f: (text: string) => string) {
    this.#texts = this.#texts.map(f)
    // What comes later is not renamed, and gets a number of its own.
    this.#numbers.clear()
  }
}

const blockSize = 2 ** 20

/** A byte in front of each record says how long it is; this one says that the length follows in four bytes. */
const isLong = 255

/** Texts by number, stored one after the other: up to 4 GB of them. */
class Records {
  readonly #blocks: Array<Uint8Array> = []
  /** Bytes that are used of the last block. */
  #used = blockSize
  /** Where each record begins, counted through all blocks. */
  #places = new Uint32Array(1024)
  readonly #encoder = new TextEncoder()
  readonly #decoder = new TextDecoder()

  /** The bytes of an earlier text of that number are lost: few profiles are set twice. */
  set(number: number, text: string) {
    // No UTF-16 unit takes more than three bytes in UTF-8.
    const most = 5 + 3 * text.length
    if (this.#used + most > blockSize) {
      this.#blocks.push(new Uint8Array(Math.max(blockSize, most)))
      this.#used = 0
    }
    const block = this.#blocks.at(-1)!
    if (number === this.#places.length) this.#places = grown(this.#places)
    this.#places[number] = (this.#blocks.length - 1) * blockSize + this.#used
    const head = 3 * text.length < isLong ? 1 : 5
    const { written } = this.#encoder.encodeInto(text, block.subarray(this.#used + head))
    if (head === 1) block[this.#used] = written
    else {
      block[this.#used] = isLong
      new DataView(block.buffer).setUint32(this.#used + 1, written)
    }
    this.#used += head + written
  }

  at(number: number): string {
    const begin = this.#places[number]!
    const block = this.#blocks[Math.floor(begin / blockSize)]!
    const at = begin % blockSize
    const short = block[at]!
    const [text, length] = short < isLong ? [at + 1, short] : [at + 5, new DataView(block.buffer).getUint32(at + 1)]
    return this.#decoder.decode(block.subarray(text, text + length))
  }
}
