/**
 * Finds the largest page size that a server accepts. The vendor documents no maximum for any
 * list. Its own Terraform provider requests users in pages of 500; 100 is the usual size
 * elsewhere.
 */
import type { GenesysError } from "../errors/GenesysError.ts"

/** The sizes to try, in this order, until the server accepts one. */
const sizes = [500, 100, 25] as const

/**
 * Remembers which page size a server accepts for one list. A client keeps one for each list,
 * so that the server refuses a size only once, and not each time the list is read.
 */
export class PageSize {
  #size: number = sizes[0]

  /** The size to request. */
  get size(): number {
    return this.#size
  }

  /** Call this when the server has accepted a size. */
  accepted(size: number): void {
    this.#size = Math.min(this.#size, size)
  }
}

export const make = (): PageSize => new PageSize()

/** The next size to try after `size` was refused. `undefined` if there is no smaller one. */
export const smaller = (size: number): number | undefined => sizes.find((candidate) => candidate < size)

/**
 * Whether a page failed because it is too large. A 400 without that code counts only for the
 * first page. For a later page it may mean that the server lists no further entities, such as
 * after 10,000 inactive users; a smaller page would not help.
 */
export const isRefusal = ({ reason }: GenesysError, pageNumber: number): boolean => {
  if (reason._tag === "ResponseTooLarge") return true
  if (reason._tag !== "Refused") return false
  const { body, status } = reason
  return status === 413 || body?.code === "response.entity.too.large" || (status === 400 && pageNumber === 1)
}
