/**
 * Users and their licenses in 20 bytes per user: a million users need 20 MB, as objects they
 * would need 250 MB. Users hold few different combinations of licenses, so each combination
 * is stored once.
 */
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import { grown, UserIds } from "../people/UserIds.ts"
import type { Holding } from "./Snapshot.ts"

/** A list of holdings that grows at its end, and can be sorted by user id. */
export class HoldingList implements Iterable<Holding> {
  readonly #ids = new UserIds()
  /** For each user, the index of the list of licenses. */
  #held = new Uint32Array(1024)
  readonly #lists: Array<{ readonly licenses: ReadonlyArray<LicenseId>; readonly text: string }> = []
  readonly #byText = new Map<string, number>()
  /** The positions in the order of ids. Undefined if the users are in that order anyway. */
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

  /** A user who occurs twice. Call it after `sort`. */
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
