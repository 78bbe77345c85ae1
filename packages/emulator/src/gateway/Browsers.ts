/**
 * What a page in a browser may do with an emulator on a socket. Any page can send
 * requests to this machine, so a website may do nothing, an app that this machine serves
 * may log in and call the API, and the control routes are closed to all of them.
 */
import * as Effect from "effect/Effect"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpRouter from "effect/http/HttpRouter"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as ControlPath from "./ControlPath.ts"
import * as ErrorResponse from "./ErrorResponse.ts"
import * as HostNames from "./HostNames.ts"

/** Who gets in. */
export interface BrowserOptions extends HostNames.HostNameOptions {
  /** Whether apps that this machine or an allowed host serves may call the login and the API. Default: true. */
  readonly cors?: boolean | undefined
}

/** Headers of an answer that an app may read. The vendor publishes no list: these are all that the emulator sends. */
const exposed = [
  "ININ-Correlation-Id",
  "Retry-After",
  "inin-ratelimit-allowed",
  "inin-ratelimit-count",
  "inin-ratelimit-reset"
]

/** Stands before every route, the control routes included. What it refuses is in no journal. */
export const layer = ({ cors: isOpen = true, ...options }: BrowserOptions = {}): Layer.Layer<
  never,
  never,
  HttpRouter.HttpRouter
> => {
  const cors = HttpMiddleware.cors({ allowedOrigins: () => true, exposedHeaders: exposed, maxAge: 600 })
  return HttpRouter.middleware(
    (answer) =>
      Effect.gen(function* () {
        const { headers, url } = yield* HttpServerRequest
        const { host = "", origin } = headers
        const name = HostNames.fromHeader(host)
        if (!Option.exists(name, (name) => HostNames.isAllowed(name, options))) return yield* ErrorResponse.misdirected

        if (ControlPath.isControl(url)) {
          return isFromPage(headers, host) ? yield* ErrorResponse.foreignPage : yield* answer
        }
        if (origin === undefined) return yield* answer
        // Any address is allowed as a host, yet a website may have one, too: as an origin it must be the same.
        const isApp = (app: string) =>
          Option.contains(name, app) || HostNames.isAllowed(app, { ...options, allowAddresses: false })
        if (!Option.exists(HostNames.fromHeader(HostNames.hostOf(origin)), isApp)) {
          return yield* ErrorResponse.foreignOrigin
        }
        return isOpen ? yield* cors(answer) : yield* answer
      }),
    { global: true }
  )
}

/**
 * Whether a page of another origin sent a request: another port or host is another origin.
 * A form, an image or a link has no `Origin` at times, and every browser of today says
 * `Sec-Fetch-Site` of them. A program sends neither, and an address that a person types is `none`.
 */
const isFromPage = (headers: { readonly [name: string]: string | undefined }, host: string): boolean => {
  const { origin, "sec-fetch-site": site = "none" } = headers
  return (origin !== undefined && HostNames.hostOf(origin) !== host.toLowerCase()) || !/^(same-origin|none)$/.test(site)
}
