/**
 * The endpoints of a group as methods: of our contract, or of anybody's.
 *
 * `HttpApiClient.make` takes an effect of many steps for each request, and to tell its
 * client what the request is about, a context of its own: 470 in place of 205 µs for a page of
 * 100 users without a socket (`pnpm bench pieces`). Here a request is written by the contract's own URL builder and schemas, which
 * are compiled once for each endpoint, however many clients there are.
 */
import { pathSegmentProblem } from "@genesys-license/schema/Ids"
import * as Operation from "@genesys-license/schema/Operation"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { constVoid } from "effect/Function"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import type * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { GenesysError, InvalidRequest } from "../errors/GenesysError.ts"
import type { About, Calls } from "./Calls.ts"
import * as CurrentOperation from "./CurrentOperation.ts"
import * as Decode from "./attempt/Decode.ts"
import * as Metrics from "./call/Metrics.ts"

/** What a method takes: `params`, `query` and `payload`, as the endpoint has them; nothing where it has none. */
export type Arguments<E> = E extends HttpApiEndpoint.ConstraintRequest
  ? HttpApiEndpoint.ClientRequest<E["~Params"], E["~Query"], E["~Payload"], E["~Headers"], "response-only">
  : never

/** The endpoints of a group by their names. */
export type Methods<G> = {
  readonly [E in HttpApiGroup.Endpoints<G> as HttpApiEndpoint.Identifier<E>]: (
    args: Arguments<E>
  ) => Effect.Effect<HttpApiEndpoint.Success<E>["Type"], GenesysError>
}

/**
 * The methods of a group. Throws where an endpoint has what a method here cannot do:
 * several kinds of answers, a stream, or a body that is no JSON.
 *
 * Costs about a tenth of a millisecond an endpoint, and less for the next client.
 */
export const make = <G extends HttpApiGroup.Constraint>({ endpoints }: G, { call }: Calls): Methods<G> => {
  const methods: Record<string, unknown> = {}
  for (const [name, endpoint] of Object.entries(endpoints as Record<string, HttpApiEndpoint.Top>)) {
    const { about, read, write } = codecOf(endpoint)
    methods[name] = (args: Parameters<typeof write>[0]) => call(about, () => write(args), read)
  }
  return methods as Methods<G>
}

interface Args {
  readonly headers?: unknown
  readonly params?: object
  readonly payload?: unknown
}

interface Codec {
  readonly about: About
  /** Throws a `SchemaError`, or a `GenesysError`, at arguments that make no request. */
  readonly write: (args: Args | void) => HttpClientRequest.HttpClientRequest
  readonly read: ReturnType<typeof Decode.make>
}

const codecs = new WeakMap<HttpApiEndpoint.Top, Codec>()

const codecOf = (endpoint: HttpApiEndpoint.Top): Codec => {
  const known = codecs.get(endpoint)
  if (known !== undefined) return known
  const alone = apiOf(endpoint)
  const { schema, status } = successOf(alone)
  const decode = Decode.make(schema, status)
  const hasDocument = !SchemaAST.isVoid(Schema.toEncoded(schema).ast)
  const codec: Codec = {
    about: { ...aboutOf(endpoint), ...(hasDocument && { documentStatus: status }) },
    write: writer(endpoint, alone),
    read: (response, call) =>
      Effect.map(decode(response, call), (document) => {
        if (Predicate.hasProperty(document, "entities") && Array.isArray(document.entities)) {
          Metrics.count(Metrics.entities, call, document.entities.length)
        }
        return document
      })
  }
  codecs.set(endpoint, codec)
  return codec
}

/** What our annotations tell; of an endpoint that has none, what its method does. */
const aboutOf = ({ annotations, identifier: operation, method }: HttpApiEndpoint.Top): About =>
  Option.match(Context.getOption(annotations, Operation.Annotation), {
    onNone: () => ({ operation, permissions: [], writes: !CurrentOperation.isReading(method) }),
    onSome: ({ permissions, writes }) => ({ operation, permissions, writes })
  })

/** What Effect tells of an endpoint, it tells of an API only. The path of an endpoint is whole already. */
const apiOf = (endpoint: HttpApiEndpoint.Top) =>
  HttpApi.make("").add(HttpApiGroup.make("", { topLevel: true }).add(endpoint))

/** The one answer that is a success. */
const successOf = (alone: ReturnType<typeof apiOf>) => {
  let found: { readonly schema: Schema.Top; readonly status: number } | undefined
  HttpApi.reflect(alone, {
    onGroup: constVoid,
    onEndpoint: ({ endpoint, successes }) => {
      const [first, ...others] = [...successes].flatMap(([status, schemas]) =>
        schemas.map((schema) => ({ schema, status }))
      )
      if (first === undefined || others.length > 0 || endpoint.success.size > 1) {
        throw unsupported(endpoint, "has several kinds of answers, or a stream")
      }
      found = first
    }
  })
  return found!
}

const unsupported = ({ identifier }: HttpApiEndpoint.Top, what: string) =>
  new Error(`${identifier} ${what}. Call it with HttpApiClient.makeWith, over the httpClient of the transport.`)

const refused = ({ identifier: operation }: HttpApiEndpoint.Top, problem: string) =>
  new GenesysError({ operation, reason: new InvalidRequest({ problem }) })

const writer = (endpoint: HttpApiEndpoint.Top, alone: ReturnType<typeof apiOf>): Codec["write"] => {
  const url = (HttpApiClient.urlBuilder(alone) as Record<string, (args: object | void) => string>)[endpoint.identifier]!
  const make = HttpClientRequest.make(endpoint.method)
  const bare = (args: Args | void) => {
    for (const [name, value] of Object.entries(args?.params ?? {})) {
      // The schemas of our contract say so by themselves; those of somebody else need not.
      const problem = typeof value === "string" ? pathSegmentProblem(value) : undefined
      if (problem !== undefined) throw refused(endpoint, `${name} ${problem}`)
    }
    return make(url(args))
  }
  const headersOf = endpoint.headers && Schema.encodeUnknownSync(endpoint.headers as Schema.Codec<Headers.Input>)
  const request: Codec["write"] =
    headersOf === undefined ? bare : (args) => HttpClientRequest.setHeaders(bare(args), headersOf(args?.headers))
  const payloads = [...endpoint.payload.values()]
  if (payloads.some(({ encoding }) => encoding._tag !== "Json"))
    throw unsupported(endpoint, "takes a body that is no JSON")
  const bodies = payloads.flatMap(({ schemas }) => schemas as ReadonlyArray<Schema.Codec<unknown>>)
  if (bodies.length === 0) return request
  const encode = Schema.encodeUnknownSync(Schema.Union(bodies))
  return (args) => HttpClientRequest.setBody(request(args), HttpBody.jsonUnsafe(encode(args?.payload)))
}
