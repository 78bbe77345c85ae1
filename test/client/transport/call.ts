/**
 * A call, for tests of what the policies of the transport do with one.
 */
import * as CallOptions from "@genesys-license/client/CallOptions"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Call from "../../../packages/client/src/transport/call/Call.ts"
import * as Redaction from "../../../packages/client/src/transport/call/Redaction.ts"

export const call = Effect.contextWith((context: Context.Context<never>) =>
  Effect.sync(() =>
    Call.make({
      operation: "getLicenseDefinitions",
      permissions: [],
      writes: false,
      options: CallOptions.resolve({}, CallOptions.unchanged),
      redaction: Redaction.make(),
      context
    })
  )
)
