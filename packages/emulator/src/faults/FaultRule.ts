/**
 * Fault rules, as data: which requests get a fault, and which fault. The format is the same in a
 * file for `--faults`, over the control routes, and in a test.
 *
 * A rule counts the requests that match. It applies its fault to those that `nth`, `skip`,
 * `probability` and `times` select. The emulator evaluates rules in their order.
 */
import * as Problem from "@genesys-license/schema/Problem"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Fault } from "./Fault.ts"
import * as RequestMatch from "../journal/RequestMatch.ts"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Positive = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

/** A fault, and the requests that it applies to. */
export const FaultRule = Schema.Struct({
  /** The name of the rule in the journal and in the counts. Default: `fault-1`, `fault-2` and so on. */
  name: Schema.optional(Schema.NonEmptyString),
  ...RequestMatch.fields,
  /** Which of the matching requests get the fault, counted from 1. Default: all. */
  nth: Schema.optional(Schema.Union([Positive, Schema.Array(Positive)])),
  /** Number of matching requests to skip at the start. Default: 0. */
  skip: Schema.optional(Count),
  /** The probability that a selected request gets the fault. The seed decides which ones do. Default: 1, always. */
  probability: Schema.optional(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  /** The maximum number of faults by this rule. Default: no maximum. */
  times: Schema.optional(Positive),
  fault: Fault
}).annotate({ identifier: "FaultRule" })
export interface FaultRule extends Schema.Schema.Type<typeof FaultRule> {}

/** A list of at most 1,000 rules. Files and control routes refuse rules with unknown fields. */
export const FaultRules = Schema.Array(FaultRule).check(Schema.isMaxLength(1_000))

/** The text is not a valid list of fault rules. */
export class InvalidFaults extends Data.TaggedError("InvalidFaults")<{
  /** The invalid field, such as `[0].fault.status`. Empty for the list as a whole. */
  readonly path: string
  /** The expected value. */
  readonly problem: string
}> {
  override get message() {
    return `Invalid list of fault rules: ${this.path === "" ? "" : `${this.path}: `}${this.problem}.`
  }
}

/** Parses and validates the text of a file. */
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
