/**
 * Everything that can go wrong, as a tagged union. Each reason has a message for people
 * that says what to do next. No reason contains a secret: headers, requests and the
 * platform's own errors are never attached.
 */
import * as Schema from "effect/Schema"
import {
  AuthenticationFailed,
  Forbidden,
  NetworkLogin,
  NotFound,
  RateLimited,
  Refused,
  ServerError,
  serverFailure,
  Unauthorized,
  UnexpectedRedirect
} from "./reasons/ErrorStatus.ts"
import {
  brokenConnection,
  ConnectionFailed,
  contractMismatch,
  noResponse,
  NotReady,
  ResponseTooLarge,
  Timeout,
  UnexpectedResponse
} from "./reasons/Transfer.ts"
import { CircuitOpen, InvalidConfiguration, InvalidRequest } from "./reasons/Unsent.ts"

export {
  AuthenticationFailed,
  CircuitOpen,
  ConnectionFailed,
  Forbidden,
  InvalidConfiguration,
  InvalidRequest,
  NetworkLogin,
  NotFound,
  NotReady,
  RateLimited,
  Refused,
  ResponseTooLarge,
  ServerError,
  Timeout,
  Unauthorized,
  UnexpectedRedirect,
  UnexpectedResponse
}

const definite = [
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

const Definite = Schema.Union(definite)

/** A write was sent, but its response was lost, so the change may or may not have been made. Check before you send it again. */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("OutcomeUnknown", {
  /** How the response was lost. */
  because: Definite,
  /** For a login: what it may have used up. Absent for every other write. */
  usedUp: Schema.optionalKey(Schema.Literals(["code", "assertion"]))
}) {
  readonly isRetryable = false
  override get message() {
    const because = whatHappened(this.because)
    if (this.usedUp === undefined) {
      return `The change was sent, but its outcome is unknown. ${because} Check whether it was made before you send it again.`
    }
    const used = this.usedUp === "code" ? "authorization code" : "assertion"
    return `The login was sent, but its response was lost. ${because} The ${used} may be used up: let the user log in again.`
  }
}

/** Without "Try again later", which is wrong advice for a write. */
const whatHappened = (because: (typeof Definite)["Type"]): string => {
  switch (because._tag) {
    case "ServerError":
      return serverFailure(because)
    case "Timeout":
      return noResponse(because)
    case "ConnectionFailed":
      return because.phase === "exchange" ? brokenConnection(because) : because.message
    case "UnexpectedResponse":
      return contractMismatch(because)
    default:
      return because.message
  }
}

/**
 * Everything that can go wrong. Each reason has a `_tag`; a `message` for people, without
 * secrets; and `isRetryable`, which says whether the same call may succeed later.
 */
export const Reason = Schema.Union([...definite, OutcomeUnknown])
export type Reason = (typeof Reason)["Type"]
