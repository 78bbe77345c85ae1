/**
 * The routes below `/__emulator`, by which a test in any language makes requests go
 * wrong, moves time, changes the organization, and asks what has been called.
 *
 * Every program that reaches the emulator may use them: they need no token. They count
 * against no limit, meet no fault, and stand in no journal. No page in a browser may use
 * them: see `gateway/Browsers.ts`. Every error is an `ErrorBody`.
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

/** A rule and its counts. */
export const FaultCount = Schema.Struct({
  name: Schema.String,
  /** Requests that matched it. */
  matched: Schema.Int,
  /** Those that it happened to. */
  fired: Schema.Int,
  rule: FaultRule
}).annotate({ identifier: "FaultCount" })

const faults = HttpApiGroup.make("faults").add(
  HttpApiEndpoint.get("listFaults", "/faults", { success: Schema.Array(FaultCount) }).annotateMerge(
    summary("The rules in their order, and how often each has fired.")
  ),
  HttpApiEndpoint.post("addFaults", "/faults", {
    payload: Schema.Union([FaultRule, FaultRules]),
    success: Schema.Array(FaultCount)
  }).annotateMerge(summary("Adds a rule, or several, behind those that are there. One of the same name is replaced.")),
  HttpApiEndpoint.put("replaceFaults", "/faults", {
    payload: FaultRules,
    success: Schema.Array(FaultCount)
  }).annotateMerge(summary("Puts these rules in place of all others.")),
  HttpApiEndpoint.delete("clearFaults", "/faults", { success: HttpApiSchema.NoContent }).annotateMerge(
    summary("Removes all rules.")
  ),
  HttpApiEndpoint.delete("removeFault", "/faults/:name", {
    params: { name: Schema.String },
    success: HttpApiSchema.NoContent,
    error: errorOf(404)
  }).annotateMerge(summary("Removes one rule."))
)

const organization = HttpApiGroup.make("organization").add(
  HttpApiEndpoint.get("exportOrganization", "/organization", { success: OrganizationDocument }).annotateMerge(
    summary("The organization, its OAuth clients with their secrets, and the rate limit.")
  ),
  HttpApiEndpoint.put("importOrganization", "/organization", {
    payload: Schema.toEncoded(OrganizationDocument),
    success: HttpApiSchema.NoContent
  }).annotateMerge(summary("Puts another organization in place of this one. Who is logged in stays so.")),
  HttpApiEndpoint.post("resetOrganization", "/organization/reset", { success: HttpApiSchema.NoContent }).annotateMerge(
    summary("Goes back to the organization of the start.")
  ),
  HttpApiEndpoint.delete("revokeTokens", "/tokens", { success: HttpApiSchema.NoContent }).annotateMerge(
    summary("Ends all access tokens. Refresh tokens stay good.")
  )
)

const rateLimit = HttpApiGroup.make("rateLimit").add(
  HttpApiEndpoint.get("getRateLimit", "/rate-limit", { success: RateLimit }).annotateMerge(
    summary("The limit of tokens whose client has none of its own.")
  ),
  HttpApiEndpoint.put("setRateLimit", "/rate-limit", {
    payload: RateLimit,
    success: HttpApiSchema.NoContent
  }).annotateMerge(summary("Changes it from the next request on. Open windows keep what they have counted.")),
  HttpApiEndpoint.post("resetRateLimit", "/rate-limit/reset", { success: HttpApiSchema.NoContent }).annotateMerge(
    summary("Closes all windows, and goes back to the limit of the start.")
  )
)

/** Dates are in milliseconds. */
const WholeMillis = Span.check(
  Schema.makeFilter(
    (text) =>
      Option.exists(Duration.fromInput(text as Duration.Input), (by) => Number.isInteger(Duration.toMillis(by))),
    { expected: `whole milliseconds, such as "2 seconds" or "250 millis"` }
  )
)

/** The time by which tokens expire and windows close. */
export const ClockState = Schema.Struct({
  now: Schema.DateTimeUtcFromString,
  /** How far it is ahead of the machine's clock. */
  aheadMillis: Schema.Finite
}).annotate({ identifier: "ClockState" })

const clock = HttpApiGroup.make("clock").add(
  HttpApiEndpoint.get("getClock", "/clock", { success: ClockState }).annotateMerge(
    summary("The time by which tokens expire and rate windows close.")
  ),
  HttpApiEndpoint.post("advanceClock", "/clock/advance", {
    payload: Schema.Struct({ by: WholeMillis }),
    success: ClockState
  }).annotateMerge(summary("Moves it on. Latency and other waiting gets no shorter.")),
  HttpApiEndpoint.post("resetClock", "/clock/reset", { success: ClockState }).annotateMerge(
    summary("Goes back to the machine's clock.")
  )
)

/** The journal, or what was asked for of it. */
export const Requests = Schema.Struct({
  requests: Schema.Array(Entry),
  /** How many are no longer there, because newer ones took their place. */
  dropped: Schema.Int
}).annotate({ identifier: "Requests" })

/** The journal is not as expected: an `ErrorBody` which also says what came nearest. */
export const ExpectationError = Schema.Struct({
  message: Schema.String,
  code: Schema.Literal("emulator.expectation.failed"),
  status: Schema.Literal(409),
  contextId: Schema.String,
  details: Schema.Array(Schema.Json),
  errors: Schema.Array(Schema.Json),
  /** How many requests fit. */
  matched: Schema.Int,
  /** How many the journal has. */
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
  }).annotateMerge(summary("What was asked, in the order of the answers.")),
  HttpApiEndpoint.post("assertRequests", "/journal/assertions", {
    payload: Expectation,
    success: Schema.Struct({ matched: Schema.Int }),
    error: ExpectationError
  }).annotateMerge(summary("Whether requests were made as expected. When not, 409 says what came nearest.")),
  HttpApiEndpoint.delete("clearJournal", "/journal", { success: HttpApiSchema.NoContent }).annotateMerge(
    summary("Forgets all requests.")
  )
)

const everything = HttpApiGroup.make("everything", { topLevel: true }).add(
  HttpApiEndpoint.post("reset", "/reset", { success: HttpApiSchema.NoContent }).annotateMerge(
    summary("The organization, the limit, the faults and the clock of the start, and an empty journal.")
  )
)

/** The control routes as a contract: what `/__emulator/openapi.json` is printed from. */
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
