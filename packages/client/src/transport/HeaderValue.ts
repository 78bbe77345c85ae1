/**
 * What may stand in a header. Platforms check late, and some after they have
 * connected; and their errors repeat the value.
 */

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

// RFC 9110 §5.5: visible characters, space and tab, and the upper half of Latin-1.
const value = /^[\t\x20-\x7e\x80-\xff]*$/

/** Why these headers cannot be sent, without their values; nothing when they can. */
export const problem = (headers: Readonly<Record<string, string>>): string | undefined => {
  for (const name in headers) {
    if (!token.test(name)) return `${JSON.stringify(name)} is not the name of a header`
    if (!value.test(headers[name]!)) return `the header ${name} holds a character that cannot travel in a header`
  }
  return undefined
}
