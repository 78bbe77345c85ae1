/**
 * A server of one test: an `HttpClient` that answers as the test says, without
 * sockets, and that remembers every request and when it came.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import { HttpClientError, TransportError } from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as Canary from "./Canary.ts"

/** A request as it arrived. */
export interface Sent {
  /** In milliseconds of the `Clock`. */
  readonly at: number
  readonly method: string
  readonly url: URL
  readonly headers: { readonly [name: string]: string | undefined }
  /** The text of the body; empty when there is none. */
  readonly body: string
  /** The caller went away before it had the head of the answer. */
  aborted: boolean
}

/** What becomes of a request. */
export type Answer = (request: HttpClientRequest, sent: Sent) => Effect.Effect<HttpClientResponse, HttpClientError>

/** An answer for each request in turn, the last one for all that follow; or one that depends on the request. */
export type Script = ReadonlyArray<Answer> | ((sent: Sent, attempt: number) => Answer)

type Fields = Readonly<Record<string, string>>

/** A whole answer. */
export const reply =
  (status: number, body = "", headers: Fields = {}): Answer =>
  (request) =>
    Effect.sync(() =>
      HttpServerResponse.toClientResponse(HttpServerResponse.text(body, { status, headers }), { request })
    )

/** 200 and JSON. */
export const json = (value: unknown, headers: Fields = {}): Answer =>
  reply(200, JSON.stringify(value), { "content-type": "application/json", ...headers })

/** Headers at once, and a body that comes as the stream does. */
export const streamed =
  (status: number, body: Stream.Stream<Uint8Array, Error>, headers: Fields = {}): Answer =>
  (request) =>
    Effect.sync(() =>
      HttpServerResponse.toClientResponse(HttpServerResponse.stream(body, { status, headers }), { request })
    )

/** No answer: the platform fails with this cause, or with one that has this code. */
export const failure =
  (cause: unknown): Answer =>
  (request) =>
    Effect.fail(
      new HttpClientError({
        reason: new TransportError({
          request,
          cause: typeof cause === "string" ? Object.assign(new Error("fetch failed"), { code: cause }) : cause
        })
      })
    )

/** Nobody listens: the request was certainly not sent. */
export const refusedConnection = failure("ECONNREFUSED")
/** The connection broke after the request had gone out. */
export const reset = failure("ECONNRESET")
/** Silence. */
export const silence: Answer = () => Effect.never

/** The same answer, so much later. */
export const late =
  (duration: Duration.Input, answer: Answer): Answer =>
  (request, sent) =>
    Effect.delay(answer(request, sent), duration)

/** The token endpoint of a test that is not about tokens: those of `Canary.token`, good for a day. */
export const tokens: Script = (_, attempt) =>
  json({ access_token: Canary.token(attempt), token_type: "bearer", expires_in: 86_400 })

const isToken = ({ url }: Sent) => url.pathname.endsWith("/oauth/token")

export class StubApi extends Context.Service<
  StubApi,
  {
    /** All requests, in the order of their arrival. */
    readonly requests: ReadonlyArray<Sent>
    /** Those to the API. */
    readonly api: ReadonlyArray<Sent>
    /** Those to the token endpoint. */
    readonly token: ReadonlyArray<Sent>
    /** When those to the API came, in milliseconds. */
    readonly times: ReadonlyArray<number>
  }
>()("test/support/StubApi") {
  /** `attempt` counts the requests to the API, and those to the token endpoint, from 1. */
  static readonly layer = (scripts: {
    readonly api: Script
    /** Default: {@link tokens}. */
    readonly token?: Script | undefined
  }): Layer.Layer<StubApi | HttpClient.HttpClient> =>
    Layer.suspend(() => {
      const requests: Array<Sent> = []
      const service = StubApi.of({
        get requests() {
          return requests
        },
        get api() {
          return requests.filter((sent) => !isToken(sent))
        },
        get token() {
          return requests.filter(isToken)
        },
        get times() {
          return requests.filter((sent) => !isToken(sent)).map(({ at }) => at)
        }
      })
      const client = HttpClient.make((request, url) =>
        Effect.flatMap(Clock.currentTimeMillis, (at) => {
          const body = request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : ""
          const sent: Sent = { at, method: request.method, url, headers: request.headers, body, aborted: false }
          requests.push(sent)
          const script = isToken(sent) ? (scripts.token ?? tokens) : scripts.api
          const attempt = isToken(sent) ? service.token.length : service.api.length
          const answer = typeof script === "function" ? script(sent, attempt) : (script[attempt - 1] ?? script.at(-1))
          if (answer === undefined) return Effect.die(new Error(`No answer for ${sent.method} ${url.pathname}`))
          return Effect.onInterrupt(answer(request, sent), () => Effect.sync(() => (sent.aborted = true)))
        })
      )
      return Layer.mergeAll(Layer.succeed(StubApi, service), Layer.succeed(HttpClient.HttpClient, client))
    })
}
