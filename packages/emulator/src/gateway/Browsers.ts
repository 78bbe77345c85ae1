/**
 * What a page in a browser may do with an emulator on a socket: everything when it is
 * served by this machine, and nothing when it is a page of the web. Any page can send
 * requests to 127.0.0.1, and a name of its own may lead there.
 */
import * as Effect from "effect/Effect"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpRouter from "effect/http/HttpRouter"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import type * as Layer from "effect/Layer"
import * as NetAddress from "effect/net/NetAddress"
import * as Result from "effect/Result"
import * as ErrorResponse from "./ErrorResponse.ts"

/** Whether a name or an address is this machine. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" ||
  Result.match(NetAddress.ipFromString(host.replace(/^\[(.*)\]$/, "$1")), {
    onFailure: () => false,
    onSuccess: NetAddress.isLoopback
  })

/** The name in an origin or a `Host` header, without its port. */
const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).hostname : "")

/** Headers of an answer that a page may read. */
const exposed = [
  "ININ-Correlation-Id",
  "Retry-After",
  "inin-ratelimit-allowed",
  "inin-ratelimit-count",
  "inin-ratelimit-reset"
]

/** Before every route, the control routes included. */
export const layer = (options: {
  /** Other machines may reach it, by any host name. Pages of the web still may not. */
  readonly allowRemote: boolean
}): Layer.Layer<never, never, HttpRouter.HttpRouter> => {
  const cors = HttpMiddleware.cors({
    allowedOrigins: (origin) => isLoopback(hostOf(origin)),
    exposedHeaders: exposed,
    maxAge: 600
  })
  return HttpRouter.middleware(
    (answer) =>
      Effect.gen(function* () {
        const { host = "", origin } = (yield* HttpServerRequest).headers
        const name = hostOf(`http://${host}`)
        if (!options.allowRemote && !isLoopback(name)) return yield* ErrorResponse.misdirected
        if (origin === undefined) return yield* answer
        if (!isLoopback(hostOf(origin)) && hostOf(origin) !== name) return yield* ErrorResponse.foreignOrigin
        return yield* cors(answer)
      }),
    { global: true }
  )
}
