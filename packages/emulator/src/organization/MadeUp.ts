/**
 * Reproducible random numbers: each depends only on the seed, an id, and the name of a question. So the
 * data of a million generated people needs no memory.
 */

/** The format of generated ids. Users with other ids have nothing random. */
const generatedId = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

export const isMadeUp = (id: string): boolean => generatedId.test(id)

/** The random numbers of one user or role. */
export interface Chance {
  /** Whether the id has the format of generated ids. */
  readonly isMadeUp: boolean
  /** An integer from 0 to 2^32 - 1. */
  readonly number: (question: string) => number
  /** A random element of a list. */
  readonly pick: <A>(list: ReadonlyArray<A>, question: string) => A
  /** True with a probability of `inHundred` percent. */
  readonly isOneOf: (inHundred: number, question: string) => boolean
}

/**
 * The random numbers of an id. Hashes seed and id only once, because a page of 500 people asks about 5,000
 * questions. `Hash.string` of seed, id and question together takes ten times as long.
 */
export const about = (seed: string, id: string): Chance => {
  const start = fold(fold(0x811c9dc5, id), seed)
  const number = (question: string) => spread(fold(start, question))
  return {
    isMadeUp: isMadeUp(id),
    number,
    pick: (list, question) => list[number(question) % list.length]!,
    isOneOf: (inHundred, question) => number(question) % 100 < inHundred
  }
}

/** FNV-1a, with a separator after the text that no text contains. */
const fold = (start: number, text: string): number => {
  let hash = start
  for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193)
  return Math.imul(hash ^ 0x1_0000, 0x01000193)
}

/** The finalizer of MurmurHash3. Without it, the low bits, which decide remainders, are not random enough. */
const spread = (hash: number): number => {
  let mixed = hash
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
