/**
 * An answer as Effect's HTTP knows it.
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

export interface Answer {
  readonly request: HttpClientRequest.HttpClientRequest
  readonly status: number
  /** As undici has them: in lower case. */
  readonly headers: Record<string, string | Array<string> | undefined>
  readonly body: Body
}

/** A response that is dropped unread would keep its connection forever. Whoever reads it aborts it when interrupted. */
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
   * Aborts the body once this response is garbage, unless the body is over or awaited. Watching
   * every response would cost about 20 µs each.
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
      Stream.mapError((cause) => this.#undecoded(cause)),
      Stream.ensuring(Effect.sync(() => this.#body.abort())),
      Stream.ensuring(Effect.sync(() => this.#unwatch()))
    )
  }

  /** As they have come, where they came in one piece: whoever only reads them needs no copy. */
  get bytes(): Effect.Effect<Uint8Array, HttpClientError> {
    const bytes = Effect.mapError(this.#body.collect, (cause) => this.#undecoded(cause))
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
    const description = "connections are not handed over"
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

  /** Other ways to read a body that is in memory are those of the web's. */
  get #web() {
    return Effect.map(this.arrayBuffer, (body) =>
      HttpClientResponse.fromWeb(this.request, new Response(body, { headers: { ...this.headers } }))
    )
  }

  /**
   * Without this the registry keeps the body until the next full garbage collection: the pages of a
   * million users would be 100 MB.
   */
  #unwatch(): void {
    if (this.#isWatched) unread.unregister(this)
    this.#isWatched = false
  }

  #undecoded(cause: unknown) {
    return new HttpClientError({ reason: new DecodeError({ request: this.request, response: this, cause }) })
  }
}
