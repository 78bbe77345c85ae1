/**
 * Requests about many, in as few as the server takes.
 *
 * The vendor documents no maximum. A request that is refused because it is too large
 * is sent again in halves, and the size that fits is remembered, so that not every
 * request is refused first. Only refusals are split: they are definite, so that nothing
 * happens twice.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { GenesysError } from "../errors/GenesysError.ts"

type Part<A> = Arr.NonEmptyReadonlyArray<A>

export interface Sending<A, B, E> {
  readonly request: (part: Part<A>) => Effect.Effect<B, GenesysError>
  /** Whether halves may fare better than the whole, although it is not too large. */
  readonly isSplit: (error: GenesysError) => boolean
  /** What becomes of those whose request failed for good. */
  readonly giveUp: (part: Part<A>, error: GenesysError) => Effect.Effect<B, E>
}

export interface RequestSize {
  /** The results of the requests that it took. */
  readonly send: <A, B, E>(items: Part<A>, how: Sending<A, B, E>) => Effect.Effect<ReadonlyArray<B>, E>
}

/**
 * How many refused requests about `count` are split: enough to find two that are to
 * blame. Where everything is refused, it takes 1 + 2 × so many requests.
 */
export const maxSplits = (count: number): number => 2 * Math.ceil(Math.log2(count))

/** A sending that fails with the first request that does. */
export const allOrNothing = <A, B>(request: Sending<A, B, GenesysError>["request"]): Sending<A, B, GenesysError> => ({
  request,
  isSplit: () => false,
  giveUp: (_, error) => Effect.fail(error)
})

/** 413, 414, or what else says that less would be taken. */
export const isTooLarge = ({ reason }: GenesysError): boolean => {
  if (reason._tag === "ResponseTooLarge") return true
  if (reason._tag !== "Refused") return false
  if (reason.status === 413 || reason.status === 414) return true
  const said = `${reason.body?.code ?? ""} ${reason.body?.message ?? ""}`
  return reason.status === 400 && /too[ ._-]?(many|large|long)|\bmax(imum)?\b|exceed/i.test(said)
}

/** Remembers, for a client, what fits into a request of one kind. */
export const make = (): RequestSize => {
  let most = Number.POSITIVE_INFINITY
  /** Whatever the size, it was too large: a limit of something in between. */
  let isHopeless = false

  const send = <A, B, E>(items: Part<A>, how: Sending<A, B, E>): Effect.Effect<ReadonlyArray<B>, E> =>
    Effect.suspend(() => {
      const before = most
      let splits = isHopeless ? 0 : maxSplits(items.length)
      /** The smallest size that was too large, and the largest below it that was not. */
      let tooLarge = Number.POSITIVE_INFINITY
      let fits = 0
      let isAnyTaken = false

      const attempt = (part: Part<A>): Effect.Effect<ReadonlyArray<B>, E> =>
        Effect.suspend(() => (part.length > most ? each(Arr.chunksOf(part, most)) : whole(part)))
      const each = (parts: ReadonlyArray<Part<A>>) => Effect.map(Effect.forEach(parts, attempt), Arr.flatten)
      const whole = (part: Part<A>) =>
        Effect.matchEffect(how.request(part), {
          onSuccess: (result) => {
            isHopeless = false
            isAnyTaken = true
            fits = Math.max(fits, part.length)
            if (Number.isFinite(tooLarge) && fits < tooLarge) most = Math.min(before, fits)
            return Effect.succeed([result])
          },
          onFailure: (error) => {
            const isSize = isTooLarge(error)
            if (isSize) {
              tooLarge = Math.min(tooLarge, part.length)
              if (fits >= tooLarge) fits = 0
              // One that is too large says nothing of how many fit.
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
        if (Number.isFinite(tooLarge) && items.length > 1 && !isAnyTaken) isHopeless = true
        return results
      })
    })
  return { send }
}
