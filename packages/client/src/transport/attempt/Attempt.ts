/**
 * One attempt: sends a request, and reads the complete response up to `maxResponseBytes`. A
 * response that is not 2xx, UTF-8 and (where expected) JSON becomes an error.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import { isHttpClientError } from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import type * as Tracer from "effect/Tracer"
import { ConnectionFailed, GenesysError, type Reason } from "../../errors/GenesysError.ts"
import * as Metrics from "../call/Metrics.ts"
import * as BodyLimit from "./BodyLimit.ts"
import * as BodyText from "./BodyText.ts"
import { type Call, type Send, unexpected, withoutSecrets } from "../call/Call.ts"
import * as ConnectionFailure from "./ConnectionFailure.ts"
import * as InBetween from "./InBetween.ts"
import * as Refusal from "./Refusal.ts"
import type * as RateWindow from "../limits/RateWindow.ts"
import * as Spans from "../call/Spans.ts"

export interface Options {
  /** Scheme, host and path prefix, without a trailing slash. */
  readonly base: string
  readonly maxResponseBytes: number
  readonly window: RateWindow.RateWindow
}

/** Sends requests through the platform's client. */
export const make = (http: HttpClient.HttpClient, { base, maxResponseBytes, window }: Options): Send => {
  const platformContext = makePlatformContext()
  const { host } = new URL(base)
  const exchange = (request: HttpClientRequest.HttpClientRequest, call: Call, span?: Tracer.Span) => {
    const { clock } = call
    call.attempts += 1
    call.sent = request.headers
    call.maybeProcessed = true
    call.body = undefined
    Metrics.count(Metrics.requests, call)
    const beganMillis = clock.currentTimeMillisUnsafe()
    const answered = (response: HttpClientResponse) => {
      const nowMillis = clock.currentTimeMillisUnsafe()
      const { headers, status } = response
      call.correlationId = headers["inin-correlation-id"] ?? headers["genesys-correlation-id"]
      span?.attribute("http.response.status_code", status)
      window.observe(headers, nowMillis)
      // With these statuses, the server certainly did not process the request.
      if ((status >= 300 && status < 500 && status !== 408) || status === 511) call.maybeProcessed = false

      const read = BodyLimit.collect(response, maxResponseBytes, headers)
      const encoding = headers["content-encoding"]
      const textOf = (bytes: Uint8Array) => BodyText.decode(bytes, encoding, maxResponseBytes)
      if (status >= 200 && status < 300) return accepted(response, read, textOf, call)
      // Waits only half of the time that is left, because the status alone says enough.
      const left = Duration.subtract(call.options.attemptTimeout, Duration.millis(nowMillis - beganMillis))
      const body = Effect.timeoutOption(Effect.option(Effect.flatMap(read, textOf)), Duration.times(left, 0.5))
      return Effect.flatMap(body, (text) => refused({ status, headers, nowMillis }, Option.flatten(text), call))
    }
    return Effect.matchEffect(http.execute(request), {
      onFailure: (error) => {
        // A client that a program has wrapped may fail with an error that its type does not name.
        if (!isHttpClientError(error)) return fail(call, new ConnectionFailed({ phase: "exchange", host }))
        // A wrapped client may fail on a status that is not 2xx. It is still a response.
        if (error.reason._tag === "StatusCodeError") return answered(error.reason.response)
        const reason = ConnectionFailure.classify(error)
        if (!ConnectionFailure.mayHaveArrived(reason)) call.maybeProcessed = false
        return fail(call, reason)
      },
      onSuccess: answered
    })
  }

  return (request, call) =>
    Effect.updateContext(
      Effect.withFiber((fiber) =>
        Spans.use(fiber, `HTTP ${request.method}`, spanOptions(request, call), (span) =>
          exchange(addressed(request, call, base), call, span)
        )
      ),
      platformContext
    )
}

const fail = ({ operation }: Call, reason: Reason) => Effect.fail(new GenesysError({ operation, reason }))

/** Reads the complete body of a 2xx response. */
const accepted = (
  response: HttpClientResponse,
  read: ReturnType<typeof BodyLimit.collect>,
  textOf: (bytes: Uint8Array) => ReturnType<typeof BodyText.decode>,
  call: Call
): Effect.Effect<HttpClientResponse, GenesysError> =>
  Effect.matchEffect(read, {
    onFailure: (error) => fail(call, error._tag === "ResponseTooLarge" ? error : ConnectionFailure.classify(error)),
    onSuccess: (bytes) => {
      const text = BodyText.plain(bytes)
      if (text !== undefined) return readable(response, text, call)
      return Effect.matchEffect(textOf(bytes), {
        onFailure: (reason) => fail(call, reason),
        onSuccess: (text) => readable(response, text, call)
      })
    }
  })

/** Parses the document of a 2xx response, if one is expected. */
const readable = (response: HttpClientResponse, text: string, call: Call) => {
  call.body = text
  if (response.status !== call.documentStatus) return Effect.succeed(response)
  try {
    call.document = JSON.parse(text)
    return Effect.succeed(response)
  } catch {
    const problem = InBetween.isPage(text) ? InBetween.page : "it is not complete JSON"
    return Effect.fail(unexpected(call, problem, { isUnreadable: true }))
  }
}

/** Fails with the reason for a status that is not 2xx. The body may be missing. */
const refused = (
  answer: Pick<Parameters<typeof Refusal.reason>[0], "headers" | "nowMillis" | "status">,
  body: Option.Option<string>,
  call: Call
) => {
  call.body = Option.getOrUndefined(body)
  const text = withoutSecrets(call, call.body ?? "")
  const reason = Refusal.reason({ ...answer, text, permissions: call.permissions })
  if ("body" in reason) call.correlationId ??= reason.body?.contextId
  return fail(call, reason)
}

/** The request with its full URL and the headers of the call. */
const addressed = (
  { body, hash, headers, method, url, urlParams }: HttpClientRequest.HttpClientRequest,
  call: Call,
  base: string
) =>
  HttpClientRequest.makeWith(
    method,
    `${base}${url}`,
    urlParams,
    hash,
    Headers.merge(call.options.headers, headers),
    body
  )

const spanOptions = ({ method }: HttpClientRequest.HttpClientRequest, { attempts, operation }: Call) => ({
  kind: "client" as const,
  attributes: {
    "genesys.operation": operation,
    "http.request.method": method,
    "http.request.resend_count": attempts
  }
})

/**
 * Turns off two features of the platform's client:
 *
 * - Its spans, because they contain the whole URL and, after a failure, unreadable bytes of the
 *   response. This also keeps trace ids from being sent to the server.
 * - Redirects, because fetch would send the token along.
 */
const makePlatformContext = () => {
  // Remembered, because most calls have the same context as the call before.
  let last: { readonly context: Context.Context<never>; readonly adjusted: Context.Context<never> } | undefined
  return (context: Context.Context<never>): Context.Context<never> => {
    if (last?.context !== context) {
      const init = Context.getOrUndefined(context, FetchHttpClient.RequestInit)
      const adjusted = context.pipe(
        Context.add(HttpClient.TracerDisabledWhen, () => true),
        Context.add(FetchHttpClient.RequestInit, { ...init, redirect: "manual" })
      )
      last = { context, adjusted }
    }
    return last.adjusted
  }
}
