/**
 * The requirements for the body of every request to a control route, and the errors for other bodies.
 */
import { ErrorBody } from "@genesys-license/schema/ErrorBody"
import * as Effect from "effect/Effect"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Layer from "effect/Layer"
import * as RequestBody from "../gateway/RequestBody.ts"

/** The largest body that a control route reads: 16 MiB, about 200,000 users. Load more from a file with `--org`. */
export const maximumBytes = 16 * 1024 * 1024

/** The schema of an error of a control route: an {@link ErrorBody}, as in the API. */
export const errorOf = (status: number) => ErrorBody.pipe(HttpApiSchema.status(status))

/**
 * A body must be `application/json` with at most 16 MiB and 100 levels. The media type also keeps
 * websites out: a browser does not send it to another origin without a preflight request.
 */
export class ControlRequest extends HttpApiMiddleware.Service<ControlRequest>()(
  "@genesys-license/emulator/ControlRequest",
  { error: [400, 403, 413, 415, 421, 500].map(errorOf) }
) {
  /** Answers another media type with 415, a larger body with 413, and a deeper one with 400. */
  static readonly layer: Layer.Layer<ControlRequest> = Layer.succeed(ControlRequest, (answer, { endpoint }) =>
    Effect.flatMap(RequestBody.refusal(endpoint, maximumBytes), (refusal) =>
      refusal === undefined ? answer : Effect.succeed(refusal)
    )
  )
}
