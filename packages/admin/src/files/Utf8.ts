/**
 * Texts as bytes, in a buffer that is used again: buffers that are thrown away are not
 * seen by the collector of garbage until there are a hundred megabytes of them.
 */
export class Utf8 {
  readonly #encoder = new TextEncoder()
  readonly #buffer = new Uint8Array(64 * 1024);

  /** The bytes in pieces, each of which is gone with the next. */
  *encode(text: string): Iterable<Uint8Array> {
    let rest = text
    while (rest !== "") {
      const { read, written } = this.#encoder.encodeInto(rest, this.#buffer)
      yield this.#buffer.subarray(0, written)
      rest = rest.slice(read)
    }
  }
}
