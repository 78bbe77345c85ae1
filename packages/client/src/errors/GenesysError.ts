/**
 * The one error of the client: what happened, to which operation, what to do next.
 *
 * `reason` is a tagged union, so that a program can say
 * `Effect.catchReason("GenesysError", "NotFound", ...)`, and its `message` is a
 * sentence for an administrator.
 */
import type * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { PagePosition } from "./PagePosition.ts"
import { Reason } from "./Reason.ts"

export * from "./Reason.ts"

/** The error of every call. */
export class GenesysError extends Schema.TaggedError<GenesysError>()("GenesysError", {
  /** The vendor's name of the operation, such as `getLicenseUsers`; `configure` and `authenticate` for what comes before. */
  operation: Schema.String,
  /** What went wrong: a tagged union, for `Effect.catchReason` and `Effect.catchReasons`. */
  reason: Reason,
  /** Requests that were sent for this call, whatever became of them. */
  attempts: Schema.optionalKey(Schema.Int),
  /** What Genesys support asks for: the id of the last answer. */
  correlationId: Schema.optionalKey(Schema.String),
  /** The client's retry quota was empty, so the failure surfaced without further attempts. */
  retryQuotaExhausted: Schema.optionalKey(Schema.Boolean),
  /** Where `users` and `userPages` go on: all users before this position were delivered. */
  resumeFrom: Schema.optionalKey(PagePosition)
}) {
  /** Whether the same call may succeed later. The client itself has done what it could in the time of the call. */
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }
  /** How long to wait before trying again, where the server said. */
  get retryAfter(): Duration.Duration | undefined {
    return "retryAfter" in this.reason ? this.reason.retryAfter : undefined
  }
  override get message(): string {
    const notes = [
      ...(this.retryQuotaExhausted === true ? ["not repeated: too many recent failures"] : []),
      ...(this.attempts !== undefined && this.attempts > 1 ? [`${this.attempts} attempts`] : []),
      ...(this.correlationId === undefined ? [] : [`correlation id ${this.correlationId}`]),
      ...(this.resumeFrom === undefined ? [] : [`resumes at page ${this.resumeFrom.pageNumber}`])
    ]
    return `${this.operation}: ${this.reason.message}${notes.length === 0 ? "" : ` [${notes.join("; ")}]`}`
  }
}
