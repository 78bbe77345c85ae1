/**
 * Applies the faults of one request: before the operation, instead of it, or to its answer.
 */
import type { TokenError } from "@genesys-license/schema/OAuth"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as JsonPatch from "effect/JsonPatch"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import * as Connection from "../gateway/Connection.ts"
import * as MovingUsers from "./MovingUsers.ts"
import * as ErrorResponse from "../gateway/ErrorResponse.ts"
import type { AnsweringFault, PatchFault, ResponseFault, StatusFault } from "./Fault.ts"
import type { Firing } from "./Faults.ts"
import * as GzipBomb from "./GzipBomb.ts"
import * as Unexpanded from "./Unexpanded.ts"
import { OAuth } from "../oauth/OAuth.ts"
import { Organization } from "../organization/Organization.ts"
import * as ReceivedBody from "../gateway/ReceivedBody.ts"
import type { Operation } from "../journal/RequestMatch.ts"

type Answer<E, R> = Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>

/** Returns the function that applies faults to a request. */
export const make = Effect.gen(function* () {
  const connection = yield* Connection.Connection
  const oauth = yield* OAuth
  const organization = yield* Organization

  /** The answer to a request for `operation` after the faults of `firing`. */
  return Effect.fnUntraced(function* <E, R>(
    { answering, passing }: Firing,
    operation: Operation | undefined,
    answer: Answer<E, R>
  ): Effect.fn.Return<HttpServerResponse.HttpServerResponse, E | Connection.ConnectionLost, R | HttpServerRequest> {
    for (const { fault, random } of passing) {
      if (fault.type === "revoke") yield* oauth.revokeAll
      if (fault.type === "latency") yield* wait(between(fault.duration, fault.upTo, random))
    }

    let response = yield* answering === undefined ? answer : spoil(answering, operation, answer, connection)

    for (const { fault, random } of passing) {
      if (fault.type === "headers") response = edit(response, fault.set ?? {}, fault.remove ?? [])
      if (fault.type === "unexpanded") response = yield* Unexpanded.apply(fault, random, response)
      if (fault.type === "drift") {
        const drift = MovingUsers.make(fault, organization.definitions)
        yield* organization.updateUsers(yield* Effect.provideService(drift, Random.Random, random))
      }
    }
    return response
  })
})

/** Interruptible, because the router's middleware is not: a caller that disconnects ends the wait. */
const wait = (duration: Duration.Duration) => Effect.interruptible(Effect.sleep(duration))

const parse = (text: string) => Duration.fromInputUnsafe(text as Duration.Input)

const between = (from: string, to: string | undefined, random: Random.Random) => {
  const [least, most] = [Duration.toMillis(parse(from)), Duration.toMillis(parse(to ?? from))]
  return Duration.millis(least + (most - least) * (to === undefined ? 0 : random.nextDoubleUnsafe()))
}

const edit = (
  response: HttpServerResponse.HttpServerResponse,
  set: { readonly [name: string]: string },
  remove: ReadonlyArray<string>
) =>
  remove.reduce(
    (edited, name) => HttpServerResponse.removeHeader(edited, name),
    HttpServerResponse.setHeaders(response, set)
  )

const spoil = Effect.fnUntraced(function* <E, R>(
  fault: AnsweringFault,
  operation: Operation | undefined,
  answer: Answer<E, R>,
  connection: Connection.Connection
): Effect.fn.Return<HttpServerResponse.HttpServerResponse, E | Connection.ConnectionLost, R | HttpServerRequest> {
  const request = yield* HttpServerRequest
  if (!readsAnswer(fault)) yield* "performed" in fault && fault.performed === true ? answer : receive(request)
  switch (fault.type) {
    case "status":
      return yield* error(fault, operation)
    case "html":
      return html(fault.status ?? 502)
    case "response":
      return respond(fault)
    case "patch":
      return yield* patched(fault, yield* read(answer))
    case "redirect":
      return HttpServerResponse.empty({
        status: fault.status ?? 302,
        headers: { location: fault.location ?? "https://elsewhere.invalid/" }
      })
    case "gzipBomb":
      return GzipBomb.make(fault.bytes ?? 150 * GzipBomb.unit, connection.isSocket)
    case "hang":
      return yield* Effect.interruptible(Effect.never)
    case "reset": {
      if (fault.bytes === undefined) return yield* Connection.reset
      const { bytes, head } = yield* read(answer)
      return streamed(head, bytes.length, cut(bytes, fault.bytes, connection.end(request, Connection.reset)))
    }
    case "truncate": {
      const { bytes, head } = yield* read(answer)
      const count = fault.bytes ?? Math.floor(bytes.length / 2)
      return fault.length === "sent"
        ? HttpServerResponse.uint8Array(bytes.subarray(0, count), head)
        : streamed(head, bytes.length, cut(bytes, count, connection.end(request, Connection.closed)))
    }
    case "drip": {
      const { bytes, head } = yield* read(answer)
      const size = fault.bytes ?? 1
      const drops = Stream.range(0, Math.ceil(bytes.length / size) - 1)
      return streamed(
        head,
        bytes.length,
        Stream.mapEffect(drops, (n) => Effect.as(wait(parse(fault.every)), bytes.subarray(n * size, (n + 1) * size)))
      )
    }
  }
})

