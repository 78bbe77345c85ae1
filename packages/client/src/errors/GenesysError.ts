/**
 * The one error of the client: what happened, to which operation, and what to do next.
 *
 * `reason` is a tagged union, so that a program can write
 * `Effect.catchReason("GenesysError", "NotFound", ...)`. `message` is for people.
 */
import type * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { PagePosition } from "./PagePosition.ts"
import { Reason } from "./Reason.ts"

export * from "./Reason.ts"

/** The error of every call. */
export class GenesysError extends Schema.TaggedError<GenesysError>()("GenesysError", {
  /** The vendor's name of the operation, such as `getLicenseUsers`; or `configure` or `authenticate`, which come first. */
  operation: Schema.String,
  /** What went wrong: a tagged union, for `Effect.catchReason` and `Effect.catchReasons`. */
  reason: Reason,
  /** How many requests were sent for this call. */
  attempts: Schema.optionalKey(Schema.Int),
  /** The correlation id of the last response. Genesys support asks for it. */
  correlationId: Schema.optionalKey(Schema.String),
  /** The call was not retried, because the client's retry quota was used up by earlier failures. */
  retryQuotaExhausted: Schema.optionalKey(Schema.Boolean),
  /** Where to resume a list: everything before this position was delivered. Pass it as the option `resumeFrom`. */
  resumeFrom: Schema.optionalKey(PagePosition)
}) {
  /** Whether the same call may succeed later. The client has already retried it as far as the options allow. */
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }
  /** How long to wait before trying again. `undefined` if the server did not say. */
  get retryAfter(): Duration.Duration | undefined {
    return "retryAfter" in this.reason ? this.reason.retryAfter : undefined
  }
  override get message(): string {
    const notes = [
      ...(this.retryQuotaExhausted === true ? ["not retried: too many recent failures"] : []),
      ...(this.attempts !== undefined && this.attempts > 1 ? [`${this.attempts} attempts`] : []),
      ...(this.correlationId === undefined ? [] : [`correlation id ${this.correlationId}`]),
      ...(this.resumeFrom === undefined ? [] : [`resume at page ${this.resumeFrom.pageNumber}`])
    ]
    return `${this.operation}: ${this.reason.message}${notes.length === 0 ? "" : ` [${notes.join("; ")}]`}`
  }
}
