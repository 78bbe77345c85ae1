/**
 * What every request goes through, whatever it asks for: it gets a correlation
 * id, an `ErrorBody` in place of any failure, and a line in the journal.
 */
import * as ByteSize from "effect/ByteSize"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { MaxBodySize } from "effect/http/HttpIncomingMessage"
import * as HttpRouter from "effect/http/HttpRouter"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Random from "effect/Random"
import * as ErrorResponse from "./ErrorResponse.ts"
import { Gateway } from "./Gateway.ts"
import { Journal } from "./Journal.ts"
import * as Uuid from "./Uuid.ts"

export const layer = HttpRouter.middleware(
  Effect.gen(function* () {
    const gateway = yield* Gateway
    const journal = yield* Journal
    const random = yield* Random.Random

    return (answer) =>
      Effect.gen(function* () {
        const { method, url } = yield* HttpServerRequest
        const at = yield* Clock.currentTimeMillis
        const correlationId = Uuid.next(random)
        const operation = gateway.operationAt(method, url)
        const [path = "", search] = url.split("?", 2)
        // Only the operations have a query that is known to hold no secret.
        const query =
          operation === undefined || operation === "token" ? {} : Object.fromEntries(new URLSearchParams(search))

        return yield* answer.pipe(
          Effect.catchCause(ErrorResponse.fromCause),
          Effect.map(HttpServerResponse.setHeader("ININ-Correlation-Id", correlationId)),
          Effect.onExit((exit) => {
            const status = Exit.isSuccess(exit) ? exit.value.status : undefined
            return journal.record({ at, method, path, query, operation, status, correlationId })
          }),
          Effect.provideService(ErrorResponse.CorrelationId, correlationId),
          Effect.provideService(MaxBodySize, ByteSize.bytes(ErrorResponse.maximumBytes))
        )
      })
  }),
  { global: true }
)
