/**
 * An `HttpClient` with all policies of the transport, for what the contract does not
 * name.
 */
import { pathSegmentProblem } from "@genesys-license/schema/Ids"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import { GenesysError, InvalidRequest } from "../errors/GenesysError.ts"
import type { Calls } from "./Calls.ts"
import { CurrentOperation, isReading } from "./CurrentOperation.ts"

/** Requests are addressed by a path: where the API is, and the token that goes there, belong to the transport. */
export const make = ({ call }: Calls): HttpClient.HttpClient.With<GenesysError> =>
  HttpClient.makeWith<GenesysError, never, GenesysError, never>(
    Effect.flatMap((request) =>
      Effect.withFiber((fiber) => {
        const { method, url } = request
        const about = fiber.getRef(CurrentOperation)
        const operation = about.operation ?? `${method} ${url.split(/[?#]/, 1)[0]}`
        const problem = problemOf(url)
        if (problem !== undefined) {
          return Effect.fail(new GenesysError({ operation, reason: new InvalidRequest({ problem }) }))
        }
        return call(
          { operation, permissions: about.permissions ?? [], writes: about.writes ?? !isReading(method) },
          () => request,
          (response, call) =>
            Effect.succeed(HttpClientResponse.fromWeb(request, answered(request, response, call.body ?? "")))
        )
      })
    ),
    Effect.succeed
  )

/** Why a request is not sent; nothing when it can be. */
const problemOf = (url: string): string | undefined => {
  // `//host/path` is a host, and so is what a parser of URLs makes of backslashes.
  if (!/^\/(?![/\\])/.test(url)) {
    return "its URL must be a path such as /api/v2/users, because the host is that of the transport"
  }
  const segments = url.split(/[?#]/, 1)[0]!.split("/")
  return segments.some((segment) => segment !== "" && pathSegmentProblem(segment) !== undefined)
    ? "a part of its path leads to another one"
    : undefined
}

/** The answer once more: its body has been read, and counted. */
const answered = (
  { method }: HttpClientRequest,
  { headers, status }: HttpClientResponse.HttpClientResponse,
  body: string
) => {
  const isWithout = method === "HEAD" || [204, 205, 304].includes(status)
  return new Response(isWithout ? null : body, {
    status,
    headers: Object.entries(headers)
      // Of the body as it was sent.
      .filter(([name]) => isWithout || (name !== "content-encoding" && name !== "content-length"))
      .map(([name, value]) => [name, asBytes(value)])
  })
}

/** Some platforms read headers as UTF-8. The web has a character for each byte, and its `Response` throws at others. */
const asBytes = (value: string) =>
  /[^\0-\xff]/.test(value) ? String.fromCharCode(...new TextEncoder().encode(value)) : value
