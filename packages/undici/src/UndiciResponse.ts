/**
 * A response of undici as an `HttpClientResponse`.
 */
import * as Effect from "effect/Effect"
import * as Cookies from "effect/http/Cookies"
import * as Headers from "effect/http/Headers"
import { DecodeError, HttpClientError, StatusCodeError } from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import { pipeArguments } from "effect/Pipeable"
import * as Stream from "effect/Stream"
import type { Body } from "./Body.ts"

/** What undici reports of a response. */
export interface Answer {
  readonly request: HttpClientRequest.HttpClientRequest
  readonly status: number
  /** With lower-case names, as undici reports them. */
  readonly headers: Record<string, string | Array<string> | undefined>
  readonly body: Body
}

/**
 * Closes the connection of a response that is dropped without being read. One that is being read
 * closes it itself when its reader is interrupted.
 */
const unread = new FinalizationRegistry<Body>((body) => body.abort())

export class UndiciResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpClientResponse.TypeId]: typeof HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly [HttpIncomingMessage.TypeId]: typeof HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly request: HttpClientRequest.HttpClientRequest
  readonly status: number
  readonly headers: Headers.Headers
  readonly remoteAddress = Option.none<string>()
  readonly #setCookie: string | ReadonlyArray<string>
  readonly #body: Body
  #isWatched = false

  constructor({ body, headers, request, status }: Answer) {
    super()
    this.request = request
    this.status = status
    this.headers = Headers.fromInput(headers)
    this.#setCookie = headers["set-cookie"] ?? []
    this.#body = body
  }

  /**
   * Aborts the body when this response is garbage collected, unless the body has arrived or a
   * reader waits for it. That saves about 20 µs for each response that need not be watched.
   */
  watch(): void {
    if (this.#body.isOver || this.#body.isAwaited) return
    this.#isWatched = true
    unread.register(this, this.#body, this)
  }

  get url(): string {
    const url = Option.getOrUndefined(HttpClientRequest.toUrl(this.request))
    if (url === undefined) return ""
    url.hash = ""
    return url.href
  }

  get cookies(): Cookies.Cookies {
    return Cookies.fromSetCookie(this.#setCookie)
  }

  get stream(): Stream.Stream<Uint8Array, HttpClientError> {
    return Stream.fromPull(Effect.succeed(this.#body.pull)).pipe(
      Stream.mapError((cause) => this.#decodeError(cause)),
      Stream.ensuring(Effect.sync(() => this.#body.abort())),
      Stream.ensuring(Effect.sync(() => this.#unwatch()))
    )
  }

  /** The whole body. If it arrived in one chunk, that chunk itself, without a copy: do not modify it. */
  get bytes(): Effect.Effect<Uint8Array, HttpClientError> {
    const bytes = Effect.mapError(this.#body.collect, (cause) => this.#decodeError(cause))
    return this.#isWatched
      ? Effect.ensuring(
          bytes,
          Effect.sync(() => this.#unwatch())
        )
      : bytes
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer, HttpClientError> {
    return Effect.map(this.bytes, (bytes) => new Uint8Array(bytes).buffer)
  }

  get text() {
    return Effect.flatMap(this.#web, (response) => response.text)
  }

  get json() {
    return Effect.flatMap(this.#web, (response) => response.json)
  }

  get urlParamsBody() {
    return Effect.flatMap(this.#web, (response) => response.urlParamsBody)
  }

  get formData() {
    return Effect.flatMap(this.#web, (response) => response.formData)
  }

  get upgrade() {
    const description = "@genesys-license/undici does not upgrade connections"
    const reason = new StatusCodeError({ request: this.request, response: this, description })
    return Effect.fail(new HttpClientError({ reason }))
  }

  toJSON(): unknown {
    return HttpIncomingMessage.inspect(this, {
      _id: "HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status
    })
  }

  pipe() {
    return pipeArguments(this, arguments)
  }

  /** A web `Response` over the collected body, which brings the other ways to read it. */
  get #web() {
    return Effect.map(this.arrayBuffer, (body) =>
      HttpClientResponse.fromWeb(this.request, new Response(body, { headers: { ...this.headers } }))
    )
  }

  /**
   * Without this, the registry keeps the body in memory until the next full garbage collection: for
   * the pages of a million users that is 100 MB.
   */
  #unwatch(): void {
    if (this.#isWatched) unread.unregister(this)
    this.#isWatched = false
  }

  #decodeError(cause: unknown) {
    return new HttpClientError({ reason: new DecodeError({ request: this.request, response: this, cause }) })
  }
}
