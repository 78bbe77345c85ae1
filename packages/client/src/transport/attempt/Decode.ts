/**
 * Reads answers, and makes a `GenesysError` of what is none yet: arguments that
 * cannot be encoded, and answers that cannot be decoded.
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
 * What reads the body of a successful call.
 *
 * Where the platform allows it, the schema is compiled: interpreting it costs several
 * times as much for every page of users.
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

/** Turns whatever a call fails with into a `GenesysError` that tells of the call. */
export const failures = (cause: Cause.Cause<unknown>, call: Call): Cause.Cause<GenesysError> => {
  const error = Cause.squash(cause)
  if (error instanceof GenesysError) return Cause.fail(annotate(error, call))
  if (Schema.isSchemaError(error)) {
    // Nothing was sent: it was the arguments. Later, a key of the server's stands in the path.
    const failure =
      call.attempts === 0
        ? failed(call, new InvalidRequest({ problem: Problem.describe(error) }))
        : unexpected(call, withoutSecrets(call, Problem.describe(error)))
    return Cause.fail(annotate(failure, call))
  }
  // Documents nested beyond the stack are the server's doing, not a mistake of the program.
  if (error instanceof RangeError && call.attempts > 0) {
    return Cause.fail(annotate(unexpected(call, "it is nested too deeply"), call))
  }
  return cause as Cause.Cause<never>
}
