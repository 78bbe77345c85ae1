/**
 * Encodes text as UTF-8 in one buffer that is reused. With a new buffer for each text, about
 * 100 MB of buffers pile up before the garbage collector frees them.
 */
export class Utf8 {
  readonly #encoder = new TextEncoder()
  readonly #buffer = new Uint8Array(64 * 1024);

  /** The bytes in pieces. Each piece is valid only until the next one is read. */
  *encode(text: string): Iterable<Uint8Array> {
    let rest = text
    while (rest !== "") {
      const { read, written } = this.#encoder.encodeInto(rest, this.#buffer)
      yield this.#buffer.subarray(0, written)
      rest = rest.slice(read)
    }
  }
}
