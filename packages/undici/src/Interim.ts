/**
 * Takes `100 Continue` out of what a server sends. Some servers send it unasked, also
 * before the answer to a GET; HTTP lets them, and a client is to skip it (RFC 9110, section
 * 15.2). undici ends the connection instead.
 */
const longestHead = 16 * 1024
const empty: Buffer = Buffer.alloc(0)
/** The first digit of an interim status. */
const one = 0x31

const join = (first: Buffer, second: Buffer): Buffer => (first.length === 0 ? second : Buffer.concat([first, second]))

/** How far the head of an interim answer goes, -1 where it has not come whole, and 0 for anything else. */
const lengthOfInterim = (bytes: Buffer): number => {
  const begin = bytes.toString("latin1", 0, 12)
  if (begin.length < 12) return /^HTTP\/1\.[01] 1/.test(begin + "HTTP/1.1 1".slice(begin.length)) ? -1 : 0
  if (!/^HTTP\/1\.[01] 10[023]/.test(begin)) return 0
  const end = bytes.indexOf("\r\n\r\n")
  if (end >= 0) return end + 4
  return bytes.length < longestHead ? -1 : 0
}

/** Of one connection. */
export class Interim {
  /** A request was written, and the head of its answer has not come. */
  #isExpected = false
  /** The beginning of what may be an interim answer. */
  #held: Buffer = empty

  /** A request is written. */
  expect(): void {
    this.#isExpected = true
  }

  /** What is left of the next bytes. */
  strip(chunk: Buffer): Buffer {
    if (!this.#isExpected) return chunk
    // Most answers are no 1xx, as the tenth byte tells: these need no text.
    if (this.#held.length === 0 && chunk.length >= 12 && chunk[9] !== one) {
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
      // 102 and 103 are for undici to skip.
      if (rest.toString("latin1", 9, 12) !== "100") left = join(left, rest.subarray(0, length))
      rest = rest.subarray(length)
    }
    return left
  }
}
