/**
 * Sends many items in as few requests as the server accepts.
 *
 * The vendor documents no maximum. If the server refuses a request as too large, the client
 * sends it again in two halves, and remembers the size that was accepted for later requests.
 * Only refused requests are split: the server certainly did not process them, so nothing
 * happens twice.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { GenesysError } from "../errors/GenesysError.ts"

type Part<A> = Arr.NonEmptyReadonlyArray<A>

/** How to send items. */
export interface Sending<A, B, E> {
  /** Sends one request. */
  readonly request: (part: Part<A>) => Effect.Effect<B, GenesysError>
  /** Whether to split a request for a reason other than its size. */
  readonly isSplit: (error: GenesysError) => boolean
  /** The result for items whose request failed and is not split further. */
  readonly giveUp: (part: Part<A>, error: GenesysError) => Effect.Effect<B, E>
}

export interface RequestSize {
  /** Sends all items. Returns the result of each request. */
  readonly send: <A, B, E>(items: Part<A>, how: Sending<A, B, E>) => Effect.Effect<ReadonlyArray<B>, E>
}

/**
 * The maximum of splits for `count` items: enough to find two items that the server refuses.
 * If the server refuses every request, 1 + 2 × this number are sent.
 */
export const maxSplits = (count: number): number => 2 * Math.ceil(Math.log2(count))

/** Fails as soon as one request fails. */
export const allOrNothing = <A, B>(request: Sending<A, B, GenesysError>["request"]): Sending<A, B, GenesysError> => ({
  request,
  isSplit: () => false,
  giveUp: (_, error) => Effect.fail(error)
})

/** Whether an error says that the request was too large. */
export const isTooLarge = ({ reason }: GenesysError): boolean => {
  if (reason._tag === "ResponseTooLarge") return true
  if (reason._tag !== "Refused") return false
  if (reason.status === 413 || reason.status === 414) return true
  const said = `${reason.body?.code ?? ""} ${reason.body?.message ?? ""}`
  return reason.status === 400 && /too[ ._-]?(many|large|long)|\bmax(imum)?\b|exceed/i.test(said)
}

/** Made once for each client and operation: remembers the size that the server accepts. */
export const make = (): RequestSize => {
  let most = Number.POSITIVE_INFINITY
  /** Whether requests of every size were too large. Then splitting does not help, such as with the limit of a proxy. */
  let isHopeless = false

  const send = <A, B, E>(items: Part<A>, how: Sending<A, B, E>): Effect.Effect<ReadonlyArray<B>, E> =>
    Effect.suspend(() => {
      const before = most
      let splits = isHopeless ? 0 : maxSplits(items.length)
      /** The smallest size that was too large. */
      let tooLarge = Number.POSITIVE_INFINITY
      /** The largest size below it that was accepted. */
      let fits = 0
      let isAnyAccepted = false

      const attempt = (part: Part<A>): Effect.Effect<ReadonlyArray<B>, E> =>
        Effect.suspend(() => (part.length > most ? each(Arr.chunksOf(part, most)) : whole(part)))
      const each = (parts: ReadonlyArray<Part<A>>) => Effect.map(Effect.forEach(parts, attempt), Arr.flatten)
      const whole = (part: Part<A>) =>
        Effect.matchEffect(how.request(part), {
          onSuccess: (result) => {
            isHopeless = false
            isAnyAccepted = true
            fits = Math.max(fits, part.length)
            if (Number.isFinite(tooLarge) && fits < tooLarge) most = Math.min(before, fits)
            return Effect.succeed([result])
          },
          onFailure: (error) => {
            const isSize = isTooLarge(error)
            if (isSize) {
              tooLarge = Math.min(tooLarge, part.length)
              if (fits >= tooLarge) fits = 0
              // If a single item is too large, the number of items was not the reason.
              if (part.length === 1) most = before
            }
            if (part.length === 1 || splits === 0 || !(isSize || how.isSplit(error))) {
              return Effect.map(how.giveUp(part, error), (result) => [result])
            }
            splits -= 1
            return each(Arr.chunksOf(part, Math.ceil(part.length / 2)))
          }
        })

      return Effect.map(attempt(items), (results) => {
        if (Number.isFinite(tooLarge) && items.length > 1 && !isAnyAccepted) isHopeless = true
        return results
      })
    })
  return { send }
}
