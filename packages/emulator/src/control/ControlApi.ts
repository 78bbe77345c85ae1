/**
 * The control routes below `/__emulator`. With them, a test in any language injects faults,
 * moves the clock, changes the organization, and reads which requests arrived.
 *
 * Every program that reaches the emulator may call them without a token. They do not count
 * against a rate limit, faults do not apply to them, and the journal does not contain them.
 * A web page may not call them: see `gateway/Browsers.ts`. Every error is an `ErrorBody`.
 */
import * as Duration from "effect/Duration"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Expectation, Nearest } from "../journal/Expectation.ts"
import { Span } from "../faults/Fault.ts"
import { FaultRule, FaultRules } from "../faults/FaultRule.ts"
import * as ControlPath from "../gateway/ControlPath.ts"
import { Entry } from "../journal/JournalEntry.ts"
import { ControlRequest, errorOf } from "./ControlRequest.ts"
import { OrganizationDocument } from "./OrganizationDocument.ts"
import { RateLimit } from "../oauth/RateWindow.ts"
import { Operation } from "../journal/RequestMatch.ts"

const summary = (text: string) => OpenApi.annotations({ summary: text })

/** A fault rule with its counts. */
export const FaultCount = Schema.Struct({
  name: Schema.String,
  /** Number of requests that matched the rule. */
  matched: Schema.Int,
  /** Number of requests to which the fault was applied. */
  fired: Schema.Int,
  rule: FaultRule
}).annotate({ identifier: "FaultCount" })

const faults = HttpApiGroup.make("faults").add(
  HttpApiEndpoint.get("listFaults", "/faults", { success: Schema.Array(FaultCount) }).annotateMerge(
    summary("List the fault rules in their order, with the number of requests that each matched and changed.")
  ),
  HttpApiEndpoint.post("addFaults", "/faults", {
    payload: Schema.Union([FaultRule, FaultRules]),
    success: Schema.Array(FaultCount)
  }).annotateMerge(summary("Add one or several rules at the end. A rule replaces an existing rule of the same name.")),
  HttpApiEndpoint.put("replaceFaults", "/faults", {
    payload: FaultRules,
    success: Schema.Array(FaultCount)
  }).annotateMerge(summary("Replace all rules.")),
  HttpApiEndpoint.delete("clearFaults", "/faults", { success: HttpApiSchema.NoContent }).annotateMerge(
    summary("Remove all rules.")
  ),
  HttpApiEndpoint.delete("removeFault", "/faults/:name", {
    params: { name: Schema.String },
    success: HttpApiSchema.NoContent,
    error: errorOf(404)
  }).annotateMerge(summary("Remove one rule."))
)

const organization = HttpApiGroup.make("organization").add(
  HttpApiEndpoint.get("exportOrganization", "/organization", { success: OrganizationDocument }).annotateMerge(
    summary("Export the organization, its OAuth clients with their secrets, and the rate limit.")
  ),
  HttpApiEndpoint.put("importOrganization", "/organization", {
    payload: Schema.toEncoded(OrganizationDocument),
    success: HttpApiSchema.NoContent
  }).annotateMerge(
    summary(
      "Replace the organization, its OAuth clients and the rate limit. The tokens of clients that remain stay valid."
    )
  ),
  HttpApiEndpoint.post("resetOrganization", "/organization/reset", { success: HttpApiSchema.NoContent }).annotateMerge(
    summary("Restore the organization, its OAuth clients and the rate limit from the start of the emulator.")
  ),
  HttpApiEndpoint.delete("revokeTokens", "/tokens", { success: HttpApiSchema.NoContent }).annotateMerge(
    summary("Revoke all access tokens. Refresh tokens stay valid.")
  )
)

const rateLimit = HttpApiGroup.make("rateLimit").add(
  HttpApiEndpoint.get("getRateLimit", "/rate-limit", { success: RateLimit }).annotateMerge(
    summary("Show the rate limit for tokens of clients without a specific limit.")
  ),
  HttpApiEndpoint.put("setRateLimit", "/rate-limit", {
    payload: RateLimit,
    success: HttpApiSchema.NoContent
  }).annotateMerge(summary("Set the rate limit. It applies from the next request; open windows keep their counts.")),
  HttpApiEndpoint.post("resetRateLimit", "/rate-limit/reset", { success: HttpApiSchema.NoContent }).annotateMerge(
    summary("Close all rate windows, and restore the rate limit from the start of the emulator.")
  )
)

