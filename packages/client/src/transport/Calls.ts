/**
 * Starts calls. A call uses the options of the client, overridden by those of the caller. It
 * has its own span, and fails only with `GenesysError`.
 */
import * as Effect from "effect/Effect"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import type * as Schema from "effect/Schema"
import * as Tracer from "effect/Tracer"
import { GenesysError, InvalidRequest } from "../errors/GenesysError.ts"
import * as Call from "./call/Call.ts"
import * as CallOptions from "./call/CallOptions.ts"
import * as Decode from "./attempt/Decode.ts"
import type { Redaction } from "./call/Redaction.ts"
import * as Spans from "./call/Spans.ts"

/** The operation of a call. */
export type About = Pick<Call.Target, "documentStatus" | "operation" | "permissions" | "writes">

export interface Calls {
  /**
   * Sends the request that `write` returns, and decodes the response with `read`. If `write`
   * throws, the arguments are invalid and nothing is sent.
   */
  readonly call: <A>(
    about: About,
    write: () => HttpClientRequest,
    read: (response: HttpClientResponse, call: Call.Call) => Effect.Effect<A, GenesysError | Schema.SchemaError>
  ) => Effect.Effect<A, GenesysError>
}

/** Makes calls over a transport. `options` are those of the client. */
export const make = (send: Call.Send, options: CallOptions.ClientOptions, redaction: Redaction): Calls => {
  const ofClient = CallOptions.resolve(options, CallOptions.unchanged)

  return {
    call: (about, write, read) =>
      Effect.withFiber((fiber) => {
        const { operation } = about
        let callOptions = ofClient
        const overrides = fiber.getRef(CallOptions.CurrentCallOptions)
        if (overrides !== CallOptions.unchanged) {
          const problem = CallOptions.problem(overrides)
          if (problem !== undefined) {
            const reason = new InvalidRequest({ problem: `${problem.setting} ${problem.problem}` })
            return Effect.fail(new GenesysError({ operation, reason }))
          }
          callOptions = CallOptions.resolve(options, overrides)
        }
        const call = Call.make({ ...about, options: callOptions, redaction, context: fiber.context })
        const response = Effect.suspend(() => send(write(), call))
        const result = Effect.flatMap(response, (response) => read(response, call))
        const annotated = Effect.catchCause(result, (cause) => Effect.failCause(Decode.failures(cause, call)))
        const attributes = { "genesys.operation": operation }
        // Not `withSpan`: its captured stack would show only frames of this library.
        return Spans.use(fiber, `GenesysCloud.${operation}`, { attributes }, (span) =>
          span === undefined ? annotated : Effect.provideService(annotated, Tracer.ParentSpan, span)
        )
      })
  }
}
