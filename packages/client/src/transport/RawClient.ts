/**
 * An `HttpClient` with all policies of the transport, for requests that are not in the contract.
 */
import { pathSegmentProblem } from "@genesys-license/schema/Ids"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import { GenesysError, InvalidRequest } from "../errors/GenesysError.ts"
import type { Calls } from "./Calls.ts"
import { CurrentOperation, isReading } from "./CurrentOperation.ts"

/** Makes the `HttpClient`. A request has only a path: the transport adds the host, so that the token goes nowhere else. */
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

/** Returns why a URL is refused, or `undefined` if it is fine. */
const problemOf = (url: string): string | undefined => {
  // `//host/path` names a host. URL parsers read backslashes as slashes.
  if (!/^\/(?![/\\])/.test(url)) {
    return "its URL must be a path such as /api/v2/users, because the transport adds the host"
  }
  const segments = url.split(/[?#]/, 1)[0]!.split("/")
  return segments.some((segment) => segment !== "" && pathSegmentProblem(segment) !== undefined)
    ? "its path must not contain segments such as .. that lead to another path"
    : undefined
}

/** A new response with the body that was already read and measured. */
const answered = (
  { method }: HttpClientRequest,
  { headers, status }: HttpClientResponse.HttpClientResponse,
  body: string
) => {
  const hasNoBody = method === "HEAD" || [204, 205, 304].includes(status)
  return new Response(hasNoBody ? null : body, {
    status,
    headers: Object.entries(headers)
      // These headers describe the body as it was sent.
      .filter(([name]) => hasNoBody || (name !== "content-encoding" && name !== "content-length"))
      .map(([name, value]) => [name, asBytes(value)])
  })
}

/** Some platforms decode header values as UTF-8. A web `Response` accepts only one character for each byte, and throws otherwise. */
const asBytes = (value: string) =>
  /[^\0-\xff]/.test(value) ? String.fromCharCode(...new TextEncoder().encode(value)) : value
