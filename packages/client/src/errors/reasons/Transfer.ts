/**
 * Reasons for which no usable response arrived: it came too late, broke off, or is not what
 * the contract describes.
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

/** No complete response arrived in time. */
export class Timeout extends Schema.TaggedError<Timeout>()("Timeout", {
  /** Which timeout it was: `attemptTimeout` for one request, or `callTimeout` for the whole call. */
  scope: Schema.Literals(["attempt", "call"]),
  /** The timeout. */
  after: Schema.DurationFromMillis
}) {
  readonly isRetryable = true
  override get message() {
    return `${noResponse(this)} Try again later.`
  }
}

/** What happened, without what to do next. */
export const noResponse = ({ after, scope }: Pick<Timeout, "after" | "scope">): string =>
  `No complete response within ${Duration.format(after)} (${scope}Timeout).`

/**
 * The connection failed. `phase` says how far it came:
 *
 * - `connect`: nothing was sent.
 * - `tls`: the server's certificate or host name was rejected. Nothing was sent, and the
 *   client does not retry.
 * - `exchange`: the server may have received the request.
 */
export class ConnectionFailed extends Schema.TaggedError<ConnectionFailed>()("ConnectionFailed", {
  /** How far it came. Nothing was sent in `connect` and `tls`. */
  phase: Schema.Literals(["connect", "tls", "exchange"]),
  /** The host that the request was for. */
  host: Schema.String,
  /** The platform's error code, such as `ECONNREFUSED`. */
  code: Schema.optionalKey(Schema.String),
  /** What is known of the cause if there is no code, such as `TypeError: Failed to fetch`. Never the platform's whole message. */
  detail: Schema.optionalKey(Schema.String)
}) {
  get isRetryable() {
    return this.phase !== "tls"
  }
  override get message() {
    switch (this.phase) {
      case "connect":
        return `${this.host} cannot be reached${causeOf(this)}. Check the region or gateway, and the network.`
      case "tls":
        return `The TLS certificate of ${this.host} was rejected${causeOf(this)}. Check the certificates that this machine trusts, and any proxy.`
      case "exchange":
        return `${brokenConnection(this)} Try again later.`
    }
  }
}

/** What happened in the phase `exchange`, and what to check. */
export const brokenConnection = (failed: ConnectionFailed): string =>
  `The connection to ${failed.host} broke before the complete response arrived${causeOf(failed)}.${hintFor(failed.code ?? failed.detail)}`

const causeOf = ({ code, detail }: ConnectionFailed): string => {
  const cause = code ?? detail
  return cause === undefined ? "" : ` (${cause})`
}

const hintFor = (cause = ""): string => {
  if (/^(ERR_SSL_|EPROTO$)/.test(cause)) return " Check that this port speaks TLS, and any proxy."
  // Browsers report a blocked origin in the same words as a broken connection.
  return /Failed to fetch|NetworkError|Load failed/.test(cause)
    ? " In a browser, check that the server allows the page's origin (CORS)."
    : ""
}

/** A 2xx response whose body does not match the contract. */
export class UnexpectedResponse extends Schema.TaggedError<UnexpectedResponse>()("UnexpectedResponse", {
  /** What does not match. */
  problem: Schema.String,
  /** The beginning of the body, without secrets. */
  sample: Schema.optionalKey(Schema.String),
  /** The body is not JSON: it was cut short, or a proxy answered. Trying again may help. */
  isUnreadable: Schema.optionalKey(Schema.Boolean)
}) {
  get isRetryable() {
    return this.isUnreadable === true
  }
  override get message() {
    const next = this.isRetryable
      ? "Try again later."
      : "Check the region or gateway, and look for an update of this package."
    const sample = this.sample === undefined ? "" : ` The response begins with: ${this.sample}`
    return `${contractMismatch(this)} ${next}${sample}`
  }
}

/** What happened, without what to do next. */
export const contractMismatch = ({ problem }: Pick<UnexpectedResponse, "problem">): string =>
  `The response is not what the API contract describes: ${problem}.`

/** The body is larger than `maxResponseBytes`, after decompression. */
export class ResponseTooLarge extends Schema.TaggedError<ResponseTooLarge>()("ResponseTooLarge", {
  /** `maxResponseBytes`, in bytes. */
  limit: Schema.Int
}) {
  readonly isRetryable = false
  override get message() {
    return `The response is larger than ${this.limit} bytes (maxResponseBytes). Request smaller pages, or raise the limit.`
  }
}

/** Genesys Cloud was still preparing a report after the client had polled it for `after`. */
export class NotReady extends Schema.TaggedError<NotReady>()("NotReady", {
  /** How long the client polled. */
  after: Schema.DurationFromMillis
}) {
  readonly isRetryable = true
  override get message() {
    return `Genesys Cloud is still preparing the report after ${Duration.format(this.after)}. Try again later.`
  }
}
