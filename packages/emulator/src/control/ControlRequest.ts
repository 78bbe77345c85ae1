/**
 * What every control route asks of a request, and what it answers when that is not met.
 */
import { ErrorBody } from "@genesys-license/schema/ErrorBody"
import * as Effect from "effect/Effect"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Layer from "effect/Layer"
import * as RequestBody from "../gateway/RequestBody.ts"

/** The largest body that a control route reads, in bytes: 16 MiB, some 200,000 users. More come from a file: `--org`. */
export const maximumBytes = 16 * 1024 * 1024

/** An error of a control route, which is an {@link ErrorBody} like those of the API. */
export const errorOf = (status: number) => ErrorBody.pipe(HttpApiSchema.status(status))

/**
 * A body is `application/json` of at most 16 MiB and 100 levels. A browser asks before it
 * sends that to another origin, so a form of a website cannot be one.
 */
export class ControlRequest extends HttpApiMiddleware.Service<ControlRequest>()(
  "@genesys-license/emulator/ControlRequest",
  { error: [400, 403, 413, 415, 421, 500].map(errorOf) }
) {
  /** Refuses a body of another type with 415, a larger one with 413, a deeper one with 400. */
  static readonly layer: Layer.Layer<ControlRequest> = Layer.succeed(ControlRequest, (answer, { endpoint }) =>
    Effect.flatMap(RequestBody.refusal(endpoint, maximumBytes), (refusal) =>
      refusal === undefined ? answer : Effect.succeed(refusal)
    )
  )
}
