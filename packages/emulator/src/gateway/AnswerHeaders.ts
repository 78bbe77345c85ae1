/**
 * The headers of the current answer: those of every answer of the API and the login, and those
 * that a step such as the rate limit adds. Headers of the vendor's content delivery network are
 * left out.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

type Headers = Record<string, string>

/** The headers that the answer gets when it is sent, also if it is an error. */
export const AnswerHeaders = Context.Reference<Headers>("@genesys-license/emulator/AnswerHeaders", {
  defaultValue: () => ({})
})

/** The headers of every answer. They forbid caching. */
export const make = (correlationId: string): Headers => ({
  "inin-correlation-id": correlationId,
  "cache-control": "no-cache, no-store, must-revalidate",
  pragma: "no-cache",
  expires: "0"
})

export const add = (more: Headers): Effect.Effect<void> =>
  Effect.map(AnswerHeaders, (headers) => void Object.assign(headers, more))
