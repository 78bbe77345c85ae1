/**
 * Chance that is the same each time: it follows from the seed, from the id of what it
 * is about and from the question. So a million people take no memory.
 */
/** Ids that an emulator makes up. Whoever has an id by hand is what was said, and nothing by chance. */
const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

export const isMadeUp = (id: string): boolean => form.test(id)

/**
 * A number that looks like chance. A page of 500 people asks for some 10,000 of them:
 * by `Hash.string` of the texts in one, that takes four times as long.
 */
export const number = (seed: string, id: string, question: string): number =>
  spread(fold(fold(fold(0x811c9dc5, id), seed), question))

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

/** One of a list. */
export const pick = <A>(list: ReadonlyArray<A>, seed: string, id: string, question: string): A =>
  list[number(seed, id, question) % list.length]!

/** Whether something holds that holds of so many in a hundred. */
export const isOneOf = (inHundred: number, seed: string, id: string, question: string): boolean =>
  number(seed, id, question) % 100 < inHundred
