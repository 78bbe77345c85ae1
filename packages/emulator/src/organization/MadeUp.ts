/**
 * Chance that is the same each time: it follows from the seed, from the id of what it
 * is about and from the question. So a million people take no memory.
 */
/** Ids that an emulator makes up. Whoever has an id by hand is what was said, and nothing by chance. */
const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

export const isMadeUp = (id: string): boolean => form.test(id)

/** The chance of one user, role or the like. */
export interface Chance {
  /** Whether the id is one that an emulator makes up. */
  readonly isMadeUp: boolean
  /** A whole number below 2^32. */
  readonly number: (question: string) => number
  /** One of a list. */
  readonly pick: <A>(list: ReadonlyArray<A>, question: string) => A
  /** Whether something holds that holds of so many in a hundred. */
  readonly isOneOf: (inHundred: number, question: string) => boolean
}

/**
 * The chance of an id. A page of 500 people asks some 5,000 questions: by `Hash.string`
 * of seed, id and question in one, that takes ten times as long.
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

/** FNV-1a, and between two texts a character that none has. */
const fold = (start: number, text: string): number => {
  let hash = start
  for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193)
  return Math.imul(hash ^ 0x1_0000, 0x01000193)
}

/** Makes every bit depend on every other, as the end of MurmurHash3 does: remainders look at the last ones. */
const spread = (hash: number): number => {
  let mixed = hash
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
