/**
 * The kinds of faults, as data. The format is the same in a file for `--faults`, over the control
 * routes, and in a test.
 *
 * `latency`, `headers`, `revoke`, `drift` and `unexpanded` let the operation answer; several of them can
 * apply to one request. All other faults replace or damage the answer; only the first of them applies.
 */
import { UserLicenses } from "@genesys-license/schema/license/User"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { expansions } from "../organization/Expansion.ts"

/** A duration such as `"2 seconds"` or `"250 millis"`. */
export const Span = Schema.String.check(
  Schema.makeFilter(
    (text) =>
      Option.exists(
        Duration.fromInput(text as Duration.Input),
        (duration) => Duration.isFinite(duration) && !Duration.isNegative(duration)
      ),
    { expected: `a duration such as "2 seconds" or "250 millis"` }
  )
).annotate({ identifier: "Span", description: `A duration such as "2 seconds" or "250 millis".` })

/** Node does not send other values. */
const HeaderValue = Schema.String.check(
  Schema.isPattern(/^[\t\x20-\x7e\x80-\xff]*$/, { expected: "a header value: one line of Latin-1 text" })
)
const HeaderValues = Schema.Record(Schema.String, HeaderValue).check(
  Schema.makeFilter((headers) => Object.keys(headers).every((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name)), {
    expected: "header names: letters, digits and !#$%&'*+-.^_`|~ only"
  })
)

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Positive = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))
const status = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** Whether the operation runs before its answer is replaced. If so, a write takes effect. Default: false. */
const performed = Schema.optional(Schema.Boolean)

/** An error in the format of the API, or of the token endpoint. */
export const StatusFault = Schema.Struct({
  type: Schema.Literal("status"),
  status: status(400, 599),
  /** The error code. Default: the documented code for the status. */
  code: Schema.optional(Schema.String),
  message: Schema.optional(Schema.String),
  /** The `Retry-After` header: a number of seconds, or any text. Default: no such header, also for 429. */
  retryAfter: Schema.optional(Schema.Union([Schema.Finite, HeaderValue])),
  performed
})

/** The correct answer after a delay. */
export const LatencyFault = Schema.Struct({
  type: Schema.Literal("latency"),
  duration: Span,
  /** If set, the delay is a random duration between `duration` and `upTo`. */
  upTo: Schema.optional(Span)
})

/** No answer. The request stays open until the caller closes the connection. */
export const HangFault = Schema.Struct({ type: Schema.Literal("hang"), performed })

/** The correct answer, sent a few bytes at a time. */
export const DripFault = Schema.Struct({
  type: Schema.Literal("drip"),
  /** The delay before each part of the body. */
  every: Span,
  /** Number of bytes in each part. Default: 1. */
  bytes: Schema.optional(Positive)
})

/** Only the beginning of the correct answer. */
export const TruncateFault = Schema.Struct({
  type: Schema.Literal("truncate"),
  /** Number of bytes of the body that are sent. Default: half of the body. */
  bytes: Schema.optional(Count),
  /**
   * The value of `Content-Length`. `whole`: the size of the whole body; the connection closes too early.
   * `sent`: the number of bytes sent; the HTTP answer is complete, but its JSON is not. Default: `whole`.
   */
  length: Schema.optional(Schema.Literals(["whole", "sent"]))
})

/** The connection is reset. */
export const ResetFault = Schema.Struct({
  type: Schema.Literal("reset"),
  /** Number of bytes of the correct body that are sent before the reset. Default: nothing is sent, not even headers. */
  bytes: Schema.optional(Count),
  performed
})

/** An HTML page, such as a proxy sends. */
export const HtmlFault = Schema.Struct({
  type: Schema.Literal("html"),
  /** Default: 502. */
  status: Schema.optional(status(200, 599)),
  performed
})

/** Any other answer, such as JSON that does not match the contract. */
export const ResponseFault = Schema.Struct({
  type: Schema.Literal("response"),
  /** Default: 200. */
  status: Schema.optional(status(200, 599)),
  headers: Schema.optional(HeaderValues),
  /** The body, as JSON. Default: no body. */
  json: Schema.optional(Schema.Json),
  /** The body, as text. Default: no body. */
  text: Schema.optional(Schema.String),
  performed
}).check(
  Schema.makeFilter(({ json, text }) => json === undefined || text === undefined, {
    expected: "either json or text, not both"
  })
)

