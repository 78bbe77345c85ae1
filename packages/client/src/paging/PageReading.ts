/**
 * What a reader of a list knows: which pages to ask for, what they bring, and when
 * there are no more. Plain and synchronous; `Pages` makes the requests.
 *
 * The counts of a server are a minimum. Where they are wrong, the entities that arrive
 * decide whether to go on.
 */
import * as Drift from "../errors/Drift.ts"
import { GenesysError, UnexpectedResponse } from "../errors/GenesysError.ts"
import type { PagePosition } from "../errors/PagePosition.ts"
import { Delivered } from "./Delivered.ts"
import { countsOf, type Listing, type Page, type PageQuery, servedSize } from "./Page.ts"
import * as PageSize from "./PageSize.ts"
import { SeenIds } from "./SeenIds.ts"

/** So many pages in a row without anybody new end a reading with an error, whatever is said to follow. */
const maxBarrenPages = 100

export interface Options {
  /** The name of the operation, for errors. */
  readonly operation: string
  readonly from: PagePosition
  readonly maxReadings: number
  /** What the server takes, if the page size finds itself. Absent when it was chosen. */
  readonly found?: PageSize.PageSize | undefined
}

export class PageReading<A extends { readonly id: string }> {
  readonly #operation: string
  readonly #maxReadings: number
  readonly #seen = new SeenIds()
  #reading = 1

  readonly #found: PageSize.PageSize | undefined
  /** What to ask for at most, also where the server serves larger pages. */
  #largest: number
  #pageSize: number

  #delivered: Delivered
  /** The last page that was asked for, and the last that there is, as far as known. */
  #asked: number
  #last: number
  /** Pages have told how many there are. */
  #counted: boolean
  /** Pages that were asked for and have not been delivered. */
  #awaited = 0

  /** The last page that brought somebody new to this reading, and how many in a row have not. */
  #fruitful = 0
  #barren = 0
  #drift: Drift.Drift
  /** How many entities the pages of this reading should have held. */
  #expected: number

  /** How many entities the list had when this reading began, ... */
  #totalAtStart: number | undefined
  /** ... how many the reading before it met, and how many of those this one has met too. */
  #usersBefore: number | undefined
  #metBefore = 0

  /** A page has failed, perhaps one whose turn has not come. */
  #stopped = false
  #failure: GenesysError | undefined
  /** The server has changed its page size: pages on their way are not those that were meant. */
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