/** Whole milliseconds, because dates have no finer resolution. */
const WholeMillis = Span.check(
  Schema.makeFilter(
    (text) =>
      Option.exists(Duration.fromInput(text as Duration.Input), (by) => Number.isInteger(Duration.toMillis(by))),
    { expected: `a duration in whole milliseconds, such as "2 seconds" or "250 millis"` }
  )
)

/** The clock for the expiry of tokens, the rate windows and the journal. */
export const ClockState = Schema.Struct({
  now: Schema.DateTimeUtcFromString,
  /** How far the emulator's clock is ahead of the machine's clock. */
  aheadMillis: Schema.Finite
}).annotate({ identifier: "ClockState" })

const clock = HttpApiGroup.make("clock").add(
  HttpApiEndpoint.get("getClock", "/clock", { success: ClockState }).annotateMerge(
    summary("Show the clock by which tokens expire and rate windows close.")
  ),
  HttpApiEndpoint.post("advanceClock", "/clock/advance", {
    payload: Schema.Struct({ by: WholeMillis }),
    success: ClockState
  }).annotateMerge(summary("Move the clock forward. This does not shorten the latency of a fault or any other delay.")),
  HttpApiEndpoint.post("resetClock", "/clock/reset", { success: ClockState }).annotateMerge(
    summary("Set the clock back to the machine's clock.")
  )
)

/** The requests in the journal that match the query. */
export const Requests = Schema.Struct({
  requests: Schema.Array(Entry),
  /** Number of older requests that the journal no longer contains, because it was full. */
  dropped: Schema.Int
}).annotate({ identifier: "Requests" })

/** The error of a failed assertion: an `ErrorBody` that also describes the nearest request. */
export const ExpectationError = Schema.Struct({
  message: Schema.String,
  code: Schema.Literal("emulator.expectation.failed"),
  status: Schema.Literal(409),
  contextId: Schema.String,
  details: Schema.Array(Schema.Json),
  errors: Schema.Array(Schema.Json),
  /** Number of requests that match the expectation. */
  matched: Schema.Int,
  /** Number of requests in the journal. */
  recorded: Schema.Int,
  nearest: Schema.optional(Nearest)
})
  .annotate({ identifier: "ExpectationError" })
  .pipe(HttpApiSchema.status(409))

const journal = HttpApiGroup.make("journal").add(
  HttpApiEndpoint.get("listRequests", "/journal", {
    query: {
      operation: Schema.optional(Operation),
      method: Schema.optional(Schema.String),
      path: Schema.optional(Schema.String),
      status: Schema.optional(Schema.Int),
      fault: Schema.optional(Schema.String)
    },
    success: Requests
  }).annotateMerge(summary("List the recorded requests, in the order of their answers.")),
  HttpApiEndpoint.post("assertRequests", "/journal/assertions", {
    payload: Expectation,
    success: Schema.Struct({ matched: Schema.Int }),
    error: ExpectationError
  }).annotateMerge(summary("Check that the expected requests were made. If not, 409 describes the nearest request.")),
  HttpApiEndpoint.delete("clearJournal", "/journal", { success: HttpApiSchema.NoContent }).annotateMerge(
    summary("Clear the journal.")
  )
)

const everything = HttpApiGroup.make("everything", { topLevel: true }).add(
  HttpApiEndpoint.post("reset", "/reset", { success: HttpApiSchema.NoContent }).annotateMerge(
    summary(
      "Restore the state from the start of the emulator: organization, rate limit, faults and clock. Clear the journal."
    )
  )
)

/** The contract of the control routes. `/__emulator/openapi.json` is generated from it. */
export class ControlApi extends HttpApi.make("EmulatorControl")
  .add(faults, organization, rateLimit, clock, journal, everything)
  .middleware(ControlRequest)
  .prefix(ControlPath.path)
  .annotate(HttpApi.ParseOptions, { onExcessProperty: "error" })
  .annotateMerge(
    OpenApi.annotations({
      title: "Control of the Genesys Cloud License API emulator",
      version: "1"
    })
  ) {}
