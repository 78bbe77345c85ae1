/**
 * The steps that are common to all requests: every request gets a correlation id, the
 * faults that are due, an `ErrorBody` for any failure, and an entry in the journal.
 * Requests to the control routes get only the `ErrorBody`.
 */
import * as ByteSize from "effect/ByteSize"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { MaxBodySize } from "effect/http/HttpIncomingMessage"
import * as HttpRouter from "effect/http/HttpRouter"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as UrlParams from "effect/http/UrlParams"
import * as Random from "effect/Random"
import type * as Schema from "effect/Schema"
import * as AnswerHeaders from "./gateway/AnswerHeaders.ts"
import { Connection } from "./gateway/Connection.ts"
import * as ControlPath from "./gateway/ControlPath.ts"
import { EmulatorClock } from "./EmulatorClock.ts"
import * as ErrorResponse from "./gateway/ErrorResponse.ts"
import * as FaultInjection from "./faults/FaultInjection.ts"
import { Faults } from "./faults/Faults.ts"
import { Gateway } from "./gateway/Gateway.ts"
import { Journal } from "./journal/RequestJournal.ts"
import { ReceivedBody } from "./gateway/ReceivedBody.ts"
import * as RequestBody from "./gateway/RequestBody.ts"
import * as Uuid from "./Uuid.ts"

/** The middleware around all routes of a router. */
export const layer = HttpRouter.middleware(
  Effect.gen(function* () {
    const clock = yield* EmulatorClock
    const connection = yield* Connection
    const faults = yield* Faults
    const gateway = yield* Gateway
    const inject = yield* FaultInjection.make
    const journal = yield* Journal
    const random = yield* Random.Random

    return (answer) =>
      Effect.gen(function* () {
        const request = yield* HttpServerRequest
        const { method, url } = request
        const answerOrError = Effect.catchCause(answer, ErrorResponse.fromCause)
        if (ControlPath.isControl(url)) return yield* answerOrError

        const at = yield* clock.apply(Clock.currentTimeMillis)
        const correlationId = Uuid.next(random)
        const operation = gateway.operationAt(method, url)
        const [path = "", search] = url.split("?", 2)
        // Only the queries of operations are known to contain no secret.
        const query =
          operation === undefined || operation === "token"
            ? {}
            : UrlParams.toRecord(UrlParams.fromInput(new URLSearchParams(search)))
        const firing = faults.next({ operation, method, path, query })
        const received: (typeof ReceivedBody)["Service"] = { bytes: undefined }
        const headers = AnswerHeaders.make(correlationId)
        const withHeaders = Effect.map(answerOrError, (response) => HttpServerResponse.setHeaders(response, headers))

        return yield* (firing === undefined ? withHeaders : inject(firing, operation, withHeaders)).pipe(
          Effect.onExit((exit) => {
            const status = Exit.isSuccess(exit) ? exit.value.status : undefined
            const body = operation === undefined || operation === "token" ? undefined : journalBody(received.bytes)
            return journal.record({
              at,
              method,
              path,
              query,
              operation,
              status,
              correlationId,
              ...(body !== undefined && { body }),
              ...(firing !== undefined && { faults: firing.names })
            })
          }),
          // After the journal, so that a test finds the entry as soon as its connection breaks.
          Effect.catchTag("ConnectionLost", (lost) => connection.end(request, lost)),
          Effect.provideService(ErrorResponse.CorrelationId, correlationId),
          Effect.provideService(AnswerHeaders.AnswerHeaders, headers),
          Effect.provideService(ReceivedBody, received),
          Effect.provideService(MaxBodySize, ByteSize.bytes(ErrorResponse.maximumBytes))
        )
      })
  }),
  { global: true }
)

/** The journal does not keep larger bodies. */
const maximumJournalBytes = 64 * 1024

const journalBody = (bytes: ArrayBuffer | undefined): Schema.Json | undefined => {
  if (bytes === undefined || bytes.byteLength > maximumJournalBytes || RequestBody.isTooDeep(bytes)) return undefined
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
