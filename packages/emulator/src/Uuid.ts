/**
 * UUIDs from a random number generator. The same seed gives the same ids.
 */
import type * as Random from "effect/Random"

/** The next version 4 UUID, in lower case. */
export const next = (random: Random.Random): string => {
  const a = word(random)
  const b = (word(random) & 0xffff_0fff) | 0x4000
  const c = (word(random) & 0x3fff_ffff) | 0x8000_0000
  const d = word(random)
  // Not concatenated: V8 would keep a tree of the parts, many times as large as the text.
  return [high(a) + low(a), high(b), low(b), high(c), low(c) + high(d) + low(d)].join("-")
}

const word = (random: Random.Random) => (random.nextDoubleUnsafe() * 0x1_0000_0000) >>> 0

// A table for speed: a large organization needs hundreds of thousands of ids at once.
const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"))
const high = (word: number) => `${bytes[word >>> 24]}${bytes[(word >>> 16) & 0xff]}`
const low = (word: number) => `${bytes[(word >>> 8) & 0xff]}${bytes[word & 0xff]}`
