/**
 * When something goes wrong, as data: the same in a file for the command, over the
 * control routes and in a test.
 *
 * A rule looks at the requests that it matches, and of those it spoils the `nth`,
 * or some by chance, for so many `times`. Rules are gone through in their order.
 */
import * as Problem from "@genesys-license/schema/Problem"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Fault } from "./Fault.ts"
import * as RequestMatch from "../journal/RequestMatch.ts"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Positive = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

/** Which requests go wrong, when, and how. */
export const FaultRule = Schema.Struct({
  /** What it is called in the journal and in the counts. Default: `fault-1`, `fault-2` and so on. */
  name: Schema.optional(Schema.NonEmptyString),
  ...RequestMatch.fields,
  /** Only these of the requests that match, counted from 1. Default: all. */
  nth: Schema.optional(Schema.Union([Positive, Schema.Array(Positive)])),
  /** Not the first so many of the requests that match. Default: 0. */
  skip: Schema.optional(Count),
  /** How often it happens to a request that it could happen to, from the seed. Default: 1, always. */
  probability: Schema.optional(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  /** After so many times it is over. Default: never. */
  times: Schema.optional(Positive),
  fault: Fault
}).annotate({ identifier: "FaultRule" })
export interface FaultRule extends Schema.Schema.Type<typeof FaultRule> {}

/** A file of rules, and what the control routes take: 1,000 at most. A field that is not known is a mistake. */
export const FaultRules = Schema.Array(FaultRule).check(Schema.isMaxLength(1_000))

/** The text is no list of rules. */
export class InvalidFaults extends Data.TaggedError("InvalidFaults")<{
  /** Such as `[0].fault.status`; empty for the whole. */
  readonly path: string
  /** What was expected there. */
  readonly problem: string
}> {
  override get message() {
    return `Not a list of fault rules: ${this.path === "" ? "" : `${this.path}: `}${this.problem}.`
  }
}

/** Reads the text of a file. */
export const parse = (text: string): Effect.Effect<ReadonlyArray<FaultRule>, InvalidFaults> =>
  Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: (cause) => new InvalidFaults({ path: "", problem: cause instanceof Error ? cause.message : "Expected JSON" })
  }).pipe(
    Effect.flatMap((input) =>
      Effect.mapError(decode(input), ({ issue }) => {
        const { field, message } = Problem.fromIssue(issue)
        return new InvalidFaults({ path: field, problem: message })
      })
    )
  )

const decode = Schema.decodeUnknownEffect(FaultRules, { onExcessProperty: "error" })
