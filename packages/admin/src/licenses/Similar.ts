/**
 * Suggestions for a mistyped name.
 */
import * as Order from "effect/Order"

/** How many suggestions are useful at most. */
const most = 3

/** Names that contain the text, that the text contains, or that differ by a few letters. The closest come first. */
export const to = (text: string, names: Iterable<string>): ReadonlyArray<string> => {
  const typed = text.trim().toLowerCase()
  return [...new Set(names)]
    .map((name) => ({ name, distance: distanceOf(typed, name.toLowerCase()) }))
    .filter(({ distance, name }) => distance <= Math.max(2, name.length / 3) || isWithin(typed, name.toLowerCase()))
    .sort((a, b) => a.distance - b.distance || Order.String(a.name, b.name))
    .slice(0, most)
    .map(({ name }) => name)
}

/** Fewer than three common letters are a coincidence. */
const isWithin = (one: string, other: string) =>
  Math.min(one.length, other.length) >= 3 && (one.includes(other) || other.includes(one))

/** The Levenshtein distance: how many letters to add, remove or replace. */
const distanceOf = (one: string, other: string): number => {
  let above = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (let row = 1; row <= one.length; row++) {
    const line = [row]
    for (let column = 1; column <= other.length; column++) {
      const replaced = above[column - 1]! + (one[row - 1] === other[column - 1] ? 0 : 1)
      line.push(Math.min(replaced, above[column]! + 1, line[column - 1]! + 1))
    }
    above = line
  }
  return above[other.length]!
}