const JsonPointer = Schema.String.check(
  Schema.isPattern(/^(\/([^~/]|~[01])*)*$/, { expected: `a JSON pointer such as "/entities/0/id"` })
)
const JsonPatchOperation = Schema.Union([
  Schema.Struct({ op: Schema.Literal("add"), path: JsonPointer, value: Schema.Json }),
  Schema.Struct({ op: Schema.Literal("remove"), path: JsonPointer }),
  Schema.Struct({ op: Schema.Literal("replace"), path: JsonPointer, value: Schema.Json })
]).annotate({ message: "Expected an operation whose op is one of add, remove, replace" })

/**
 * The correct answer with a JSON Patch applied to its body. If the patch cannot be applied, the answer is
 * status 500.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6902 of which `add`, `remove` and `replace` are supported
 */
export const PatchFault = Schema.Struct({
  type: Schema.Literal("patch"),
  /** The operations, in the order in which they are applied. */
  operations: Schema.Array(JsonPatchOperation)
})

/** A redirect to another URL. */
export const RedirectFault = Schema.Struct({
  type: Schema.Literal("redirect"),
  /** Default: 302. */
  status: Schema.optional(Schema.Literals([301, 302, 303, 307, 308])),
  /** Default: `https://elsewhere.invalid/`, a host that cannot exist. */
  location: Schema.optional(HeaderValue)
})

/** A small compressed answer that is large after decompression. It consists of JSON white space. */
export const GzipBombFault = Schema.Struct({
  type: Schema.Literal("gzipBomb"),
  /** The decompressed size, rounded up to whole MiB. Default: 150 MiB. */
  bytes: Schema.optional(Positive)
})

/** The same answer with other headers. Works with every answer, also with that of another fault. */
export const HeadersFault = Schema.Struct({
  type: Schema.Literal("headers"),
  set: Schema.optional(HeaderValues),
  /** Names of headers to remove, after `set` is applied. */
  remove: Schema.optional(Schema.Array(Schema.String))
})

/** Revokes all access tokens before the request is handled. */
export const RevokeFault = Schema.Struct({ type: Schema.Literal("revoke") })

/** Users leave and join after the answer, so the next page comes from a changed list. */
export const DriftFault = Schema.Struct({
  type: Schema.Literal("drift"),
  /** The number or the ids of the users who leave. They leave before the others join. */
  leave: Schema.optional(Schema.Union([Count, Schema.Array(Schema.String)])),
  /** The number of users who join, generated from the seed, or the users. The list never exceeds a million users. */
  join: Schema.optional(Schema.Union([Count, Schema.Array(UserLicenses)])),
  /** The position in the list, from 0. Default: `start`. */
  at: Schema.optional(Schema.Union([Schema.Literals(["start", "end"]), Count]))
})

/** Leaves out requested `expand` data of users. The vendor documents that this can happen. */
export const UnexpandedFault = Schema.Struct({
  type: Schema.Literal("unexpanded"),
  /** The expansions to leave out. Default: all that the emulator supports. */
  expand: Schema.optional(Schema.Array(Schema.Literals(expansions))),
  /** The probability for each user, from 0 to 1. Default: 1, every user. */
  share: Schema.optional(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })))
})

/** Faults that let the operation answer. Several can apply to one request. */
export const PassingFault = Schema.Union([LatencyFault, HeadersFault, RevokeFault, DriftFault, UnexpandedFault])
export type PassingFault = (typeof PassingFault)["Type"]

/** Faults that replace the answer, or damage its body. At most one applies to a request. */
export const AnsweringFault = Schema.Union([
  StatusFault,
  HangFault,
  DripFault,
  TruncateFault,
  ResetFault,
  HtmlFault,
  ResponseFault,
  PatchFault,
  RedirectFault,
  GzipBombFault
])
export type AnsweringFault = (typeof AnsweringFault)["Type"]

/** Any fault. Its `type` names the kind. */
export const Fault = Schema.Union([...AnsweringFault.members, ...PassingFault.members]).annotate({
  identifier: "Fault",
  message: `Expected a fault whose type is one of ${[...AnsweringFault.members, ...PassingFault.members].map(({ fields }) => fields.type.literal).join(", ")}`
})
export type Fault = (typeof Fault)["Type"]

/** Whether a fault lets the operation answer. */
export const isPassing = (fault: Fault): fault is PassingFault =>
  PassingFault.members.some(({ fields }) => fields.type.literal === fault.type)
