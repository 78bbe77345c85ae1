/**
 * Requests as the contract writes them: from the arguments of an operation to what is
 * sent, short of where to and by whom.
 *
 * `HttpApiClient.make` takes an effect of many steps for each, and to tell its client
 * what it is about, a context of its own.
 */
import { LicenseApi, type OperationName } from "@genesys-license/schema/license/LicenseApi"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"

type Endpoint<Name extends OperationName> = (typeof LicenseApi)["groups"]["license"]["endpoints"][Name]

/** What an operation is called with: `params`, `query` and `payload`, as the contract has them. */
export type Arguments<Name extends OperationName> = HttpApiEndpoint.ClientRequest<
  Endpoint<Name>["~Params"],
  Endpoint<Name>["~Query"],
  Endpoint<Name>["~Payload"],
  Endpoint<Name>["~Headers"],
  "response-only"
>

const urls = HttpApiClient.urlBuilder(LicenseApi)

/** Writes the requests of an operation; throws a `SchemaError` at arguments that make none. */
export const make = (
  name: OperationName,
  { method, payload }: Pick<HttpApiEndpoint.Top, "method" | "payload">
): ((args: { readonly payload?: unknown } | void) => HttpClientRequest.HttpClientRequest) => {
  const url = urls[name] as (args: object | void) => string
  const request = HttpClientRequest.make(method)
  const bodies = [...payload.values()].flatMap(({ schemas }) => schemas as ReadonlyArray<Schema.Codec<unknown>>)
  if (bodies.length === 0) return (args) => request(url(args))
  const encode = Schema.encodeUnknownSync(Schema.Union(bodies))
  return (args) => HttpClientRequest.setBody(request(url(args)), HttpBody.jsonUnsafe(encode(args?.payload)))
}
