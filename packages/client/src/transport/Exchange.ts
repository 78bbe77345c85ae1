/**
 * One attempt: sends a request, reads the whole answer under the cap, and tells
 * an answer that can be used (2xx, well-formed UTF-8) from a reason to fail.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import type * as Tracer from "effect/Tracer"
import { LicenseError, type Reason, UnexpectedResponse } from "../LicenseError.ts"
import * as Metrics from "../Metrics.ts"
import * as BodyLimit from "./BodyLimit.ts"
import { type Call, withoutSecrets } from "./Call.ts"
import * as ConnectionFailure from "./ConnectionFailure.ts"
import * as ErrorResponse from "./ErrorResponse.ts"
import type * as RateWindow from "./RateWindow.ts"
import type { Send } from "./Send.ts"

export interface Options {
  /** Scheme, host and prefix, without a slash at the end. */
  readonly base: string
  readonly userAgent: string
  readonly maxResponseBytes: number
  readonly window: RateWindow.RateWindow
}

/** Sends through the platform's client. */
export const make = (http: HttpClient.HttpClient, { base, maxResponseBytes, userAgent, window }: Options): Send => {
  const exchange = Effect.fnUntraced(function* (
    request: HttpClientRequest.HttpClientRequest,
    call: Call["Service"],
    span: Tracer.Span
  ) {
    const fail = (reason: Reason) => Effect.fail(new LicenseError({ operation: call.operation, reason }))

    call.attempts += 1
    call.maybeProcessed = true
    call.body = undefined
    yield* Metrics.count(Metrics.requests, call.operation)
    const clock = yield* Clock.Clock
    const beganMillis = clock.currentTimeMillisUnsafe()
    const response = yield* Effect.catch(http.execute(request), (error) => {
      const reason = ConnectionFailure.classify(error)
      if (reason._tag === "InvalidRequest" || reason.phase !== "exchange") call.maybeProcessed = false
      return fail(reason)
    })

    const { headers, status } = response
    const nowMillis = clock.currentTimeMillisUnsafe()
    const correlationId = headers["inin-correlation-id"] ?? headers["genesys-correlation-id"]
    call.correlationId = correlationId && withoutSecrets(call, correlationId)
    span.attribute("http.response.status_code", status)
    window.observe(headers, nowMillis)
    // A refusal is definite: the request was not carried out.
    if (status >= 300 && status < 500 && status !== 408) call.maybeProcessed = false

    const read = BodyLimit.collect(response, maxResponseBytes, headers)
    if (status < 200 || status >= 300) {
      // Half of what is left: the status alone says enough.
      const left = Duration.subtract(call.options.attemptTimeout, Duration.millis(nowMillis - beganMillis))
      const bytes = Option.flatten(yield* Effect.timeoutOption(Effect.option(read), Duration.times(left, 0.5)))
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
    return response
  })

  return (request, call) =>
    Effect.useSpan(`HTTP ${request.method}`, spanOptions(request, call), (span) =>
      Effect.updateContext(exchange(addressed(request, call, base, userAgent), call, span), withoutItsOwnWays)
    )
}

const accept = Headers.fromInput({ accept: "application/json" })

/** The request as it is sent. The query becomes part of the URL here: platforms add it parameter by parameter. */
const addressed = (
  { body, hash, headers, method, url, urlParams }: HttpClientRequest.HttpClientRequest,
  call: Call["Service"],
  base: string,
  userAgent: string
) => {
  const query = UrlParams.toString(urlParams)
  return HttpClientRequest.makeWith(
    method,
    query === "" ? `${base}${url}` : `${base}${url}?${query}`,
    UrlParams.empty,
    hash,
    Headers.set(Headers.merge(Headers.merge(accept, call.options.headers), headers), "user-agent", userAgent),
    body
  )
}

const spanOptions = ({ method }: HttpClientRequest.HttpClientRequest, { attempts, operation }: Call["Service"]) => ({
  kind: "client" as const,
  attributes: {
    "genesys.operation": operation,
    "http.request.method": method,
    "http.request.resend_count": attempts
  }
})

/**
 * The platform makes no spans: its own hold the whole URL, and on failure whatever
 * bytes it choked on; and our trace ids are no business of the server's. It follows
 * no redirects either: fetch would, and take the token along.
 */
const withoutItsOwnWays = (context: Context.Context<never>): Context.Context<never> => {
  const init = Context.getOrUndefined(context, FetchHttpClient.RequestInit)
  return context.pipe(
    Context.add(HttpClient.TracerDisabledWhen, () => true),
    Context.add(FetchHttpClient.RequestInit, { ...init, redirect: "manual" })
  )
}

const utf8 = new TextDecoder("utf-8", { fatal: true })

const decodeUtf8 = (bytes: ArrayBuffer): string | undefined => {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
