/**
 * Keeps which pages were delivered: all pages before `next`, and, when pages are delivered
 * as they arrive, some pages ahead of it.
 *
 * Every delivered page has a position that lists the pages ahead. While one page is slow, the
 * list grows with each page that overtakes it, so a copy for each position would cost more
 * and more. All positions therefore share one list, to which pages are only appended. A
 * position copies its part only when somebody reads it.
 */
export class Delivered {
  #next: number
  readonly #ahead: Set<number>
  /** The pages ahead, mixed with pages that no longer are. */
  #shared: Array<number>

  constructor(next: number, ahead: Iterable<number> = []) {
    this.#next = next
    this.#ahead = new Set(ahead)
    this.#shared = [...this.#ahead]
  }

  /** The first page that was not delivered. */
  get next(): number {
    return this.#next
  }

  has(pageNumber: number): boolean {
    return pageNumber < this.#next || this.#ahead.has(pageNumber)
  }

  add(pageNumber: number): void {
    if (pageNumber === this.#next) {
      do this.#next += 1
      while (this.#ahead.delete(this.#next))
      return
    }
    this.#ahead.add(pageNumber)
    // Starts a new list once most of it is outdated. This is rare, so it costs little for each page.
    if (this.#shared.length > 2 * this.#ahead.size + 100) this.#shared = [...this.#ahead]
    else this.#shared.push(pageNumber)
  }

  /** A function that returns the pages that are ahead now, even if it is called later. */
  view(): () => ReadonlyArray<number> {
    const next = this.#next
    const shared = this.#shared
    const { length } = shared
    return () => shared.slice(0, length).filter((pageNumber) => pageNumber > next)
  }

  /** The same state in pages of another size: only pages that were delivered completely. */
  resized(from: number, to: number): Delivered {
    const next = Math.floor(((this.#next - 1) * from) / to) + 1
    const ahead = [...this.#ahead].flatMap((pageNumber) => {
      const first = Math.ceil(((pageNumber - 1) * from) / to) + 1
      const last = Math.floor((pageNumber * from) / to)
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n)
    })
    return new Delivered(next, ahead)
  }
}
