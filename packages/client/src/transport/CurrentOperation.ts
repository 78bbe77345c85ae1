/**
 * Describes a request that a program sends through the `httpClient` of a transport: its name in
 * errors and spans, and whether it may be retried.
 */
import * as Operation from "@genesys-license/schema/Operation"
import { Authorization } from "@genesys-license/schema/Authorization"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"

/** The description of a request. */
export interface About {
  /** The name in errors, spans and metrics (default: method and path, such as `GET /api/v2/queues`). */
  readonly operation?: string | undefined
  /**
   * Whether the request changes anything (default: `false` for `GET`, `HEAD`, `OPTIONS` and
   * `QUERY`, else `true`). A request that does is retried only if the server certainly did not
   * process it.
   */
  readonly writes?: boolean | undefined
  /** Any one of these permissions is enough (default: none). A `Forbidden` error lists them if the response names none. */
  readonly permissions?: ReadonlyArray<string> | undefined
}

/**
 * Describes the requests inside an effect:
 *
 *     search.pipe(Effect.provideService(CurrentOperation, { operation: "postUsersSearch", writes: false }))
 */
export const CurrentOperation = Context.Reference<About>("@genesys-license/client/CurrentOperation", {
  defaultValue: () => ({})
})

const reading: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "QUERY"])

/** Whether HTTP defines this method as one that only reads. */
export const isReading = (method: string): boolean => reading.has(method)

/**
 * Sets {@link CurrentOperation} from the annotations of each endpoint. For a client that
 * `HttpApiClient` makes from an API whose groups have the `Authorization` middleware.
 */
export const layer: Layer.Layer<HttpApiMiddleware.ForClient<Authorization>> = HttpApiMiddleware.layerClient(
  Authorization,
  ({ endpoint, next, request }) =>
    Effect.provideService(next(request), CurrentOperation, {
      operation: endpoint.identifier,
      ...Option.getOrUndefined(Context.getOption(endpoint.annotations, Operation.Annotation))
    })
)
