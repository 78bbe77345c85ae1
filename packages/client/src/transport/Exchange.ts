/**
 * One attempt: sends a request, reads the whole answer under the cap, and tells
 * an answer that can be used (2xx, well-formed UTF-8) from a reason to fail.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import { LicenseError, type Reason, UnexpectedResponse } from "../LicenseError.ts"
import * as Metrics from "../Metrics.ts"
import * as BodyLimit from "./BodyLimit.ts"
import { Call, withoutSecrets } from "./Call.ts"
import * as ConnectionFailure from "./ConnectionFailure.ts"
import * as ErrorResponse from "./ErrorResponse.ts"
import type * as RateWindow from "./RateWindow.ts"

export interface Options {
  readonly maxResponseBytes: number
  /** Half of what is left of it is how long the body of an error is waited for: the status alone says enough. */
  readonly attemptTimeout: Effect.Effect<Duration.Input>
  readonly window: RateWindow.RateWindow
}

/** A client whose answers are whole, usable and in memory. */
export const make = (self: HttpClient.HttpClient, options: Options): HttpClient.HttpClient.With<LicenseError, Call> =>
  HttpClient.makeWith(
    Effect.flatMap((request) => traced(exchange(self, request, options), request)),
    Effect.succeed<HttpClientRequest>
  )

const exchange = Effect.fnUntraced(function* (
  self: HttpClient.HttpClient,
  request: HttpClientRequest,
  { attemptTimeout, maxResponseBytes, window }: Options
) {
  const call = yield* Call
  const fail = (reason: Reason) => Effect.fail(new LicenseError({ operation: call.operation, reason }))

  call.attempts += 1
  call.maybeProcessed = true
  call.body = undefined
  yield* Metrics.count(Metrics.requests, call.operation)
  const beganMillis = yield* Clock.currentTimeMillis
  const response = yield* Effect.catch(self.execute(request), (error) => {
    const reason = ConnectionFailure.classify(error)
    if (reason._tag === "InvalidRequest" || reason.phase !== "exchange") call.maybeProcessed = false
    return fail(reason)
  })

  const { headers, status } = response
  const nowMillis = yield* Clock.currentTimeMillis
  const correlationId = headers["inin-correlation-id"] ?? headers["genesys-correlation-id"]
  call.correlationId = correlationId && withoutSecrets(call, correlationId)
  yield* Effect.annotateCurrentSpan("http.response.status_code", status)
  window.observe(headers, nowMillis)
  // A refusal is definite: the request was not carried out.
  if (status >= 300 && status < 500 && status !== 408) call.maybeProcessed = false

  const read = BodyLimit.collect(response, maxResponseBytes)
  if (status < 200 || status >= 300) {
    const elapsed = Duration.millis(nowMillis - beganMillis)
    const left = Duration.subtract(Duration.fromInputUnsafe(yield* attemptTimeout), elapsed)
    const patience = Duration.times(left, 0.5)
    const bytes = Option.flatten(yield* Effect.timeoutOption(Effect.option(read), patience))
    call.body = Option.isSome(bytes) ? decodeUtf8(bytes.value) : undefined
    const text = withoutSecrets(call, call.body ?? "")
    const reason = ErrorResponse.reason({ status, headers, text, permissions: call.permissions, nowMillis })
    if ("body" in reason) call.correlationId ??= reason.body?.contextId
    return yield* fail(reason)
  }

  const bytes = yield* Effect.catch(read, (error) =>
    fail(error._tag === "ResponseTooLarge" ? error : ConnectionFailure.classify(error))
  )
  call.body = decodeUtf8(bytes)
  if (call.body === undefined) return yield* fail(new UnexpectedResponse({ problem: "it is not UTF-8 text" }))
  return inMemory(response, bytes)
})

/**
 * A span of our own for the attempt. That of the platform is switched off: it holds
 * the whole URL, and on failure whatever bytes the platform choked on. Our trace
 * ids are no business of the server's either.
 */
const traced = (
  attempt: Effect.Effect<HttpClientResponse, LicenseError, Call>,
  request: HttpClientRequest
): Effect.Effect<HttpClientResponse, LicenseError, Call> =>
  Effect.flatMap(Call, ({ attempts, operation }) =>
    attempt.pipe(
      Effect.updateContext((context: Context.Context<Call>) => withoutRedirects(context)),
      Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
      Effect.withSpan(`HTTP ${request.method}`, {
        kind: "client",
        attributes: {
          "genesys.operation": operation,
          "http.request.method": request.method,
          "http.request.resend_count": attempts
        }
      })
    )
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
