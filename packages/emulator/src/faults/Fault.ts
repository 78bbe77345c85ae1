/**
 * What can go wrong with a request, as data: the same in a file for the command, over
 * the control routes and in a test.
 *
 * Faults that let the request go on (`latency`, `headers`, `revoke`, `drift`, `unexpanded`) add up;
 * of those that answer in its place, or spoil its answer, the first one does.
 */
import { UserLicenses } from "@genesys-license/schema/license/User"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { expansions } from "../organization/Expansion.ts"

/** A text such as `"2 seconds"` or `"250 millis"`. */
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

/** Node refuses to send anything else. */
const HeaderValue = Schema.String.check(
  Schema.isPattern(/^[\t\x20-\x7e\x80-\xff]*$/, { expected: "the text of a header, on one line and in Latin-1" })
)
const HeaderValues = Schema.Record(Schema.String, HeaderValue).check(
  Schema.makeFilter((headers) => Object.keys(headers).every((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name)), {
    expected: "names of headers, which have no space in them"
  })
)

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Positive = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))
const status = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** Whether the operation is done before its answer is replaced, so that a write has happened. Default: false. */
const performed = Schema.optional(Schema.Boolean)

/** An error in the words of the API, or of the token endpoint. */
export const StatusFault = Schema.Struct({
  type: Schema.Literal("status"),
  status: status(400, 599),
  /** Default: the one that is documented for the status. */
  code: Schema.optional(Schema.String),
  message: Schema.optional(Schema.String),
  /** The header: a number of seconds, or any text as it is. Default: none, and not 429's usual one either. */
  retryAfter: Schema.optional(Schema.Union([Schema.Finite, HeaderValue])),
  performed
})

/** The right answer, later. */
export const LatencyFault = Schema.Struct({
  type: Schema.Literal("latency"),
  duration: Span,
  /** Makes it a length between the two, by chance. */
  upTo: Schema.optional(Span)
})

/** No answer, until the caller goes away. */
export const HangFault = Schema.Struct({ type: Schema.Literal("hang"), performed })

/** The right answer, of which a few bytes come at a time. */
export const DripFault = Schema.Struct({
  type: Schema.Literal("drip"),
  every: Span,
  /** How many come at a time. Default: 1. */
  bytes: Schema.optional(Positive)
})

/** The beginning of the right answer. */
export const TruncateFault = Schema.Struct({
  type: Schema.Literal("truncate"),
  /** How many are sent. Default: half of them. */
  bytes: Schema.optional(Count),
  /**
   * What `Content-Length` says. `whole`: more than is sent, and then the connection is closed.
   * `sent`: what is sent, a complete answer whose JSON is not. Default: `whole`.
   */
  length: Schema.optional(Schema.Literals(["whole", "sent"]))
})

/** The connection is reset. */
export const ResetFault = Schema.Struct({
  type: Schema.Literal("reset"),
  /** So much of the right answer is sent before. Default: not even its head. */
  bytes: Schema.optional(Count),
  performed
})

/** A page in HTML, as a proxy in between writes it. */
export const HtmlFault = Schema.Struct({
  type: Schema.Literal("html"),
  /** Default: 502. */
  status: Schema.optional(status(200, 599)),
  performed
})

/** Any other answer, such as JSON that the operation does not promise. */
export const ResponseFault = Schema.Struct({
  type: Schema.Literal("response"),
  /** Default: 200. */
  status: Schema.optional(status(200, 599)),
  headers: Schema.optional(HeaderValues),
  /** The body as JSON. */
  json: Schema.optional(Schema.Json),
  /** The body as it is, where it is no JSON. Default: none. */
  text: Schema.optional(Schema.String),
  performed
}).check(
  Schema.makeFilter(({ json, text }) => json === undefined || text === undefined, {
    expected: "json or text, not both"
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
 * The right answer, in parts another one. A patch that does not fit the answer is
 * reported as status 500.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6902 of which `add`, `remove` and `replace` are known
 */
export const PatchFault = Schema.Struct({
  type: Schema.Literal("patch"),
  /** Done one after the other. */
  operations: Schema.Array(JsonPatchOperation)
})

/** An answer that leads elsewhere. */
export const RedirectFault = Schema.Struct({
  type: Schema.Literal("redirect"),
  /** Default: 302. */
  status: Schema.optional(Schema.Literals([301, 302, 303, 307, 308])),
  /** Default: an address that no name server knows. */
  location: Schema.optional(HeaderValue)
})

/** A small answer that becomes a large one when it is decompressed. It is JSON white space. */
export const GzipBombFault = Schema.Struct({
  type: Schema.Literal("gzipBomb"),
  /** After decompression, rounded up to MiB. Default: 150 MiB. */
  bytes: Schema.optional(Positive)
})

/** Other headers on whatever answer there is. */
export const HeadersFault = Schema.Struct({
  type: Schema.Literal("headers"),
  set: Schema.optional(HeaderValues),
  remove: Schema.optional(Schema.Array(Schema.String))
})

/** All access tokens end before the request is looked at. */
export const RevokeFault = Schema.Struct({ type: Schema.Literal("revoke") })

/** Users leave and join after the request was answered, so that the next page is of another list. */
export const DriftFault = Schema.Struct({
  type: Schema.Literal("drift"),
  /** How many, or who. They leave before the others join. */
  leave: Schema.optional(Schema.Union([Count, Schema.Array(Schema.String)])),
  /** How many, made up from the seed, or who. An organization has at most a million users: nobody joins beyond. */
  join: Schema.optional(Schema.Union([Count, Schema.Array(UserLicenses)])),
  /** Where in the list, counted from 0. Default: `start`. */
  at: Schema.optional(Schema.Union([Schema.Literals(["start", "end"]), Count]))
})

/** Users come without something that was expanded, as the vendor says that they may. */
export const UnexpandedFault = Schema.Struct({
  type: Schema.Literal("unexpanded"),
  /** What is missing. Default: all that the emulator expands. */
  expand: Schema.optional(Schema.Array(Schema.Literals(expansions))),
  /** Of how many users it is missing, by chance: between 0 and 1. Default: 1, of all. */
  share: Schema.optional(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })))
})

/** Faults that let the request go on. */
export const PassingFault = Schema.Union([LatencyFault, HeadersFault, RevokeFault, DriftFault, UnexpandedFault])
export type PassingFault = (typeof PassingFault)["Type"]

/** Faults that answer in place of the operation, or change its answer's body. */
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

/** Any of the faults, told apart by their `type`. */
export const Fault = Schema.Union([...AnsweringFault.members, ...PassingFault.members]).annotate({
  identifier: "Fault",
  message: `Expected a fault whose type is one of ${[...AnsweringFault.members, ...PassingFault.members].map(({ fields }) => fields.type.literal).join(", ")}`
})
export type Fault = (typeof Fault)["Type"]

/** Whether a fault lets the request go on. */
export const isPassing = (fault: Fault): fault is PassingFault =>
  PassingFault.members.some(({ fields }) => fields.type.literal === fault.type)
