/**
 * What has been read of the request being answered, for the journal: the body of a
 * request can be read once only, and by whom depends on how far the request comes.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/** Holds the body once somebody has read it. */
export const ReceivedBody = Context.Reference<{ bytes: ArrayBuffer | undefined }>(
  "@genesys-license/emulator/ReceivedBody",
  { defaultValue: () => ({ bytes: undefined }) }
)

/** Says what has been read. */
export const note = (bytes: ArrayBuffer): Effect.Effect<void> =>
  Effect.map(ReceivedBody, (received) => {
    received.bytes = bytes
  })
