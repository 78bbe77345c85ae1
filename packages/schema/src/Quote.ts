/**
 * What somebody else wrote, inside of a sentence for people.
 */

/** Joiners are letters in names of Persian, Hindi or Sinhala, and hold emoji together; at the end of a word they are nothing. */
const apart = /(?:(?!(?<=[\p{L}\p{M}\p{Emoji}])[\u200c\u200d](?=[\p{L}\p{Emoji}]))[\p{C}\s])+/gu

/**
 * On one line, without what would move the cursor of a terminal or turn the direction
 * of the text, and cut after `most` characters. What is secret in it must be gone
 * before: half a secret is not recognized any more.
 */
export const quote = (text: string, most = 80): string => {
  const line = text.replace(apart, " ")
  return line.length > most ? `${line.slice(0, most).replace(/\p{Cs}$/u, "")}…` : line
}
