/**
 * The body of the current request, for the journal. A body can be read only once, by the step that
 * needs it first, so that step stores it here.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/** The body, once it has been read. */
export const ReceivedBody = Context.Reference<{ bytes: ArrayBuffer | undefined }>(
  "@genesys-license/emulator/ReceivedBody",
  { defaultValue: () => ({ bytes: undefined }) }
)

/** Stores the body. */
export const note = (bytes: ArrayBuffer): Effect.Effect<void> =>
  Effect.map(ReceivedBody, (received) => {
    received.bytes = bytes
  })
