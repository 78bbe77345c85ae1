/**
 * What the transport is made of: each policy takes a `Send` and gives a `Send`.
 */
import type * as Effect from "effect/Effect"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import type { GenesysError } from "../errors/GenesysError.ts"
import type { Call } from "./Call.ts"

/**
 * Sends a request for a call. A success is a 2xx answer, whose whole body is in
 * `call.body`.
 */
export type Send = (request: HttpClientRequest, call: Call) => Effect.Effect<HttpClientResponse, GenesysError>
