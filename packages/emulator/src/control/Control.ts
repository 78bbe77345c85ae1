/**
 * The handlers of the control routes. Each route calls the service that a test in the same process would call.
 */
import { quote } from "@genesys-license/schema/Quote"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import { ControlApi as Api } from "./ControlApi.ts"
import { ControlRequest } from "./ControlRequest.ts"
import { EmulatorClock } from "../EmulatorClock.ts"
import * as ControlPath from "../gateway/ControlPath.ts"
import * as ErrorResponse from "../gateway/ErrorResponse.ts"
import * as Expectation from "../journal/Expectation.ts"
import { Faults } from "../faults/Faults.ts"
import { Journal } from "../journal/RequestJournal.ts"
import { OAuth } from "../oauth/OAuth.ts"
import { Organization } from "../organization/Organization.ts"
import { RateWindow } from "../oauth/RateWindow.ts"
import * as State from "./State.ts"

const faults = HttpApiBuilder.group(
  Api,
  "faults",
  Effect.fnUntraced(function* (handlers) {
    const faults = yield* Faults
    return handlers.handleAll({
      listFaults: () => faults.rules,
      addFaults: ({ payload }) =>
        Effect.andThen(faults.add(...("fault" in payload ? [payload] : payload)), faults.rules),
      replaceFaults: ({ payload }) =>
        faults.clear.pipe(Effect.andThen(faults.add(...payload)), Effect.andThen(faults.rules)),
      clearFaults: () => faults.clear,
      removeFault: Effect.fnUntraced(function* ({ params }) {
        return (yield* faults.remove(params.name)) ? undefined : yield* noSuchFault(params.name)
      })
    })
  })
)

const noSuchFault = (name: string) =>
  ErrorResponse.respond(
    404,
    "not.found",
    `There is no fault rule named ${quote(name)}. GET ${ControlPath.path}/faults lists the rules.`
  )

const organization = HttpApiBuilder.group(
  Api,
  "organization",
  Effect.fnUntraced(function* (handlers) {
    const provide = Effect.provideContext(yield* Effect.context<Organization | OAuth | RateWindow>())
    const oauth = yield* OAuth
    return handlers.handleAll({
      exportOrganization: () =>
        Effect.map(provide(State.exportDocument), (document) => HttpServerResponse.jsonUnsafe(document)),
      importOrganization: ({ payload }) =>
        provide(State.importDocument(payload)).pipe(
          Effect.catchTag("InvalidOrganization", ({ message, path }) => ErrorResponse.invalidField(path, message))
        ),
      resetOrganization: () => provide(State.reset),
      revokeTokens: () => oauth.revokeAll
    })
  })
)

const rateLimit = HttpApiBuilder.group(
  Api,
  "rateLimit",
  Effect.fnUntraced(function* (handlers) {
    const rateWindow = yield* RateWindow
    return handlers.handleAll({
      getRateLimit: () =>
        Effect.map(rateWindow.limit, ({ requests, window }) => ({
          requests,
          window: Duration.fromInputUnsafe(window)
        })),
      setRateLimit: ({ payload }) => rateWindow.configure(payload),
      resetRateLimit: () => rateWindow.reset
    })
  })
)

const clock = HttpApiBuilder.group(
  Api,
  "clock",
  Effect.fnUntraced(function* (handlers) {
    const clock = yield* EmulatorClock
    const state = Effect.gen(function* () {
      return { now: yield* clock.apply(DateTime.now), aheadMillis: Duration.toMillis(yield* clock.ahead) }
    })
    return handlers.handleAll({
      getClock: () => state,
      advanceClock: ({ payload }) =>
        clock.advance(Duration.fromInputUnsafe(payload.by as Duration.Input)).pipe(
          Effect.andThen(state),
          Effect.catchTag("TooFarAhead", ({ message }) => ErrorResponse.invalidField("by", message))
        ),
      resetClock: () => Effect.andThen(clock.reset, state)
    })
  })
)

const journal = HttpApiBuilder.group(
  Api,
  "journal",
  Effect.fnUntraced(function* (handlers) {
    const journal = yield* Journal
    return handlers.handleAll({
      listRequests: ({ query }) =>
        Effect.map(Effect.all([journal.requests, journal.dropped]), ([requests, dropped]) => ({
          requests: Expectation.filter(query, requests),
          dropped
        })),
      assertRequests: ({ payload }) =>
        journal.verify(payload).pipe(
          Effect.map((matching) => ({ matched: matching.length })),
          Effect.catchTag("ExpectationFailed", ({ matched, message, nearest, recorded }) =>
            ErrorResponse.respond(409, "emulator.expectation.failed", message, { body: { matched, recorded, nearest } })
          )
        ),
      clearJournal: () => journal.clear
    })
  })
)

const everything = HttpApiBuilder.group(
  Api,
  "everything",
  Effect.fnUntraced(function* (handlers) {
    const reset = Effect.all([State.reset, resetTestState], { discard: true }).pipe(
      Effect.provideContext(
        yield* Effect.context<Organization | OAuth | RateWindow | Faults | Journal | EmulatorClock>()
      )
    )
    return handlers.handleAll({ reset: () => reset })
  })
)

const resetTestState = Effect.gen(function* () {
  yield* (yield* Faults).reset
  yield* (yield* EmulatorClock).reset
  yield* (yield* Journal).clear
})

/** Adds the control routes to a router, and their OpenAPI document at `/__emulator/openapi.json`. */
export const layer = HttpApiBuilder.layer(Api, { openapiPath: `${ControlPath.path}/openapi.json` }).pipe(
  Layer.provide([faults, organization, rateLimit, clock, journal, everything]),
  Layer.provide([ControlRequest.layer, HttpServer.layerServices])
)