/** Whether the fault needs the correct answer of the operation. */
const readsAnswer = (fault: AnsweringFault): boolean =>
  fault.type === "drip" ||
  fault.type === "truncate" ||
  fault.type === "patch" ||
  (fault.type === "reset" && fault.bytes !== undefined)

/** Reads the body of a request that no operation reads, so that the journal contains it. */
const receive = (request: HttpServerRequest) =>
  request.method === "GET"
    ? Effect.void
    : Effect.interruptible(Effect.ignore(Effect.flatMap(request.arrayBuffer, ReceivedBody.note)))

const codes: { readonly [status: number]: string } = {
  400: "bad.request",
  401: "bad.credentials",
  403: "missing.any.permissions",
  404: "not.found",
  408: "client.timeout",
  409: "request.conflict",
  413: "request.entity.too.large",
  415: "unsupported.media.type",
  429: "too.many.requests.retry.after",
  500: "internal.server.error",
  503: "service.unavailable",
  504: "request.timeout"
}

const error = Effect.fnUntraced(function* (
  {
    code,
    message = "The emulator injected this error because of a fault rule.",
    retryAfter,
    status
  }: (typeof StatusFault)["Type"],
  operation: Operation | undefined
) {
  const headers = {
    "inin-correlation-id": yield* ErrorResponse.CorrelationId,
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) })
  }
  if (operation === "token") {
    const name = code ?? (status >= 500 ? "server_error" : status === 401 ? "invalid_client" : "invalid_request")
    return HttpServerResponse.jsonUnsafe(
      { error: name, description: message, error_description: message } satisfies (typeof TokenError)["Encoded"],
      { status, headers }
    )
  }
  return yield* ErrorResponse.respond(status, code ?? codes[status] ?? `status.${status}`, message, { headers })
})

const respond = ({ headers = {}, json, status = 200, text }: (typeof ResponseFault)["Type"]) =>
  json !== undefined
    ? HttpServerResponse.jsonUnsafe(json, { status, headers })
    : text !== undefined
      ? HttpServerResponse.text(text, { status, headers })
      : HttpServerResponse.empty({ status, headers })

const patched = ({ operations }: (typeof PatchFault)["Type"], { bytes, head }: Read) =>
  Effect.catch(
    Effect.try(() =>
      HttpServerResponse.jsonUnsafe(JsonPatch.apply(operations, JSON.parse(new TextDecoder().decode(bytes))), head)
    ),
    ({ cause }) =>
      ErrorResponse.respond(
        500,
        "fault.not.applicable",
        `The patch of a fault rule cannot be applied to this answer. Correct its operations. ${String(cause)}`
      )
  )

const html = (status: number) =>
  HttpServerResponse.text(
    `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>\n`,
    { status, contentType: "text/html" }
  )

/** An answer whose body was read. */
interface Read {
  readonly head: HttpServerResponse.Options
  readonly bytes: Uint8Array
}

const read = <E, R>(answer: Answer<E, R>): Effect.Effect<Read, E, R> =>
  Effect.flatMap(answer, (response) =>
    Effect.map(Effect.orDie(HttpServerResponse.toClientResponse(response).arrayBuffer), (buffer) => ({
      head: {
        status: response.status,
        headers: Headers.removeMany(response.headers, ["content-length"]),
        contentType: response.headers["content-type"]
      },
      bytes: new Uint8Array(buffer)
    }))
  )

const cut = <E>(bytes: Uint8Array, count: number, end: Effect.Effect<never, E>) =>
  Stream.concat(count === 0 ? Stream.empty : Stream.succeed(bytes.subarray(0, count)), Stream.fromEffect(end))

const streamed = (
  head: HttpServerResponse.Options,
  contentLength: number,
  body: Stream.Stream<Uint8Array, Connection.ConnectionLost>
) => HttpServerResponse.stream(body, { ...head, contentLength })
