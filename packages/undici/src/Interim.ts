/**
 * Removes `100 Continue` from what a server sends. Some servers send it unasked, even for a
 * GET. HTTP allows that, and a client must skip it (RFC 9110, section 15.2). undici closes
 * the connection instead.
 */

/** An interim response with a longer head, in bytes, is passed to undici as it is. */
const longestHead = 16 * 1024
const empty: Buffer = Buffer.alloc(0)
/** The character code of the first digit of an interim status (1xx). */
const firstDigit = 0x31

const join = (first: Buffer, second: Buffer): Buffer => (first.length === 0 ? second : Buffer.concat([first, second]))

/** The length of the interim response at the beginning of `bytes`; -1 if it is incomplete, 0 if there is none. */
const lengthOfInterim = (bytes: Buffer): number => {
  const begin = bytes.toString("latin1", 0, 12)
  if (begin.length < 12) return /^HTTP\/1\.[01] 1/.test(begin + "HTTP/1.1 1".slice(begin.length)) ? -1 : 0
  if (!/^HTTP\/1\.[01] 10[023]/.test(begin)) return 0
  const end = bytes.indexOf("\r\n\r\n")
  if (end >= 0) return end + 4
  return bytes.length < longestHead ? -1 : 0
}

/** The filter of one connection. */
export class Interim {
  /** A request was written, and the head of its final response has not arrived. */
  #isExpected = false
  /** The beginning of what may be an interim response. */
  #held: Buffer = empty

  /** Call this when a request is written. */
  expect(): void {
    this.#isExpected = true
  }

  /** Returns the next bytes without any `100 Continue`. */
  strip(chunk: Buffer): Buffer {
    if (!this.#isExpected) return chunk
    // The tenth byte is the first digit of the status. Most responses are not 1xx, and need no parsing.
    if (this.#held.length === 0 && chunk.length >= 12 && chunk[9] !== firstDigit) {
      this.#isExpected = false
      return chunk
    }
    let rest = join(this.#held, chunk)
    let left = empty
    this.#held = empty
    while (rest.length > 0) {
      const length = lengthOfInterim(rest)
      if (length < 0) {
        this.#held = rest
        return left
      }
      if (length === 0) {
        this.#isExpected = false
        return join(left, rest)
      }
      // undici skips 102 and 103 itself.
      if (rest.toString("latin1", 9, 12) !== "100") left = join(left, rest.subarray(0, length))
      rest = rest.subarray(length)
    }
    return left
  }
}
