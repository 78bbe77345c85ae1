/**
 * What a request is about that a program makes by itself, over the `httpClient` of a
 * transport: its name in errors and spans, and whether it may be repeated.
 */
import * as Operation from "@genesys-license/schema/Operation"
import { Authorization } from "@genesys-license/schema/Authorization"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"

export interface About {
  /** Its name in errors, spans and metrics. Default: method and path, such as `GET /api/v2/queues`. */
  readonly operation?: string | undefined
  /**
   * Whether repeating it may repeat a change. A request that writes is repeated only when
   * the server certainly did not process it. Default: by the method; `GET`, `HEAD`, `OPTIONS` and `QUERY` read.
   */
  readonly writes?: boolean | undefined
  /** Any one of these is needed: named by a `Forbidden` whose body names none. Default: none. */
  readonly permissions?: ReadonlyArray<string> | undefined
}

/** Of the requests inside an effect: `search.pipe(Effect.provideService(CurrentOperation, { operation: "postUsersSearch", writes: false }))`. */
export const CurrentOperation = Context.Reference<About>("@genesys-license/client/CurrentOperation", {
  defaultValue: () => ({})
})

const reading: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "QUERY"])

/** Whether requests of this method only read, as HTTP defines it. */
export const isReading = (method: string): boolean => reading.has(method)

/**
 * Fills {@link CurrentOperation} from the annotations of the contract, for a client that
 * `HttpApiClient` makes of an API whose groups have the `Authorization` middleware.
 */
export const layer: Layer.Layer<HttpApiMiddleware.ForClient<Authorization>> = HttpApiMiddleware.layerClient(
  Authorization,
  ({ endpoint, next, request }) =>
    Effect.provideService(next(request), CurrentOperation, {
      operation: endpoint.identifier,
      ...Option.getOrUndefined(Context.getOption(endpoint.annotations, Operation.Annotation))
    })
)
