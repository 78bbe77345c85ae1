/**
 * One attempt: sends a request, reads the whole answer under the cap, and tells
 * an answer that can be used (2xx, well-formed UTF-8) from a reason to fail.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import { LicenseError, type Reason, UnexpectedResponse } from "../LicenseError.ts"
import * as Metrics from "../Metrics.ts"
import * as BodyLimit from "./BodyLimit.ts"
import { Call, withoutSecrets } from "./Call.ts"
import * as ConnectionFailure from "./ConnectionFailure.ts"
import * as ErrorResponse from "./ErrorResponse.ts"
import type * as RateWindow from "./RateWindow.ts"

/** A client whose answers are whole, usable and in memory. */
export const make = (
  self: HttpClient.HttpClient,
  options: { readonly maxResponseBytes: number; readonly window: RateWindow.RateWindow }
): HttpClient.HttpClient.With<LicenseError, Call> =>
  HttpClient.makeWith(
    Effect.flatMap((request) =>
      Effect.gen(function* () {
        const call = yield* Call
        const clock = yield* Clock.Clock
        const fail = (reason: Reason) => Effect.fail(new LicenseError({ operation: call.operation, reason }))

        call.attempts += 1
        call.maybeProcessed = true
        call.body = undefined
        yield* Metrics.count(Metrics.requests, call.operation)
        const response = yield* Effect.catch(self.execute(request), (error) => {
          const reason = ConnectionFailure.classify(error)
          if (reason._tag === "InvalidRequest" || reason.phase !== "exchange") call.maybeProcessed = false
          return fail(reason)
        })

        const { headers, status } = response
        const nowMillis = clock.currentTimeMillisUnsafe()
        const correlationId = headers["inin-correlation-id"] ?? headers["genesys-correlation-id"]
        call.correlationId = correlationId && withoutSecrets(call, correlationId)
        options.window.observe(headers, nowMillis)
        // A refusal is definite: the request was not carried out.
        if (status >= 300 && status < 500 && status !== 408) call.maybeProcessed = false

        const isUsable = status >= 200 && status < 300
        const bytes = yield* Effect.catch(BodyLimit.collect(response, options.maxResponseBytes), (error) =>
          // What the status says holds without the body too.
          !isUsable
            ? Effect.succeed(new ArrayBuffer(0))
            : fail(error._tag === "ResponseTooLarge" ? error : ConnectionFailure.classify(error))
        )
        call.body = decodeUtf8(bytes)
        if (!isUsable) {
          const text = withoutSecrets(call, call.body ?? "")
          const reason = ErrorResponse.reason({ status, headers, text, permissions: call.permissions, nowMillis })
          if ("body" in reason) call.correlationId ??= reason.body?.contextId
          return yield* fail(reason)
        }
        if (call.body === undefined) return yield* fail(new UnexpectedResponse({ problem: "it is not UTF-8 text" }))
        return inMemory(response, bytes)
      }).pipe(
        Effect.updateContext((context: Context.Context<Call>) => withoutRedirects(context)),
        // Our trace ids are no business of the server's.
        Effect.provideService(HttpClient.TracerPropagationEnabled, false)
      )
    ),
    Effect.succeed<HttpClientRequest>
  )

/** The same answer, whose body has been read: what decodes it takes it from here. */
const inMemory = (response: HttpClientResponse, bytes: ArrayBuffer): HttpClientResponse =>
  Object.create(response, { arrayBuffer: { value: Effect.succeed(bytes) } }) as HttpClientResponse

const utf8 = new TextDecoder("utf-8", { fatal: true })

const decodeUtf8 = (bytes: ArrayBuffer): string | undefined => {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/** fetch follows redirects by itself, and would take the token along; other clients do not. */
const withoutRedirects = <R>(context: Context.Context<R>): Context.Context<R> => {
  const init = Context.getOrUndefined(context, FetchHttpClient.RequestInit)
  return Context.add(context, FetchHttpClient.RequestInit, { ...init, redirect: "manual" })
}
