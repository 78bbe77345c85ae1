/**
 * The operations of the contract as calls: from their arguments to their result or
 * their `GenesysError`.
 */
import { LicenseApi, type OperationName } from "@genesys-license/schema/license/LicenseApi"
import * as Operation from "@genesys-license/schema/Operation"
import * as Effect from "effect/Effect"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Record from "effect/Record"
import * as Tracer from "effect/Tracer"
import * as CallOptions from "./CallOptions.ts"
import { InvalidRequest, GenesysError } from "../errors/GenesysError.ts"
import * as Call from "./Call.ts"
import * as Decode from "./Decode.ts"
import * as Requests from "./Requests.ts"
import type { Send } from "./Send.ts"
import * as Spans from "./Spans.ts"

const { endpoints } = LicenseApi.groups.license

type Success<Name extends OperationName> = HttpApiEndpoint.Success<(typeof endpoints)[Name]>["Type"]

/** One call of one operation. `inspect` sees the result before the call is over. */
export type Operations = <Name extends OperationName, A = Success<Name>>(
  name: Name,
  args: Requests.Arguments<Name>,
  inspect?: (result: Success<Name>, call: Call.Call) => A
) => Effect.Effect<A, GenesysError>

/** Over a transport whose options are `options`. */
export const make = (send: Send, options: CallOptions.ClientOptions): Operations => {
  const ofClient = CallOptions.resolve(options, CallOptions.unchanged)

  const prepared = Record.map(endpoints, (endpoint, name) => ({
    ...Operation.of(endpoint),
    write: Requests.make(name, endpoint),
    decode: Decode.make(endpoint),
    span: `LicenseService.${name}`,
    attributes: { "genesys.operation": name }
  }))

  const operations = (
    operation: OperationName,
    args: object | void,
    inspect?: (result: unknown, call: Call.Call) => unknown
  ): Effect.Effect<unknown, GenesysError> => {
    const { attributes, decode, permissions, span, write, writes } = prepared[operation]
    return Effect.withFiber((fiber) => {
      let callOptions = ofClient
      const own = fiber.getRef(CallOptions.CurrentCallOptions)
      if (own !== CallOptions.unchanged) {
        const problem = CallOptions.problem(own)
        if (problem !== undefined) {
          const reason = new InvalidRequest({ problem: `${problem.setting} ${problem.problem}` })
          return Effect.fail(new GenesysError({ operation, reason }))
        }
        callOptions = CallOptions.resolve(options, own)
      }
      const call = Call.make({ operation, permissions, writes, options: callOptions, context: fiber.context })
      const response = Effect.suspend(() => send(write(args), call))
      const result = Effect.flatMap(response, (response) => decode(response, call))
      const inspected = inspect === undefined ? result : Effect.map(result, (it) => inspect(it, call))
      const told = Effect.catchCause(inspected, (cause) => Effect.failCause(Decode.failures(cause, call)))
      // Not `withSpan`: of the stack it keeps, nothing is the caller's.
      return Spans.use(fiber, span, { attributes }, (span) =>
        span === undefined ? told : Effect.provideService(told, Tracer.ParentSpan, span)
      )
    })
  }
  return operations as Operations
}
