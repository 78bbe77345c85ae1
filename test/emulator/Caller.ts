/**
 * Calls the emulator without an SDK.
 */
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpMethod from "effect/http/HttpMethod"
import * as Redacted from "effect/Redacted"

export interface Answer {
  readonly status: number
  readonly headers: { readonly [name: string]: string | undefined }
  readonly body: any
}

const send = (request: HttpClientRequest.HttpClientRequest) =>
  Effect.gen(function* () {
    const response = yield* HttpClient.execute(request)
    const text = yield* response.text
    const answer: Answer = {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text)
    }
    return answer
  })

/** Calls an operation. Default for `token`: a new token of the first client. `null` sends no token. */
export const call = (
  method: HttpMethod.HttpMethod,
  path: string,
  options: {
    readonly token?: Redacted.Redacted | null
    readonly body?: string
    readonly contentType?: string
  } = {}
) =>
  Effect.gen(function* () {
    const { oauth } = yield* Emulator
    const token = options.token === undefined ? yield* oauth.issue() : options.token
    let request = HttpClientRequest.make(method)(`http://localhost${path}`)
    if (token !== null) request = HttpClientRequest.bearerToken(request, token)
    if (options.body !== undefined) {
      request = HttpClientRequest.bodyText(request, options.body, options.contentType ?? "application/json")
    }
    return yield* send(request)
  })

/** Requests a token. */
export const requestToken = (
  form: { readonly [name: string]: string | Redacted.Redacted },
  basic?: { readonly clientId: string; readonly clientSecret: string | Redacted.Redacted }
) => {
  let request = HttpClientRequest.post("http://localhost/oauth/token").pipe(HttpClientRequest.bodyUrlParams(form))
  if (basic !== undefined) request = HttpClientRequest.basicAuth(request, basic.clientId, basic.clientSecret)
  return send(request)
}
