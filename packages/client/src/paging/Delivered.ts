/**
 * Which pages have been delivered: all before one, and in the order of arrival some after it.
 *
 * Every page comes with a position that names the pages ahead. A copy for each page would
 * be work that grows with every page that overtakes a slow one, so that views share one
 * list, to which pages are only added, and take their part of it when somebody looks.
 */
export class Delivered {
  #next: number
  readonly #ahead: Set<number>
  /** The pages ahead, and pages that were ahead before. */
  #shared: Array<number>

  constructor(next: number, ahead: Iterable<number> = []) {
    this.#next = next
    this.#ahead = new Set(ahead)
    this.#shared = [...this.#ahead]
  }

  /** The first page that has not been delivered. */
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
    // Once most of the list is past, it begins anew: seldom enough to be no work for a page.
    if (this.#shared.length > 2 * this.#ahead.size + 100) this.#shared = [...this.#ahead]
    else this.#shared.push(pageNumber)
  }

  /** The pages ahead, as they are now, whenever that is asked. */
  view(): () => ReadonlyArray<number> {
    const next = this.#next
    const shared = this.#shared
    const { length } = shared
    return () => shared.slice(0, length).filter((pageNumber) => pageNumber > next)
  }

  /** What of it is whole in pages of another size. */
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
