/**
 * Decodes responses, and turns failures of schemas into `GenesysError`: arguments that cannot be
 * encoded, and responses that cannot be decoded.
 */
import * as Problem from "@genesys-license/schema/Problem"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Schema from "effect/Schema"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"
import { InvalidRequest, GenesysError, type Reason } from "../../errors/GenesysError.ts"
import * as AsIs from "./AsIs.ts"
import { annotate, type Call, unexpected, withoutSecrets } from "../call/Call.ts"

/**
 * Makes the decoder of a successful response.
 *
 * The schema is compiled if the platform allows it. Without that, decoding a page of users costs
 * several times as much.
 */
export const make = (schema: Schema.Top, expected: number) => {
  const isAsIs = AsIs.make(schema as Schema.Decoder<unknown>)
  SchemaJITCompiler.enable(schema.ast)
  const decode = Schema.decodeUnknownEffect(schema as Schema.Decoder<unknown>)
  return ({ status }: HttpClientResponse, call: Call): Effect.Effect<unknown, GenesysError | Schema.SchemaError> => {
    if (status !== expected) return Effect.fail(unexpected(call, `its status is ${status} instead of ${expected}`))
    return isAsIs(call.document) ? Effect.succeed(call.document) : decode(call.document)
  }
}

const failed = (call: Call, reason: Reason) => new GenesysError({ operation: call.operation, reason })

/** Turns the failure of a call into a `GenesysError` about it. */
export const failures = (cause: Cause.Cause<unknown>, call: Call): Cause.Cause<GenesysError> => {
  const error = Cause.squash(cause)
  if (error instanceof GenesysError) return Cause.fail(annotate(error, call))
  if (Schema.isSchemaError(error)) {
    // If nothing was sent, the arguments are invalid. Otherwise the message may contain keys of the response, so it is redacted.
    const failure =
      call.attempts === 0
        ? failed(call, new InvalidRequest({ problem: Problem.describe(error) }))
        : unexpected(call, withoutSecrets(call, Problem.describe(error)))
    return Cause.fail(annotate(failure, call))
  }
  // A stack overflow comes from a deeply nested response, not from a bug of the program.
  if (error instanceof RangeError && call.attempts > 0) {
    return Cause.fail(annotate(unexpected(call, "it is nested too deeply"), call))
  }
  return cause as Cause.Cause<never>
}
