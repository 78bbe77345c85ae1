/**
 * The headers of the answer that is being made, whoever makes it: those that all answers
 * of the API and of the login have, and those that somebody on the way adds. What the
 * real ones get from a content delivery network is left out.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

type Headers = Record<string, string>

/** Added to an answer when it leaves, be it an error. */
export const AnswerHeaders = Context.Reference<Headers>("@genesys-license/emulator/AnswerHeaders", {
  defaultValue: () => ({})
})

/** Those of every answer. Nobody on the way may keep it. */
export const make = (correlationId: string): Headers => ({
  "inin-correlation-id": correlationId,
  "cache-control": "no-cache, no-store, must-revalidate",
  pragma: "no-cache",
  expires: "0"
})

export const add = (more: Headers): Effect.Effect<void> =>
  Effect.map(AnswerHeaders, (headers) => void Object.assign(headers, more))
