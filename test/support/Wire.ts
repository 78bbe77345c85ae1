/**
 * What lies between a client and the emulator when there is no socket: it remembers
 * every request and when it was sent, and it breaks where no server has a say, such
 * as for a name that is not found.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import { HttpClientError, TransportError } from "effect/http/HttpClientError"
import * as Layer from "effect/Layer"

/** A request as it was sent. */
export interface Sent {
  /** In milliseconds of the `Clock`. */
  readonly at: number
  readonly method: string
  readonly url: URL
  readonly headers: { readonly [name: string]: string | undefined }
  /** The text of the body; empty when there is none. */
  readonly body: string
  /** The caller went away before it had the head of the answer. */
  aborted: boolean
}

/** What a platform that cannot reach the server fails with: a code of Node's, or any cause. */
export type Break = { readonly cause: unknown }

const isToken = ({ url }: Sent) => url.pathname.endsWith("/oauth/token")

export class Wire extends Context.Service<
  Wire,
  {
    /** All requests, in the order in which they were sent. */
    readonly requests: ReadonlyArray<Sent>
    /** Those to the API. */
    readonly api: ReadonlyArray<Sent>
    /** Those to the token endpoint. */
    readonly token: ReadonlyArray<Sent>
    /** When those to the API were sent, in milliseconds. */
    readonly times: ReadonlyArray<number>
  }
>()("test/support/Wire") {
  /** `breaks` is asked for each request, with how many of its kind, to the API or for a token, there have been. */
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
