/**
 * Reasons for which nothing was sent.
 */
import * as Schema from "effect/Schema"
import { tryAgain } from "./Sentence.ts"

/** A setting is missing or invalid. Nothing was sent. */
export class InvalidConfiguration extends Schema.TaggedError<InvalidConfiguration>()("InvalidConfiguration", {
  /** The setting, by the name that the reader set it with, such as `GENESYSCLOUD_REGION` or `region`. */
  setting: Schema.String,
  /** What is wrong with it. Never contains its value. */
  problem: Schema.String
}) {
  readonly isRetryable = false
  override get message() {
    return `${this.setting} ${this.problem}.`
  }
}

/** The arguments of a call are invalid. Nothing was sent. */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>()("InvalidRequest", {
  /** Which argument is wrong, and why. */
  problem: Schema.String
}) {
  readonly isRetryable = false
  override get message() {
    return `The request was not sent: ${this.problem}.`
  }
}

/** The program's circuit breaker is open, because recent requests failed. Nothing was sent. */
export class CircuitOpen extends Schema.TaggedError<CircuitOpen>()("CircuitOpen", {
  /** How long the breaker stays open. Absent if it does not say. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
}) {
  readonly isRetryable = true
  override get message() {
    return `The request was not sent: recent requests to Genesys Cloud failed, so the circuit breaker is open. ${tryAgain(this.retryAfter)}`
  }
}
