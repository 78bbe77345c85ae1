/**
 * Quotes text from elsewhere, such as a server's message, in a sentence for people.
 */

/**
 * Runs of spaces and invisible characters. Joiners (U+200C, U+200D) inside a word are kept:
 * names in Persian, Hindi or Sinhala need them, and they hold emoji together.
 */
const blanks = /(?:(?!(?<=[\p{L}\p{M}\p{Emoji}])[\u200c\u200d](?=[\p{L}\p{Emoji}]))[\p{C}\s])+/gu

/**
 * Puts text on one line, cuts it after `most` characters, and removes what would move the
 * cursor of a terminal or change the direction of the text.
 *
 * Redact secrets before the call: a secret that is cut in half is no longer recognized.
 */
export const quote = (text: string, most = 80): string => {
  const line = text.replace(blanks, " ")
  return line.length > most ? `${line.slice(0, most).replace(/\p{Cs}$/u, "")}…` : line
}
