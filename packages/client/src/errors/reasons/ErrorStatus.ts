/**
 * Reasons for which Genesys Cloud, or a proxy on the way, refused or could not process a
 * request: it answered with a status that is not 2xx.
 */
import { ErrorBody } from "@genesys-license/schema/ErrorBody"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { quoteServer, serverSays, tryAgain } from "./Sentence.ts"

const answered = {
  /** The error that Genesys Cloud sent. Absent if the response had no readable error body. */
  body: Schema.optionalKey(ErrorBody)
}

/** The token endpoint refused the credentials, or they work only once and were already used. */
export class AuthenticationFailed extends Schema.TaggedError<AuthenticationFailed>()("AuthenticationFailed", {
  /** The status of the response. Absent if nothing was sent, because the authorization code was already used. */
  status: Schema.optionalKey(Schema.Int),
  /** OAuth's error code, such as `invalid_client`. */
  error: Schema.optionalKey(Schema.String),
  /** The token endpoint's explanation. */
  description: Schema.optionalKey(Schema.String)
}) {
  readonly isRetryable = false
  override get message() {
    const said = quoteServer([this.error, this.description].filter((part) => part !== undefined).join(": "))
    const refused = `Genesys Cloud refused the credentials${said && ` (${said})`}.`
    switch (this.error) {
      case "invalid_grant":
        return `The authorization code, refresh token or assertion was used already, has expired, or belongs to another client (${said}). Let the user log in again.`
      case "unauthorized_client":
      case "unsupported_grant_type":
        return `${refused} Check that the OAuth client allows this grant type.`
      default:
        return `${refused} Check the client id and the secret, and that the OAuth client belongs to this region.`
    }
  }
}

/** 401: the API rejected the access token. A new token was rejected too, or the client could not get one. */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", {
  ...answered,
  /** How long until the client logs in again. Present only if a new token was rejected too. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
}) {
  readonly isRetryable = false
  override get message() {
    const said = serverSays(this.body)
    if (this.body?.code === "ip.not.authorized") {
      return `This machine's IP address is not allowed to use the organization.${said} Ask an administrator of the organization to allow it.`
    }
    return this.retryAfter === undefined
      ? `The access token was not accepted.${said} Log in again, or use a new token.`
      : `The access token was not accepted, and neither was a new one.${said} Check that the organization is active, and that no proxy or gateway removes the Authorization header. The client logs in again after ${Duration.format(this.retryAfter)}.`
  }
}

/** 407 or 511: a proxy or the network requires its own login. Genesys Cloud did not receive the request. */
export class NetworkLogin extends Schema.TaggedError<NetworkLogin>()("NetworkLogin", {
  /** 407 comes from a proxy, 511 from the network. */
  status: Schema.Literals([407, 511])
}) {
  readonly isRetryable = false
  override get message() {
    return this.status === 407
      ? "A proxy requires a login (status 407). Put the user name and password into the address of the proxy."
      : "This network requires a login (status 511). Open a web page in a browser on this machine and log in there."
  }
}

/** 403: a permission is missing. */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", {
  ...answered,
  /** Permissions such as `authorization:license:view`, any one of which is enough. Empty if none is known. */
  permissions: Schema.Array(Schema.String)
}) {
  readonly isRetryable = false
  override get message() {
    if (this.permissions.length === 0) {
      return `The OAuth client is not allowed to do this.${serverSays(this.body)} Check its roles and their divisions.`
    }
    return `The OAuth client lacks a permission. Give one of its roles ${this.permissions.join(" or ")}.`
  }
}

/** 404: the organization has no such user, license, role or toggle. */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", answered) {
  readonly isRetryable = false
  override get message() {
    return `Not found in this organization (status 404).${serverSays(this.body)} Check the id or the path.`
  }
}

/** 400, 409, 413, 415 and every other 4xx that has no reason of its own. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", {
  ...answered,
  /** The status of the response. */
  status: Schema.Int
}) {
  readonly isRetryable = false
  override get message() {
    return `The request was refused with status ${this.status}.${serverSays(this.body)} Change it before you send it again.`
  }
}

/** 429: the rate limit is used up for longer than the client waits, or after all retries. */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", {
  ...answered,
  /** How long the server asks to wait. Absent if it does not say. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
}) {
  readonly isRetryable = true
  override get message() {
    const when = this.retryAfter === undefined ? "Try again in a minute." : tryAgain(this.retryAfter)
    return `The rate limit of the OAuth client is used up. ${when}`
  }
}

/** 408 or 5xx: Genesys Cloud, or a gateway on the way, could not process the request. */
export class ServerError extends Schema.TaggedError<ServerError>()("ServerError", {
  ...answered,
  /** The status of the response, such as 503. */
  status: Schema.Int,
  /** How long the server asks to wait. Absent if it does not say. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
}) {
  get isRetryable() {
    return [408, 500, 502, 503, 504].includes(this.status)
  }
  override get message() {
    const next = this.isRetryable ? tryAgain(this.retryAfter) : "Check the region, the gateway and any proxy."
    return `${serverFailure(this)} ${next}`
  }
}

/** What happened, without what to do next. */
export const serverFailure = ({ body, status }: Pick<ServerError, "body" | "status">): string =>
  `Genesys Cloud could not answer (status ${status}).${serverSays(body)}`

/** A redirect. The client does not follow it, so that the token is sent nowhere else. */
export class UnexpectedRedirect extends Schema.TaggedError<UnexpectedRedirect>()("UnexpectedRedirect", {
  /** The status of the response, such as 302. */
  status: Schema.Int
}) {
  readonly isRetryable = false
  override get message() {
    return `The server answered with a redirect (status ${this.status}). The client follows none, to keep the token safe. Check the region or gateway.`
  }
}
