/**
 * Handles the events that undici's `dispatch` reports for one request.
 *
 * The response is passed on in the microtask after its head arrives, so that no caller
 * runs inside undici's parser. By then a small body has usually arrived too, and needs
 * neither a second wake-up nor a stream.
 */
import * as Effect from "effect/Effect"
import { HttpClientError, TransportError } from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import type { Dispatcher } from "undici"
import { Body } from "./Body.ts"
import * as Decompressor from "./Decompressor.ts"
import { type Answer, UndiciResponse } from "./UndiciResponse.ts"

type Resume = (answer: Effect.Effect<HttpClientResponse, HttpClientError>) => void

export class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: HttpClientRequest
  /**
   * Resumes the fiber that waits. Cleared once there is a response: through the fiber, undici
   * would keep a response that was dropped unread from being collected and closed.
   */
  #resume: Resume | undefined
  #controller: Dispatcher.DispatchController | undefined
  #isAborted = false
  #input: Body | Decompressor.Decompressor | undefined

  constructor(request: HttpClientRequest, resume: Resume) {
    this.#request = request
    this.#resume = resume
  }

  /** Closes the connection, because the request was interrupted. */
  get abort() {
    return Effect.sync(() => {
      this.#isAborted = true
      this.#close()
    })
  }

  onRequestStart(controller: Dispatcher.DispatchController) {
    this.#controller = controller
    if (this.#isAborted) this.#close()
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | Array<string> | undefined>
  ) {
    // Interim responses such as 103 come before the final one.
    if (status < 200) return
    const make = this.#request.method === "HEAD" ? undefined : Decompressor.makerOf(headers["content-encoding"])
    if (make === undefined) {
      const body = new Body(controller)
      this.#input = body
      return this.#answer(status, headers, body)
    }
    const decompressor = new Decompressor.Decompressor(controller, make)
    this.#input = decompressor
    // These two headers describe the compressed body.
    const { "content-encoding": _, "content-length": __, ...remaining } = headers
    this.#answer(status, remaining, decompressor.body)
  }

  onResponseData(_: unknown, chunk: Uint8Array) {
    this.#input?.push(chunk)
  }

  onResponseEnd() {
    this.#input?.end()
  }

  onResponseError(_: unknown, cause: Error) {
    if (this.#input !== undefined) return this.#input.end(cause)
    const error = new HttpClientError({ reason: new TransportError({ request: this.#request, cause }) })
    this.#end((resume) => resume(Effect.fail(error)))
  }

  #answer(status: number, headers: Answer["headers"], body: Body) {
    this.#end((resume) => {
      const response = new UndiciResponse({ request: this.#request, status, headers, body })
      resume(Effect.succeed(response))
      // Only now, because most bodies have arrived or are awaited by now and need no watching.
      response.watch()
    })
  }

  #end(deliver: (resume: Resume) => void) {
    const resume = this.#resume
    if (resume === undefined) return
    this.#resume = undefined
    queueMicrotask(() => deliver(resume))
  }

  #close() {
    this.#controller?.abort(new Error("The request was interrupted"))
  }
}
