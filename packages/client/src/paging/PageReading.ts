/**
 * The state of reading a list: which page to request next, what each page contains, and when
 * the list ends. It is synchronous; `Pages` makes the requests.
 *
 * The server's counts are a minimum. Where they are wrong, the entities that arrive decide
 * whether to go on.
 */
import * as Drift from "../errors/Drift.ts"
import { GenesysError, UnexpectedResponse } from "../errors/GenesysError.ts"
import type { PagePosition } from "../errors/PagePosition.ts"
import { Delivered } from "./Delivered.ts"
import { countsOf, type Listing, type Page, type PageQuery, servedSize } from "./Page.ts"
import * as PageSize from "./PageSize.ts"
import { SeenIds } from "./SeenIds.ts"

/** After this many pages in a row without a new entity, reading fails, whatever the counts say. */
const maxBarrenPages = 100

export interface Options {
  /** The vendor's name of the operation, for errors. */
  readonly operation: string
  readonly from: PagePosition
  readonly maxReadings: number
  /** The size that the server accepts, as found so far. Absent if the caller chose the page size. */
  readonly found?: PageSize.PageSize | undefined
}

export class PageReading<A extends { readonly id: string }> {
  readonly #operation: string
  readonly #maxReadings: number
  readonly #seen = new SeenIds()
  #reading = 1

  readonly #found: PageSize.PageSize | undefined
  /** The largest size to request, even if the server returns larger pages. */
  #largest: number
  #pageSize: number

  #delivered: Delivered
  /** The last page that was requested. */
  #asked: number
  /** The last page of the list, as far as known. */
  #last: number
  /** Whether a page reported counts. */
  #counted: boolean
  /** How many requested pages were not delivered yet. */
  #awaited = 0

  /** The last page with an entity that is new in this pass. */
  #fruitful = 0
  /** How many pages in a row had none. */
  #barren = 0
  #drift: Drift.Drift
  /** How many entities the pages of this pass should have contained. */
  #expected: number

  /** The total of the list at the beginning of this pass. */
  #totalAtStart: number | undefined
  /** How many entities the previous pass read. */
  #usersBefore: number | undefined
  /** How many of them this pass has read too. */
  #metBefore = 0

  /** Whether to request nothing further, because a page failed. Pages before it may still be awaited. */
  #stopped = false
  #failure: GenesysError | undefined
  /** Whether the page size changed: results of requests that are still running are discarded. */
  #regridded = false

  constructor({ found, from, maxReadings, operation }: Options) {
    const { ahead, drift, expected, pageNumber, pageSize } = from
    this.#operation = operation
    this.#maxReadings = maxReadings
    this.#found = found
    this.#largest = pageSize
    this.#pageSize = pageSize
    this.#delivered = new Delivered(pageNumber, ahead)
    this.#asked = pageNumber - 1
    this.#last = pageNumber
    this.#drift = drift
    this.#expected = expected
    this.#counted = drift.total !== undefined
  }

