/**
 * Lists inside of error messages. A message may be about thousands of users, so it shows
 * the first few and counts the rest.
 */

/** How many items a message shows. */
export const shown = 5

/** The first items, then how many more there are: `a, b, c, d, e and 3 more`. */
export const list = <A>(items: ReadonlyArray<A>, describe: (item: A) => string): string => {
  const text = items.slice(0, shown).map(describe).join(", ")
  return items.length > shown ? `${text} and ${items.length - shown} more` : text
}
