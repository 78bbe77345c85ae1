/**
 * One attempt: sends a request, reads the whole answer under the cap, and tells
 * an answer that can be used (2xx, well-formed UTF-8) from a reason to fail.
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
  /** Scheme, host and prefix, without a slash at the end. */
  readonly base: string
  readonly maxResponseBytes: number
  readonly window: RateWindow.RateWindow
}

/** Sends through the platform's client. */
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
      // A refusal is definite: the request was not carried out.
      if ((status >= 300 && status < 500 && status !== 408) || status === 511) call.maybeProcessed = false

      const read = BodyLimit.collect(response, maxResponseBytes, headers)
      const encoding = headers["content-encoding"]
      const textOf = (bytes: Uint8Array) => BodyText.decode(bytes, encoding, maxResponseBytes)
      if (status >= 200 && status < 300) return accepted(response, read, textOf, call)
      // Half of the time that is left, because the status alone says enough.
      const left = Duration.subtract(call.options.attemptTimeout, Duration.millis(nowMillis - beganMillis))
      const body = Effect.timeoutOption(Effect.option(Effect.flatMap(read, textOf)), Duration.times(left, 0.5))
      return Effect.flatMap(body, (text) => refused({ status, headers, nowMillis }, Option.flatten(text), call))
    }
    return Effect.matchEffect(http.execute(request), {
      onFailure: (error) => {
        // A client with a rate limiter, for example, may fail with an error that its type does not name.
        if (!isHttpClientError(error)) return fail(call, new ConnectionFailed({ phase: "exchange", host }))
        // The client fails on non-2xx by itself. That is still an answer.
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

/** The whole of a 2xx answer. */
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

/** The answer with its document, where one was promised. */
const readable = (response: HttpClientResponse, text: string, call: Call) => {
  call.body = text
  if (response.status !== call.documentStatus) return Effect.succeed(response)
  try {
    call.document = JSON.parse(text)
    return Effect.succeed(response)
  } catch {
    const problem = InBetween.isPage(text) ? InBetween.page : "it is no whole JSON document"
    return Effect.fail(unexpected(call, problem, { isUnreadable: true }))
  }
}

/** The reason that any other answer stands for, with as much of it as has come. */
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

/** The request as it is sent. */
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
 * Switches two features of the platform off. Its spans, because they hold the whole URL, and
 * on failure the bytes that it could not read; without them our trace ids do not go to the
 * server, either. And redirects, because fetch would take the token along.
 */
const makePlatformContext = () => {
  // Most calls come from the same context as the one before.
  let last: { readonly context: Context.Context<never>; readonly without: Context.Context<never> } | undefined
  return (context: Context.Context<never>): Context.Context<never> => {
    if (last?.context !== context) {
      const init = Context.getOrUndefined(context, FetchHttpClient.RequestInit)
      const without = context.pipe(
        Context.add(HttpClient.TracerDisabledWhen, () => true),
        Context.add(FetchHttpClient.RequestInit, { ...init, redirect: "manual" })
      )
      last = { context, without }
    }
    return last.without
  }
}