  /** The error that ended reading, with the position to resume from. */
  get failure(): GenesysError | undefined {
    const error = this.#failure
    if (error === undefined || this.#reading > 1) return error
    return new GenesysError({ ...error, resumeFrom: this.#position() })
  }

  /** Requests nothing further, because a page failed. Pages before it may still be delivered. */
  stop(): void {
    this.#stopped = true
  }

  /** Handles a failed page when it is its turn. Goes on with smaller pages if that may help. */
  fail(error: GenesysError, { pageNumber, pageSize }: PageQuery): void {
    if (this.#regridded) return
    if (this.#found !== undefined && PageSize.isRefusal(error, pageNumber)) {
      const smaller = PageSize.smaller(pageSize)
      if (smaller !== undefined) return this.#regrid(smaller)
      // The server refuses even the smallest size, so the size is not the reason: restores it for `resumeFrom`.
      if (pageNumber === 1) this.#pageSize = this.#found.size
    }
    this.#failure ??= error
  }

  /** The next page to request. `undefined` if there is none, or if earlier pages must arrive first. */
  ask(): PageQuery | undefined {
    const pageNumber = this.#following()
    if (this.#stopped || this.#regridded || pageNumber > this.#last) return undefined
    this.#asked = pageNumber
    this.#awaited += 1
    return { pageNumber, pageSize: Math.min(this.#pageSize, this.#largest) }
  }

  /** Call this when all requested pages are delivered. Returns whether to go on, in this pass or in another. */
  more(): boolean {
    this.#regridded = false
    // The failed page had the old page size.
    this.#stopped = false
    if (this.#hasMore()) {
      this.#last = Math.max(this.#last, this.#following())
      return true
    }
    if (this.#reading >= this.#maxReadings || this.#drift.confirmed) return false
    this.#reading += 1
    this.#usersBefore = this.#drift.users
    this.#metBefore = 0
    this.#totalAtStart = undefined
    this.#drift = Drift.none
    this.#moveTo(new Delivered(1))
    return true
  }

  /** Handles a response. Returns the page to deliver, or `undefined` if reading failed or goes on with another page size. */
  accept(asked: PageQuery, page: Listing<A>): Page<A> | undefined {
    if (this.#regridded) return undefined
    const { pageNumber } = asked
    const { length } = page.entities
    const { pageCount, total } = countsOf(page)

    if (page.pageNumber !== undefined && page.pageNumber !== pageNumber) {
      return this.#refuse(`page ${pageNumber} was requested, but page ${page.pageNumber} was returned`)
    }
    if (length === 0 && total === undefined && pageCount === undefined && (pageNumber === 1 || this.#counted)) {
      // Without this check, any JSON object would be taken for the end of the list.
      return this.#refuse(`page ${pageNumber} has neither entities nor counts`)
    }
    const served = servedSize({ pageNumber, pageSize: this.#pageSize }, page)
    if (served !== this.#pageSize) {
      this.#resize(pageNumber, served)
      if (pageNumber > 1) return undefined
    }
    // If the first page is short, the server may count pages of a larger size than it returns. Then only a total counts.
    this.#counted ||= total !== undefined || (pageCount !== undefined && (pageNumber > 1 || length >= asked.pageSize))
    if (length > 0 || pageNumber === 1) this.#found?.accepted(asked.pageSize)

    this.#awaited -= 1
    const known = total ?? this.#drift.total
    const share = this.#share(pageNumber, known)
    if (length === 0 && (share === undefined ? pageNumber > (pageCount ?? 0) : share === 0)) {
      // The list now ends before this page, even if it was longer when reading began.
      this.#last = this.#asked
    } else {
      this.#last = Math.max(this.#last, pageCount ?? 0, Math.ceil((total ?? 0) / this.#pageSize))
    }
    this.#expected += share ?? (pageNumber < (pageCount ?? 0) ? this.#pageSize : length)
    // The server silently cuts pages, so this page is beyond the expected end: expect the whole list by now.
    if (share !== undefined && length > share) this.#expected = Math.max(this.#expected, known ?? 0)

    if (total !== undefined) this.#seen.expect(total)
    const { duplicates, fresh, met } = this.#meet(page.entities)
    this.#drift = Drift.observe(this.#drift, {
      total,
      met,
      duplicates,
      expected: this.#expected,
      gone: this.#reading === 1 ? 0 : this.#seen.size - this.#drift.users - met
    })
    this.#totalAtStart ??= total
    this.#barren = met === 0 ? this.#barren + 1 : 0
    if (met > 0) this.#fruitful = Math.max(this.#fruitful, pageNumber)
    this.#delivered.add(pageNumber)

    const over = this.#awaited === 0 && !this.#hasMore()
    if (over && this.#isConfirmed()) this.#drift = { ...this.#drift, confirmed: true }
    if (this.#barren >= maxBarrenPages && this.#hasMore()) {
      this.#refuse(`${maxBarrenPages} pages in a row, up to page ${pageNumber}, have no new entity`)
    }
    return {
      entities: fresh,
      pageNumber,
      pageSize: this.#pageSize,
      reading: this.#reading,
      drift: this.#drift,
      ...(this.#reading === 1 && { resumeFrom: this.#position() })
    }
  }

  /** Obeys a server that answers with another page size. Its page 1 is the beginning of the list in any size. */
  #resize(pageNumber: number, served: number) {
    if (pageNumber === 1) this.#pageSize = served
    else if (served < this.#pageSize) this.#regrid(served)
    else this.#refuse(`the page size changed from ${this.#pageSize} to ${served} on page ${pageNumber}`)
  }

  /** Goes on at the first entity that was not delivered, with another page size. */
  #regrid(pageSize: number) {
    const delivered = this.#delivered.resized(this.#pageSize, pageSize)
    this.#pageSize = pageSize
    this.#largest = Math.min(this.#largest, pageSize)
    this.#moveTo(delivered)
    this.#regridded = true
  }

  #meet(entities: ReadonlyArray<A>) {
    const lastRead = this.#seen.add(entities, this.#reading)
    let fresh = 0
    let met = 0
    for (let n = 0; n < entities.length; n++) {
      const last = lastRead[n]!
      if (last === this.#reading) continue
      met += 1
      if (last === 0) fresh += 1
      else if (last === this.#reading - 1) this.#metBefore += 1
    }
    return {
      fresh: fresh === entities.length ? entities : entities.filter((_, n) => lastRead[n] === 0),
      met,
      duplicates: entities.length - met
    }
  }

  /** Goes on after the delivered pages. The next page is again read alone. */
  #moveTo(delivered: Delivered) {
    const { next } = delivered
    this.#delivered = delivered
    this.#asked = next - 1
    this.#last = next
    this.#awaited = 0
    this.#fruitful = 0
    this.#barren = 0
    this.#expected = (next - 1) * this.#pageSize
    for (const pageNumber of delivered.view()()) {
      this.#expected += this.#share(pageNumber, this.#drift.total) ?? this.#pageSize
    }
  }

  /** How many entities a page should contain if the list has `total`. */
  #share(pageNumber: number, total: number | undefined): number | undefined {
    if (total === undefined) return undefined
    return Math.min(this.#pageSize, Math.max(0, total - (pageNumber - 1) * this.#pageSize))
  }

  #following(): number {
    let pageNumber = Math.max(this.#asked + 1, this.#delivered.next)
    while (this.#delivered.has(pageNumber)) pageNumber += 1
    return pageNumber
  }

  /** Whether there are more pages: also after the last known page, if it had new entities and the counts do not say that these are all. */
  #hasMore(): boolean {
    if (this.#following() <= this.#last) return true
    const { total, users } = this.#drift
    return this.#fruitful === this.#last && (total === undefined ? !this.#counted : users < total)
  }

  /** An entity that both passes read was in the list between them. If these are as many as the list had then, they are the whole list. */
  #isConfirmed(): boolean {
    const { users } = this.#drift
    return this.#usersBefore === users && this.#metBefore === users && this.#totalAtStart === users
  }

  #position(): PagePosition {
    const ahead = this.#delivered.view()
    return {
      pageNumber: this.#delivered.next,
      pageSize: this.#pageSize,
      get ahead() {
        return ahead()
      },
      expected: this.#expected,
      drift: this.#drift
    }
  }

  #refuse(problem: string): undefined {
    this.stop()
    this.#failure ??= new GenesysError({ operation: this.#operation, reason: new UnexpectedResponse({ problem }) })
  }
}