  /** What ended the reading, with the position to resume from. */
  get failure(): GenesysError | undefined {
    const error = this.#failure
    if (error === undefined || this.#reading > 1) return error
    return new GenesysError({ ...error, resumeFrom: this.#position() })
  }

  /** A page has failed, and those before it may still have to be delivered: nothing further is asked for. */
  stop(): void {
    this.#stopped = true
  }

  /** It is the turn of a page that has failed; the reading goes on in smaller pages where that may help. */
  fail(error: GenesysError, { pageNumber, pageSize }: PageQuery): void {
    if (this.#regridded) return
    if (this.#found !== undefined && PageSize.isRefusal(error, pageNumber)) {
      const smaller = PageSize.smaller(pageSize)
      if (smaller !== undefined) return this.#regrid(smaller)
      // The server takes no size, so it was not the size: it is what it was.
      if (pageNumber === 1) this.#pageSize = this.#found.size
    }
    this.#failure ??= error
  }

  /** The next page to ask for; `undefined` when it takes answers to tell, or when there is none. */
  ask(): PageQuery | undefined {
    const pageNumber = this.#following()
    if (this.#stopped || this.#regridded || pageNumber > this.#last) return undefined
    this.#asked = pageNumber
    this.#awaited += 1
    return { pageNumber, pageSize: Math.min(this.#pageSize, this.#largest) }
  }

  /** Once all that was asked for is delivered: whether there is more to ask for, in this reading or in another. */
  more(): boolean {
    this.#regridded = false
    // The page that failed was one of the old size.
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

  /** An answer, which is a page of the list; or else has failed the reading, or moved it to other pages. */
  accept(asked: PageQuery, page: Listing<A>): Page<A> | undefined {
    if (this.#regridded) return undefined
    const { pageNumber } = asked
    const { length } = page.entities
    const { pageCount, total } = countsOf(page)

    if (page.pageNumber !== undefined && page.pageNumber !== pageNumber) {
      return this.#refuse(`asked for page ${pageNumber}, it is page ${page.pageNumber}`)
    }
    if (length === 0 && total === undefined && pageCount === undefined && (pageNumber === 1 || this.#counted)) {
      // An object that is no page at all would otherwise be the end of the list.
      return this.#refuse(`page ${pageNumber} has neither entities nor counts`)
    }
    const served = servedSize({ pageNumber, pageSize: this.#pageSize }, page)
    if (served !== this.#pageSize) {
      this.#resize(pageNumber, served)
      if (pageNumber > 1) return undefined
    }
    // A page that is short may be one of several, whatever number of pages of the size that was asked for is told.
    this.#counted ||= total !== undefined || (pageCount !== undefined && (pageNumber > 1 || length >= asked.pageSize))
    if (length > 0 || pageNumber === 1) this.#found?.takes(asked.pageSize)

    this.#awaited -= 1
    const known = total ?? this.#drift.total
    const share = this.#share(pageNumber, known)
    if (length === 0 && (share === undefined ? pageNumber > (pageCount ?? 0) : share === 0)) {
      // The list ends before this page, now, whatever it was when the reading began.
      this.#last = this.#asked
    } else {
      this.#last = Math.max(this.#last, pageCount ?? 0, Math.ceil((total ?? 0) / this.#pageSize))
    }
    this.#expected += share ?? (pageNumber < (pageCount ?? 0) ? this.#pageSize : length)
    // Pages that are cut in silence go on beyond their share: together they should hold all there are now.
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
      this.#refuse(`${maxBarrenPages} pages in a row, up to page ${pageNumber}, bring nobody new`)
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
    else this.#refuse(`page ${pageNumber} is one of ${served} entities, after pages of ${this.#pageSize}`)
  }

  /** Goes on where the first page that is not delivered begins, in pages of another size. */
  #regrid(pageSize: number) {
    const delivered = this.#delivered.resized(this.#pageSize, pageSize)
    this.#pageSize = pageSize
    this.#largest = Math.min(this.#largest, pageSize)
    this.#moveTo(delivered)
    this.#regridded = true
  }

  #meet(entities: ReadonlyArray<A>) {
    const lastMet = this.#seen.meet(entities, this.#reading)
    let fresh = 0
    let met = 0
    for (let n = 0; n < entities.length; n++) {
      const last = lastMet[n]!
      if (last === this.#reading) continue
      met += 1
      if (last === 0) fresh += 1
      else if (last === this.#reading - 1) this.#metBefore += 1
    }
    return {
      fresh: fresh === entities.length ? entities : entities.filter((_, n) => lastMet[n] === 0),
      met,
      duplicates: entities.length - met
    }
  }

  /** Goes on behind what is delivered, with one page that is read alone again. */
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

  /** How many entities a page should hold, if the list has so many. */
  #share(pageNumber: number, total: number | undefined): number | undefined {
    if (total === undefined) return undefined
    return Math.min(this.#pageSize, Math.max(0, total - (pageNumber - 1) * this.#pageSize))
  }

  #following(): number {
    let pageNumber = Math.max(this.#asked + 1, this.#delivered.next)
    while (this.#delivered.has(pageNumber)) pageNumber += 1
    return pageNumber
  }

  /** Beyond the last page that is known too, when it brought somebody and the counts do not say that this is all. */
  #hasMore(): boolean {
    if (this.#following() <= this.#last) return true
    const { total, users } = this.#drift
    return this.#fruitful === this.#last && (total === undefined ? !this.#counted : users < total)
  }

  /** Whoever was met twice was there in between; if the list had no more users then, they were all. */
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
