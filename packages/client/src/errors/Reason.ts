/**
 * What can go wrong, each with a sentence for an administrator. Nothing in a reason is a
 * secret: no header, no request and no cause of the platform is ever attached.
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { ErrorBody } from "@genesys-license/schema/ErrorBody"
import { quote } from "@genesys-license/schema/Quote"

/** A setting is missing or makes no sense. Nothing was sent. */
export class InvalidConfiguration extends Schema.TaggedError<InvalidConfiguration>()("InvalidConfiguration", {
  /** The setting, under the name that the reader knows: `GENESYSCLOUD_REGION`, `region`. */
  setting: Schema.String,
  /** What is wrong with it. Never its value. */
  problem: Schema.String
}) {
  readonly isRetryable = false
  override get message() {
    return `${this.setting} ${this.problem}.`
  }
}

/** The arguments of a call cannot be sent. Nothing was sent. */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>()("InvalidRequest", {
  /** What is wrong, and with which argument. */
  problem: Schema.String
}) {
  readonly isRetryable = false
  override get message() {
    return `The request was not sent: ${this.problem}.`
  }
}

/** The token endpoint refused the credentials, or they are used up. */
export class AuthenticationFailed extends Schema.TaggedError<AuthenticationFailed>()("AuthenticationFailed", {
  /** Absent where nothing was sent: an authorization code works once, and was sent before. */
  status: Schema.optionalKey(Schema.Int),
  /** OAuth's own code, such as `invalid_client`. */
  error: Schema.optionalKey(Schema.String),
  /** What the login says about it, if anything. */
  description: Schema.optionalKey(Schema.String)
}) {
  readonly isRetryable = false
  override get message() {
    const said = quote([this.error, this.description].filter((part) => part !== undefined).join(": "), longest)
    const refused = `Genesys Cloud refused the credentials${said && ` (${said})`}.`
    switch (this.error) {
      case "invalid_grant":
        return `The authorization code, refresh token or assertion was used already, has expired, or belongs to another client (${said}). Let the user log in again.`
      case "unauthorized_client":
      case "unsupported_grant_type":
        return `${refused} Check that the OAuth client has the grant type that is used here.`
      default:
        return `${refused} Check the client id and the secret, and that the OAuth client belongs to this region.`
    }
  }
}

const answered = {
  /** What Genesys Cloud says about it. Absent if the answer had no error body that could be read. */
  body: Schema.optionalKey(ErrorBody)
}

/** What a server says may be long. */
const longest = 500

const quoted = (body: ErrorBody | undefined) => {
  const said = body?.message ?? body?.code
  return said === undefined ? "" : ` Genesys Cloud says: ${quote(said, longest)}`
}

/** 401: the API did not take the token, and a fresh one did not help or could not be had. */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", {
  ...answered,
  /** Where a new token was refused as well: when the client logs in again. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
}) {
  readonly isRetryable = false
  override get message() {
    if (this.body?.code === "ip.not.authorized") {
      return `This machine's address is not allowed to use the organization.${quoted(this.body)}`
    }
    return this.retryAfter === undefined
      ? `The access token was not accepted.${quoted(this.body)}`
      : `The access token was not accepted, and neither was a new one.${quoted(this.body)} Check that the organization is active, and that no proxy or gateway removes the Authorization header. The client logs in again after ${Duration.format(this.retryAfter)}.`
  }
}

/** 407 and 511: something in between wants a log-in of its own. Genesys Cloud has not seen the request. */
export class NetworkLogin extends Schema.TaggedError<NetworkLogin>()("NetworkLogin", {
  /** 407 is a proxy, 511 the network itself. */
  status: Schema.Literals([407, 511])
}) {
  readonly isRetryable = false
  override get message() {
    return this.status === 407
      ? "A proxy in between wants a log-in (status 407). Give its user and password in the address of the proxy."
      : "This network wants a sign-in before it lets anything through (status 511). Open a page in a browser on this machine."
  }
}

