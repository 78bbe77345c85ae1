/**
 * What somebody else wrote, inside of a sentence for people.
 */

/**
 * On one line, without what would move the cursor of a terminal or turn the direction
 * of the text, and cut after `most` characters. What is secret in it must be gone
 * before: half a secret is not recognized any more.
 */
export const quote = (text: string, most = 80): string => {
  const line = text.replace(/[\p{C}\s]+/gu, " ")
  return line.length > most ? `${line.slice(0, most).replace(/\p{Cs}$/u, "")}…` : line
}
