/**
 * Failures of the derived client that are not ours yet: arguments that cannot be
 * encoded, and answers that cannot be decoded. The one place where the errors of
 * `HttpApiClient` become `LicenseError`.
 */
import * as Effect from "effect/Effect"
import { isHttpClientError } from "effect/http/HttpClientError"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { InvalidRequest, LicenseError, type Reason, UnexpectedResponse } from "../LicenseError.ts"
import { type Call, sample, withoutSecrets } from "./Call.ts"

/** Turns whatever a derived call fails with into a `LicenseError`. */
export const failures = <A, E, R>(
  send: Effect.Effect<A, E, R>,
  call: Call["Service"]
): Effect.Effect<A, LicenseError, R> => {
  const failed = (reason: Reason) => new LicenseError({ operation: call.operation, reason })
  const unexpected = (problem: string) => {
    const began = sample(call)
    return failed(new UnexpectedResponse({ problem, ...(began !== undefined && { sample: began }) }))
  }
  return send.pipe(
    Effect.mapError((error) => {
      if (error instanceof LicenseError) return error
      if (Schema.isSchemaError(error)) {
        // Nothing was sent: it was the arguments.
        return call.attempts === 0
          ? failed(new InvalidRequest({ problem: describe(error) }))
          : // A key of the server's stands in the path.
            unexpected(withoutSecrets(call, describe(error)))
      }
      if (isHttpClientError(error)) return unexpected("its status is not in the contract")
      return unexpected("it cannot be read")
    }),
    // Documents nested beyond the stack are the server's doing, not a mistake of the program.
    Effect.catchDefect((defect) =>
      defect instanceof RangeError && call.attempts > 0
        ? Effect.fail(unexpected("it is nested too deeply"))
        : Effect.die(defect)
    )
  )
}

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** The first problem and where it is, such as `entities[3].id: Expected string`. Values are left out. */
const describe = (error: Schema.SchemaError): string => {
  const issue = format(error.issue).issues[0]
  if (issue === undefined) return "it does not match"
  const path = (issue.path ?? [])
    .map((part) => (typeof part === "object" ? part.key : part))
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "")
  const message = issue.message.split("\n")[0]!.slice(0, 160)
  return path === "" ? message : `${path}: ${message}`
}