/** 403: a permission is missing. `permissions` are those that would help: any one of them, as far as known. */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", {
  ...answered,
  /** Permissions that would help, such as `authorization:license:view`. Empty if none is known. */
  permissions: Schema.Array(Schema.String)
}) {
  readonly isRetryable = false
  override get message() {
    if (this.permissions.length === 0) return `The OAuth client is not allowed to do this.${quoted(this.body)}`
    return `The OAuth client lacks a permission. Give one of its roles ${this.permissions.join(" or ")}.`
  }
}

/** 404: there is no such user, license or toggle. */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", answered) {
  readonly isRetryable = false
  override get message() {
    return `There is no such thing in this organization.${quoted(this.body)}`
  }
}

/** 400, 409, 413, 415 and any other 4xx without a reason of its own: the server will not take this request. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", {
  ...answered,
  /** The status of the answer. */
  status: Schema.Int
}) {
  readonly isRetryable = false
  override get message() {
    return `The request was refused with status ${this.status}.${quoted(this.body)}`
  }
}

/** 429 for longer than the client waits, or more often than it repeats. */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", {
  ...answered,
  /** How long the server wants silence, where it said. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
}) {
  readonly isRetryable = true
  override get message() {
    return this.retryAfter === undefined
      ? `The rate limit of the OAuth client is used up. Try again in a minute.`
      : `The rate limit of the OAuth client is used up. Try again in ${Duration.format(this.retryAfter)}.`
  }
}

/** 408 and 5xx: the server could not answer. */
export class ServerError extends Schema.TaggedError<ServerError>()("ServerError", {
  ...answered,
  /** The status of the answer, such as 503. */
  status: Schema.Int,
  /** How long the server wants silence, where it said. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
}) {
  get isRetryable() {
    return [408, 500, 502, 503, 504].includes(this.status)
  }
  override get message() {
    return `Genesys Cloud could not answer (status ${this.status}).${quoted(this.body)} Try again later.`
  }
}

/** No whole answer in time. `scope` tells which limit ran out: that of one attempt, or that of the whole call. */
export class Timeout extends Schema.TaggedError<Timeout>()("Timeout", {
  /** Whose limit ran out: `attemptTimeout` or `callTimeout`. */
  scope: Schema.Literals(["attempt", "call"]),
  /** The limit. */
  after: Schema.DurationFromMillis
}) {
  readonly isRetryable = true
  override get message() {
    return `No whole answer within ${Duration.format(this.after)}.`
  }
}

/** What may be behind a failure that a platform tells in its own words. */
const hint = (cause: string | undefined): string => {
  if (cause === undefined) return ""
  if (/^(ERR_SSL_|EPROTO$)/.test(cause)) return " Check that this port speaks TLS, and any proxy in between."
  return /Failed to fetch|NetworkError|Load failed/.test(cause)
    ? " A web page is told the same of a server that does not allow its origin (CORS)."
    : ""
}

/**
 * The connection failed. `phase` tells how far it came: `connect` failures happen
 * before anything was sent; `tls` is a certificate or a host name that was refused,
 * also before anything was sent, and never repeated; and after `exchange` failures
 * the server may or may not have seen the request.
 */
export class ConnectionFailed extends Schema.TaggedError<ConnectionFailed>()("ConnectionFailed", {
  /** How far it came. Nothing was sent after `connect` and `tls`. */
  phase: Schema.Literals(["connect", "tls", "exchange"]),
  /** The host that was asked. */
  host: Schema.String,
  /** The platform's code, such as `ECONNREFUSED`. */
  code: Schema.optionalKey(Schema.String),
  /** Without a code, what is known of the cause: `TypeError: Failed to fetch`. Never the platform's whole message. */
  detail: Schema.optionalKey(Schema.String)
}) {
  get isRetryable() {
    return this.phase !== "tls"
  }
  override get message() {
    const cause = this.code ?? this.detail
    const code = cause === undefined ? "" : ` (${cause})`
    switch (this.phase) {
      case "connect":
        return `${this.host} cannot be reached${code}. Check the region or gateway, and the network.`
      case "tls":
        return `${this.host} did not prove its identity${code}. Check the certificates of this machine, and any proxy in between.`
      case "exchange":
        return `The connection to ${this.host} broke before the whole answer had arrived${code}.${hint(cause)}`
    }
  }
}

/** A redirect. None is followed, so that the token goes nowhere else. */
export class UnexpectedRedirect extends Schema.TaggedError<UnexpectedRedirect>()("UnexpectedRedirect", {
  /** The status of the answer, such as 302. */
  status: Schema.Int
}) {
  readonly isRetryable = false
  override get message() {
    return `The server answered with a redirect (status ${this.status}), which is never followed. Check the region or gateway.`
  }
}

/** A 2xx whose body is not what the contract says. `sample` is its beginning, without secrets. */
export class UnexpectedResponse extends Schema.TaggedError<UnexpectedResponse>()("UnexpectedResponse", {
  /** What is not as the contract says. */
  problem: Schema.String,
  /** The beginning of the body, without secrets. */
  sample: Schema.optionalKey(Schema.String),
  /** It is no JSON at all, as when it was cut short or something in between has answered: that may pass. */
  isUnreadable: Schema.optionalKey(Schema.Boolean)
}) {
  get isRetryable() {
    return this.isUnreadable === true
  }
  override get message() {
    const sample = this.sample === undefined ? "" : ` It began with: ${this.sample}`
    return `The answer is not what the contract promises: ${this.problem}.${sample}`
  }
}

/** The body went over the cap, after decompression. */
export class ResponseTooLarge extends Schema.TaggedError<ResponseTooLarge>()("ResponseTooLarge", {
  /** The cap in bytes. */
  limit: Schema.Int
}) {
  readonly isRetryable = false
  override get message() {
    return `The answer is larger than ${this.limit} bytes. Ask for smaller pages, or raise the limit.`
  }
}

/** The circuit breaker of the program is open: the service has not been answering. Nothing was sent. */
export class CircuitOpen extends Schema.TaggedError<CircuitOpen>()("CircuitOpen", {
  /** When it tries again, where it said. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
}) {
  readonly isRetryable = true
  override get message() {
    return `Nothing was sent, because Genesys Cloud has not been answering. Try again later.`
  }
}

/** What was asked for is still being made: it was asked for again and again, for as long as `after`. */
export class NotReady extends Schema.TaggedError<NotReady>()("NotReady", {
  /** How long it was asked for. */
  after: Schema.DurationFromMillis
}) {
  readonly isRetryable = true
  override get message() {
    return `Genesys Cloud is still preparing the answer after ${Duration.format(this.after)}. Try again later.`
  }
}

const beforeOutcome = [
  InvalidConfiguration,
  InvalidRequest,
  AuthenticationFailed,
  Unauthorized,
  NetworkLogin,
  Forbidden,
  NotFound,
  Refused,
  RateLimited,
  ServerError,
  Timeout,
  ConnectionFailed,
  UnexpectedRedirect,
  UnexpectedResponse,
  ResponseTooLarge,
  CircuitOpen,
  NotReady
] as const

/** A write was sent and its answer was lost: it may or may not have happened. Read back before repeating it. */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("OutcomeUnknown", {
  /** How the answer was lost. */
  because: Schema.Union(beforeOutcome),
  /** What a login may have used up. Absent for a change of the API. */
  usedUp: Schema.optionalKey(Schema.Literals(["code", "assertion"]))
}) {
  readonly isRetryable = false
  override get message() {
    if (this.usedUp !== undefined) {
      const what = this.usedUp === "code" ? "Its authorization code" : "Its assertion"
      return `The login was sent, but its answer was lost. ${this.because.message} ${what} may be used up: let the user log in again.`
    }
    return `The change was sent, but its outcome is unknown. ${this.because.message} Read back what it changed before sending it again.`
  }
}

/**
 * Everything that can go wrong. Each reason has a `_tag`; a `message`, which is a sentence for people and has no secret
 * in it; and `isRetryable`: whether the same call may succeed later.
 */
export const Reason = Schema.Union([...beforeOutcome, OutcomeUnknown])
export type Reason = (typeof Reason)["Type"]
