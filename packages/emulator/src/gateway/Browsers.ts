/**
 * Protects an emulator on a socket from web pages, because any page can send requests to this machine.
 * A website may do nothing. An app that this machine or an allowed host serves may log in and call
 * the API. No page may call the control routes.
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

/** The host names and the browser apps that are allowed. */
export interface BrowserOptions extends HostNames.HostNameOptions {
  /** Whether apps that this machine or an allowed host serves may call the login and the API. Default: true. */
  readonly cors?: boolean | undefined
}

/** The headers that a browser app may read. The vendor publishes no list; these are all that the emulator sends. */
const exposed = [
  "ININ-Correlation-Id",
  "Retry-After",
  "inin-ratelimit-allowed",
  "inin-ratelimit-count",
  "inin-ratelimit-reset"
]

/** The middleware before all routes, also the control routes. The journal does not contain what it refuses. */
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
        // allowAddresses does not apply to origins: a website can have an IP address as well. The origin must then
        // be the same as the host.
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
 * Whether a page with another host or port sent the request. Browsers send no `Origin` with some
 * requests of forms, images and links, but they send `Sec-Fetch-Site`. It is `none` for an address
 * that a person types. Other programs send neither header.
 */
const isFromPage = (headers: { readonly [name: string]: string | undefined }, host: string): boolean => {
  const { origin, "sec-fetch-site": site = "none" } = headers
  return (origin !== undefined && HostNames.hostOf(origin) !== host.toLowerCase()) || !/^(same-origin|none)$/.test(site)
}
