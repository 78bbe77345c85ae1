/**
 * The operations of the contract as calls: from their arguments to their result or
 * their `LicenseError`.
 */
import { LicenseApi, type OperationName } from "@genesys-license/schema/LicenseApi"
import * as Operation from "@genesys-license/schema/Operation"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import type * as HttpClient from "effect/http/HttpClient"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Record from "effect/Record"
import * as Tracer from "effect/Tracer"
import * as ClientOptions from "../ClientOptions.ts"
import { InvalidRequest, LicenseError } from "../LicenseError.ts"
import * as Call from "./Call.ts"
import * as Decode from "./Decode.ts"

const { endpoints } = LicenseApi.groups.license

type Endpoint<Name extends OperationName> = (typeof endpoints)[Name]

/** What an operation is called with: `params`, `query` and `payload`, as the contract has them. */
export type Request<Name extends OperationName> = HttpApiEndpoint.ClientRequest<
  Endpoint<Name>["~Params"],
  Endpoint<Name>["~Query"],
  Endpoint<Name>["~Payload"],
  Endpoint<Name>["~Headers"],
  "response-only"
>

export type Success<Name extends OperationName> = HttpApiEndpoint.Success<Endpoint<Name>>["Type"]

/** One call of one operation. `inspect` sees the result before the call is over. */
export type Operations = <Name extends OperationName, A = Success<Name>>(
  name: Name,
  request: Request<Name>,
  inspect?: (result: Success<Name>, call: Call.Call["Service"]) => A
) => Effect.Effect<A, LicenseError>

/** Over a transport whose options are `options`. */
export const make = Effect.fnUntraced(function* (
  transport: HttpClient.HttpClient.With<LicenseError, Call.Call>,
  options: ClientOptions.ClientOptions
) {
  const api = yield* HttpApiClient.makeWith(LicenseApi, { httpClient: transport })
  const ofClient = ClientOptions.resolve(options, ClientOptions.unchanged)

  const prepared = Record.map(endpoints, (endpoint, name) => ({
    ...Operation.of(endpoint),
    send: api[name] as (request: object) => Effect.Effect<HttpClientResponse, unknown, Call.Call>,
    decode: Decode.make(endpoint),
    span: `LicenseService.${name}`,
    attributes: { "genesys.operation": name }
  }))

  const operations = (
    operation: OperationName,
    request: object | void,
    inspect?: (result: unknown, call: Call.Call["Service"]) => unknown
  ): Effect.Effect<unknown, LicenseError> => {
    const { attributes, decode, permissions, send, span, writes } = prepared[operation]
    // Not `withSpan`: of the stack it keeps, nothing is the caller's.
    return Effect.useSpan(span, { attributes }, (span) =>
      Effect.withFiber((fiber) => {
        let callOptions = ofClient
        const own = fiber.getRef(ClientOptions.CurrentCallOptions)
        if (own !== ClientOptions.unchanged) {
          const problem = ClientOptions.problem(own)
          if (problem !== undefined) {
            const reason = new InvalidRequest({ problem: `${problem.setting} ${problem.problem}` })
            return Effect.fail(new LicenseError({ operation, reason }))
          }
          callOptions = ClientOptions.resolve(options, own)
        }
        const call = Call.make({ operation, permissions, writes, options: callOptions }, fiber.getRef(Clock.Clock))
        const result = Effect.flatMap(send({ ...request, responseMode: "response-only" }), (response) =>
          decode(response, call)
        )
        return (inspect === undefined ? result : Effect.map(result, (it) => inspect(it, call))).pipe(
          Effect.catchCause((cause) => Effect.failCause(Decode.failures(cause, call))),
          Effect.updateContext((context: Context.Context<never>) =>
            context.pipe(Context.add(Call.Call, call), Context.add(Tracer.ParentSpan, span))
          )
        )
      })
    )
  }
  return operations as Operations
})
