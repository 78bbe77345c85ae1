/**
 * The connection between a client and an emulator without a socket. It records every
 * request with its time. It can also fail where no server is involved, for example
 * when a name is not found.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import { HttpClientError, TransportError } from "effect/http/HttpClientError"
import * as Layer from "effect/Layer"

/** A sent request. */
export interface Sent {
  /** The time of the `Clock`, in milliseconds. */
  readonly at: number
  readonly method: string
  readonly url: URL
  readonly headers: { readonly [name: string]: string | undefined }
  /** The text of the body. Empty if there is none. */
  readonly body: string
  /** Whether the caller was interrupted before it received the head of the answer. */
  aborted: boolean
}

/** The failure of a platform that cannot reach the server: a code of Node, or any cause. */
export type Break = { readonly cause: unknown }

const isToken = ({ url }: Sent) => url.pathname.endsWith("/oauth/token")

export class Wire extends Context.Service<
  Wire,
  {
    /** All requests, in order. */
    readonly requests: ReadonlyArray<Sent>
    /** The requests to the API. */
    readonly api: ReadonlyArray<Sent>
    /** The requests to the token endpoint. */
    readonly token: ReadonlyArray<Sent>
    /** The times of the requests to the API, in milliseconds. */
    readonly times: ReadonlyArray<number>
  }
>()("test/support/Wire") {
  /** Calls `breaks` for each request, with its number among the requests to the API, or among those for a token. */
  static readonly layer = (
    breaks: (sent: Sent, attempt: number) => Break | undefined = () => undefined
  ): Layer.Layer<Wire | HttpClient.HttpClient, never, HttpClient.HttpClient> =>
    Layer.effectContext(
      Effect.map(HttpClient.HttpClient, (http) => {
        const requests: Array<Sent> = []
        const wire = Wire.of({
          get requests() {
            return requests
          },
          get api() {
            return requests.filter((sent) => !isToken(sent))
          },
          get token() {
            return requests.filter(isToken)
          },
          get times() {
            return requests.filter((sent) => !isToken(sent)).map(({ at }) => at)
          }
        })
        const client = HttpClient.make((request, url) =>
          Effect.flatMap(Clock.currentTimeMillis, (at) => {
            const body = request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : ""
            const sent: Sent = { at, method: request.method, url, headers: request.headers, body, aborted: false }
            requests.push(sent)
            const broken = breaks(sent, (isToken(sent) ? wire.token : wire.api).length)
            const answer =
              broken === undefined
                ? http.execute(request)
                : Effect.fail(new HttpClientError({ reason: new TransportError({ request, cause: broken.cause }) }))
            return Effect.onInterrupt(answer, () => Effect.sync(() => (sent.aborted = true)))
          })
        )
        return Context.make(Wire, wire).pipe(Context.add(HttpClient.HttpClient, client))
      })
    )
}
