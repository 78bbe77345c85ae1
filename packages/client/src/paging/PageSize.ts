/**
 * How many entities to ask for at once. The vendor documents no largest page for any list;
 * 500 is what its own Terraform provider asks the list of users for, and 100 the common choice.
 */
import type { GenesysError } from "../errors/GenesysError.ts"

/** Asked for in turn, until the server takes one. */
const sizes = [500, 100, 25] as const

/**
 * What a client knows of the pages that a server takes. Whoever makes a `List` keeps one for
 * each list and client, so that a size is refused once and not in every reading.
 */
export class PageSize {
  #size: number = sizes[0]

  /** The largest that may be asked for. */
  get size(): number {
    return this.#size
  }

  /** A page of this size has come. */
  takes(size: number): void {
    this.#size = Math.min(this.#size, size)
  }
}

export const make = (): PageSize => new PageSize()

/** What to ask for where `size` was refused; `undefined` when there is nothing smaller. */
export const smaller = (size: number): number | undefined => sizes.find((one) => one < size)

/**
 * Whether a page failed because it is too large. A 400 that does not say so counts for the
 * first page only: for a later one it may be the end of what the server lists (10,000
 * inactive users), which no page size changes.
 */
export const isRefusal = ({ reason }: GenesysError, pageNumber: number): boolean => {
  if (reason._tag === "ResponseTooLarge") return true
  if (reason._tag !== "Refused") return false
  const { body, status } = reason
  return status === 413 || body?.code === "response.entity.too.large" || (status === 400 && pageNumber === 1)
}
