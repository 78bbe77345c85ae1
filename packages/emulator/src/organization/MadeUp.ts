/**
 * Chance that is the same each time: it follows from the seed, from the id of what it
 * is about and from the question. So a million people take no memory.
 */
import * as Hash from "effect/Hash"

/** Ids that an emulator makes up. Whoever has an id by hand is what was said, and nothing by chance. */
const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

export const isMadeUp = (id: string): boolean => form.test(id)

/** A number that looks like chance. */
export const number = (seed: string, id: string, question: string): number =>
  Hash.string(`${id}/${seed}/${question}`) >>> 0

/** One of a list. */
export const pick = <A>(list: ReadonlyArray<A>, seed: string, id: string, question: string): A =>
  list[number(seed, id, question) % list.length]!

/** Whether something holds that holds of so many in a hundred. */
export const isOneOf = (inHundred: number, seed: string, id: string, question: string): boolean =>
  number(seed, id, question) % 100 < inHundred
