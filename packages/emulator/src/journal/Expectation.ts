/**
 * Expectations of a test about the requests in the journal: how many there are of an operation, with
 * which query and body. A failed expectation reports the nearest request and how it differs.
 */
import { quote } from "@genesys-license/schema/Quote"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Entry } from "./JournalEntry.ts"
import * as RequestMatch from "./RequestMatch.ts"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** The expected requests, and their number. A field that is left out matches every request. */
export const Expectation = Schema.Struct({
  ...RequestMatch.fields,
  status: Schema.optional(Schema.Int),
  /** The JSON body. Objects may have additional fields. Lists must have the same length and order. */
  body: Schema.optional(Schema.Json),
  /** The name of a fault rule that applied to the request. */
  fault: Schema.optional(Schema.String),
  /** The expected number of matching requests. Default: at least one. */
  times: Schema.optional(
    Schema.Union([
      Count,
      Schema.Struct({ atLeast: Schema.optional(Count), atMost: Schema.optional(Count) }).check(
        Schema.makeFilter(({ atLeast = 0, atMost = Infinity }) => atLeast <= atMost, {
          expected: "an atLeast that is not greater than atMost"
        })
      )
    ])
  )
}).annotate({ identifier: "Expectation" })
export interface Expectation extends Schema.Schema.Type<typeof Expectation> {}

/** A difference between a request and the expectation. */
export const Difference = Schema.Struct({
  /** The field that differs, such as `query.pageSize` or `body[0].licenseId`. */
  field: Schema.String,
  expected: Schema.Json,
  /** Absent if the request does not have the field. */
  actual: Schema.optional(Schema.Json)
}).annotate({ identifier: "Difference" })
export interface Difference extends Schema.Schema.Type<typeof Difference> {}

/** The request with the fewest differences from the expectation. */
export const Nearest = Schema.Struct({
  method: Schema.String,
  path: Schema.String,
  differences: Schema.Array(Difference)
}).annotate({ identifier: "Nearest" })
export interface Nearest extends Schema.Schema.Type<typeof Nearest> {}

/** More or fewer requests match than expected. */
export class ExpectationFailed extends Data.TaggedError("ExpectationFailed")<{
  /** The expected and the actual number of requests, and the differences of the nearest one. */
  readonly message: string
  /** Number of requests that match the expectation. */
  readonly matched: number
  /** Number of requests in the journal. */
  readonly recorded: number
  /** The request with the fewest differences, if too few requests match. */
  readonly nearest: Nearest | undefined
}> {}

/** All entries that match. */
export const filter = (expectation: Omit<Expectation, "times">, requests: ReadonlyArray<Entry>) =>
  requests.filter((request) => differences(expectation, request).length === 0)

/** The entries that match. Fails if their number is not the expected one. */
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
    `Expected ${range(least, most)}, but ${matching.length} of ${requests.length} recorded requests ${matching.length === 1 ? "matches" : "match"}.`,
    ...(dropped > 0
      ? [`The journal was full and dropped ${dropped} older ${dropped === 1 ? "request" : "requests"}.`]
      : []),
    ...(nearest === undefined
      ? []
      : [`Nearest request: ${nearest.request.method} ${nearest.request.path}; ${explain(nearest.differences)}.`])
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

const requestsOf = (count: number) => (count === 1 ? "1 matching request" : `${count} matching requests`)

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
        ? `${field} is absent, expected ${shortJson(expected)}`
        : `${field} is ${shortJson(actual)}, expected ${shortJson(expected)}`
    )
    .join("; ")

const shortJson = (value: Schema.Json) => quote(JSON.stringify(value), 200)

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
