/**
 * Users and the licenses that they held, in 20 bytes a user: 20 MB for a million users, who
 * take 250 MB as objects. Each set of licenses is stored once, because few sets differ.
 */
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import { grown, UserIds } from "../people/UserIds.ts"
import type { Holding } from "./Snapshot.ts"

/** A list of holdings that grows at its end, and can be sorted by user id. */
export class HoldingList implements Iterable<Holding> {
  readonly #ids = new UserIds()
  /** For each user, the index of the license list. */
  #held = new Uint32Array(1024)
  readonly #lists: Array<{ readonly licenses: ReadonlyArray<LicenseId>; readonly text: string }> = []
  readonly #byText = new Map<string, number>()
  /** The places in the order of the ids. Undefined if the users were added in that order. */
  #order: Uint32Array | undefined

  get length(): number {
    return this.#ids.length
  }

  push(id: UserId, licenses: ReadonlyArray<LicenseId>) {
    const text = JSON.stringify(licenses)
    let list = this.#byText.get(text)
    if (list === undefined) {
      list = this.#lists.push({ licenses, text }) - 1
      this.#byText.set(text, list)
    }
    if (this.length === this.#held.length) this.#held = grown(this.#held)
    this.#held[this.length] = list
    this.#ids.push(id)
  }

  /** Sorts the users by id. */
  sort() {
    const ids = this.#ids
    for (let place = 1; place < this.length; place++) {
      if (ids.compare(place - 1, place) <= 0) continue
      this.#order = Uint32Array.from({ length: this.length }, (_, place) => place).sort((a, b) => ids.compare(a, b))
      return
    }
  }

  /** A user who is in the list twice. The list must be sorted. */
  twice(): UserId | undefined {
    for (let n = 1; n < this.length; n++) {
      if (this.#ids.compare(this.#place(n - 1), this.#place(n)) === 0) return this.#ids.at(this.#place(n))
    }
    return undefined
  }

  *[Symbol.iterator](): Iterator<Holding> {
    for (let n = 0; n < this.length; n++) {
      const place = this.#place(n)
      yield { id: this.#ids.at(place), licenses: this.#lists[this.#held[place]!]!.licenses }
    }
  }

  /** Each user as JSON, exactly as `JSON.stringify` writes a `Holding`. */
  *json(): Iterable<string> {
    for (let n = 0; n < this.length; n++) {
      const place = this.#place(n)
      yield `{"id":${JSON.stringify(this.#ids.at(place))},"licenses":${this.#lists[this.#held[place]!]!.text}}`
    }
  }

  #place(n: number): number {
    return this.#order === undefined ? n : this.#order[n]!
  }
}
