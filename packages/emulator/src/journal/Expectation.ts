/**
 * What a test expects of the journal: how many calls of an operation, with which query and
 * body. An expectation that fails shows how the nearest request differs.
 */
import { quote } from "@genesys-license/schema/Quote"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Entry } from "./JournalEntry.ts"
import * as RequestMatch from "./RequestMatch.ts"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** Which requests are expected, and how many. A field that is left out fits every request. */
export const Expectation = Schema.Struct({
  ...RequestMatch.fields,
  status: Schema.optional(Schema.Int),
  /** Objects may have more fields than these; lists must be as long, and in this order. */
  body: Schema.optional(Schema.Json),
  /** The name of a fault that happened to it. */
  fault: Schema.optional(Schema.String),
  /** How many requests must be so. Default: at least one. */
  times: Schema.optional(
    Schema.Union([
      Count,
      Schema.Struct({ atLeast: Schema.optional(Count), atMost: Schema.optional(Count) }).check(
        Schema.makeFilter(({ atLeast = 0, atMost = Infinity }) => atLeast <= atMost, {
          expected: "atLeast to be no more than atMost"
        })
      )
    ])
  )
}).annotate({ identifier: "Expectation" })
export interface Expectation extends Schema.Schema.Type<typeof Expectation> {}

/** Where a request differs from what was expected. */
export const Difference = Schema.Struct({
  /** Such as `query.pageSize` or `body[0].licenseId`. */
  field: Schema.String,
  expected: Schema.Json,
  /** Absent when there is no such field. */
  actual: Schema.optional(Schema.Json)
}).annotate({ identifier: "Difference" })
export interface Difference extends Schema.Schema.Type<typeof Difference> {}

/** The request that comes nearest to fitting, and where it differs. */
export const Nearest = Schema.Struct({
  method: Schema.String,
  path: Schema.String,
  differences: Schema.Array(Difference)
}).annotate({ identifier: "Nearest" })
export interface Nearest extends Schema.Schema.Type<typeof Nearest> {}

/** The journal is not as expected: more requests fit than expected, or fewer. */
export class ExpectationFailed extends Data.TaggedError("ExpectationFailed")<{
  /** How many were expected and found, and where the nearest differs. */
  readonly message: string
  /** How many requests fit. */
  readonly matched: number
  /** How many the journal has. */
  readonly recorded: number
  /** The request that came nearest to fitting, when too few do. */
  readonly nearest: Nearest | undefined
}> {}

/** The entries that fit, however many. */
export const filter = (expectation: Omit<Expectation, "times">, requests: ReadonlyArray<Entry>) =>
  requests.filter((request) => differences(expectation, request).length === 0)

/** The entries that fit, if they are as many as expected. */
export const verify = (
  expectation: Expectation,
  requests: ReadonlyArray<Entry>,
  dropped: number
): Effect.Effect<ReadonlyArray<Entry>, ExpectationFailed> => {
  const compared = requests.map((request) => ({ request, differences: differences(expectation, request) }))
  const matching = compared.filter(({ differences }) => differences.length === 0).map(({ request }) => request)
  const { least, most } = bounds(expectation)
  if (matching.length >= least && matching.length <= most) return Effect.succeed(matching)

  const nearest =
    matching.length < least
      ? compared
          .filter(({ differences }) => differences.length > 0)
          .reduce<(typeof compared)[number] | undefined>(
            (best, next) => (best === undefined || next.differences.length <= best.differences.length ? next : best),
            undefined
          )
      : undefined
  const lines = [
    `Expected ${range(least, most)} that fit, and found ${matching.length} of ${requests.length}.`,
    ...(dropped > 0 ? [`${dropped} more ${dropped === 1 ? "is" : "are"} no longer in the journal.`] : []),
    ...(nearest === undefined
      ? []
      : [`The nearest is ${nearest.request.method} ${nearest.request.path}: ${explain(nearest.differences)}.`])
  ]
  return Effect.fail(
    new ExpectationFailed({
      message: lines.join(" "),
      matched: matching.length,
      recorded: requests.length,
      nearest: nearest && {
        method: nearest.request.method,
        path: nearest.request.path,
        differences: nearest.differences
      }
    })
  )
}

const bounds = ({ times = { atLeast: 1 } }: Expectation) =>
  typeof times === "number"
    ? { least: times, most: times }
    : { least: times.atLeast ?? 0, most: times.atMost ?? Infinity }

const requestsOf = (count: number) => (count === 1 ? "1 request" : `${count} requests`)

const range = (least: number, most: number) =>
  least === most
    ? `exactly ${requestsOf(least)}`
    : most === Infinity
      ? `at least ${requestsOf(least)}`
      : least === 0
        ? `at most ${requestsOf(most)}`
        : `between ${least} and ${requestsOf(most)}`

const explain = (differences: ReadonlyArray<Difference>) =>
  differences
    .map(({ actual, expected, field }) =>
      actual === undefined
        ? `${field} is absent, expected ${brief(expected)}`
        : `${field} is ${brief(actual)}, expected ${brief(expected)}`
    )
    .join("; ")

const brief = (value: Schema.Json) => quote(JSON.stringify(value), 200)

const differences = (expectation: Expectation, entry: Entry): ReadonlyArray<Difference> => {
  const { body, fault, method, operation, path, query, status } = expectation
  const found: Array<Difference> = []
  const compare = (field: string, expected: Schema.Json | undefined, actual: Schema.Json | undefined) => {
    if (expected !== undefined) found.push(...compareJson(field, expected, actual))
  }
  if (operation !== undefined) {
    const wanted = RequestMatch.operations(operation)
    if (entry.operation === undefined || !wanted.includes(entry.operation)) {
      found.push({ field: "operation", expected: wanted.length === 1 ? wanted[0]! : wanted, actual: entry.operation })
    }
  }
  compare("method", method?.toUpperCase(), entry.method)
  compare("path", path, entry.path)
  compare("query", query, entry.query)
  compare("status", status, entry.status)
  compare("body", body, entry.body)
  if (fault !== undefined && entry.faults?.includes(fault) !== true) {
    found.push({ field: "faults", expected: fault, actual: entry.faults })
  }
  return found
}

const compareJson = (
  field: string,
  expected: Schema.Json,
  actual: Schema.Json | undefined
): ReadonlyArray<Difference> => {
  if (Array.isArray(expected)) {
    return Array.isArray(actual) && actual.length === expected.length
      ? expected.flatMap((item: Schema.Json, index) => compareJson(`${field}[${index}]`, item, actual[index]))
      : [{ field, expected, actual }]
  }
  if (typeof expected === "object" && expected !== null) {
    return typeof actual === "object" && actual !== null && !Array.isArray(actual)
      ? Object.entries(expected).flatMap(([name, value]) =>
          compareJson(
            `${field}.${name}`,
            value,
            Object.hasOwn(actual, name) ? (actual as Schema.JsonObject)[name] : undefined
          )
        )
      : [{ field, expected, actual }]
  }
  return expected === actual ? [] : [{ field, expected, actual }]
}
