/**
 * What a reader of the list knows: which pages to ask for, what they bring, and when
 * there are no more. Plain and synchronous; `UserStream` makes the requests.
 *
 * A server's counts say how far to read at least. Where they would end a reading too
 * soon, or keep it up for ever, the users decide that come.
 */
import type { UserLicenses, UserLicensesEntityListing } from "@genesys-license/schema/license/User"
import * as Drift from "../errors/Drift.ts"
import { GenesysError, UnexpectedResponse } from "../errors/GenesysError.ts"
import type { PagePosition } from "../errors/PagePosition.ts"
import { SeenIds } from "./SeenIds.ts"
import { countsOf, type PageQuery, servedSize, type UserPage } from "./UserPage.ts"

/** So many pages in a row without anybody new end a reading with an error, whatever is said to follow. */
const maxBarrenPages = 100

export class UserReading {
  readonly #maxReadings: number
  readonly #seen = new SeenIds()
  #reading = 1
  #pageSize: number

  /** The first page that has not been delivered, and those after it that have. */
  #next: number
  readonly #ahead: Set<number>
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
  /** How many users the pages of this reading should have held. */
  #expected: number

  /** How many users the list had when this reading began, ... */
  #totalAtStart: number | undefined
  /** ... how many the reading before it met, and how many of those this one has met too. */
  #usersBefore: number | undefined
  #metBefore = 0

  /** A page has failed, perhaps one whose turn has not come. */
  #stopped = false
  #failure: GenesysError | undefined
  /** The server has changed its page size: pages on their way are not those that were meant. */
  #regridded = false

  constructor({ ahead, drift, expected, pageNumber, pageSize }: PagePosition, maxReadings: number) {
    this.#maxReadings = maxReadings
    this.#pageSize = pageSize
    this.#next = pageNumber
    this.#ahead = new Set(ahead)
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

  /** It is the turn of a page that has failed. */
  fail(error: GenesysError): void {
    if (!this.#regridded) this.#failure ??= error
  }

  /** The next page to ask for; `undefined` when it takes answers to tell, or when there is none. */
  ask(): PageQuery | undefined {
    const pageNumber = this.#following()
    if (this.#stopped || this.#regridded || pageNumber > this.#last) return undefined
    this.#asked = pageNumber
    this.#awaited += 1
    return { pageNumber, pageSize: this.#pageSize }
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
    this.#moveTo(1)
    return true
  }

  /** An answer, which is a page of the list; or else has failed the reading, or moved it to other pages. */
  accept(asked: PageQuery, page: UserLicensesEntityListing): UserPage | undefined {
    if (this.#regridded) return undefined
    const { pageNumber } = asked
    const users = page.entities.length
    const { pageCount, total } = countsOf(page)

    if (page.pageNumber !== undefined && page.pageNumber !== pageNumber) {
      return this.#refuse(`asked for page ${pageNumber}, it is page ${page.pageNumber}`)
    }
    this.#counted ||= total !== undefined || pageCount !== undefined
    if (users === 0 && total === undefined && pageCount === undefined && (pageNumber === 1 || this.#counted)) {
      // An object that is no page at all would otherwise be the end of the list.
      return this.#refuse(`page ${pageNumber} tells of no users, nor how many there are`)
    }
    const served = servedSize(asked, page)
    if (served !== this.#pageSize) {
      this.#resize(pageNumber, served)
      if (pageNumber > 1) return undefined
    }

    this.#awaited -= 1
    const before = (pageNumber - 1) * this.#pageSize
    const known = total ?? this.#drift.total
    if (users === 0 && (known === undefined ? pageNumber > (pageCount ?? 0) : before >= known)) {
      // The list ends before this page, now, whatever it was when the reading began.
      this.#last = this.#asked
    } else {
      this.#last = Math.max(this.#last, pageCount ?? 0, Math.ceil((total ?? 0) / this.#pageSize))
    }
    if (known !== undefined) this.#expected += Math.min(this.#pageSize, Math.max(0, known - before))
    else this.#expected += pageNumber < (pageCount ?? 0) ? this.#pageSize : users

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
    this.#deliver(pageNumber)

    const over = this.#awaited === 0 && !this.#hasMore()
    if (over && this.#isConfirmed()) this.#drift = { ...this.#drift, confirmed: true }
    if (this.#barren >= maxBarrenPages && this.#hasMore()) {
      this.#refuse(`${maxBarrenPages} pages in a row, up to page ${pageNumber}, bring nobody new`)
    }
    return {
      users: fresh,
      pageNumber,
      pageSize: this.#pageSize,
      reading: this.#reading,
      drift: this.#drift,
      ...(this.#reading === 1 && { resumeFrom: this.#position() })
    }
  }

  /**
   * Obeys a server that answers with another page size. Its page 1 is the beginning
   * of the list in any size; later ones are elsewhere in the list, so the reading goes
   * on where the first page that is not delivered begins, in pages of the new size.
   */
  #resize(pageNumber: number, served: number) {
    if (pageNumber === 1) {
      this.#pageSize = served
    } else if (served > this.#pageSize) {
      this.#refuse(`page ${pageNumber} is one of ${served} users, after pages of ${this.#pageSize}`)
    } else {
      const position = (this.#next - 1) * this.#pageSize
      this.#pageSize = served
      this.#moveTo(Math.floor(position / served) + 1)
      this.#regridded = true
    }
  }

  #meet(entities: ReadonlyArray<UserLicenses>) {
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

  #deliver(pageNumber: number) {
    this.#ahead.add(pageNumber)
    while (this.#ahead.delete(this.#next)) this.#next += 1
  }

  /** Goes on from this page, which is read alone again. */
  #moveTo(pageNumber: number) {
    this.#next = pageNumber
    this.#ahead.clear()
    this.#asked = pageNumber - 1
    this.#last = pageNumber
    this.#awaited = 0
    this.#fruitful = 0
    this.#barren = 0
    this.#expected = (pageNumber - 1) * this.#pageSize
  }

  #following(): number {
    let pageNumber = Math.max(this.#asked + 1, this.#next)
    while (this.#ahead.has(pageNumber)) pageNumber += 1
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
    return {
      pageNumber: this.#next,
      pageSize: this.#pageSize,
      ahead: [...this.#ahead],
      expected: this.#expected,
      drift: this.#drift
    }
  }

  #refuse(problem: string): undefined {
    this.stop()
    this.fail(new GenesysError({ operation: "getLicenseUsers", reason: new UnexpectedResponse({ problem }) }))
  }
}
