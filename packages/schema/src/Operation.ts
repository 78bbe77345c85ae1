/**
 * Facts about each operation, as an annotation of its endpoint: which permissions and
 * scopes it needs, and whether it changes anything.
 *
 * The client uses them to name missing permissions and to decide what it may retry. The
 * emulator uses them to check permissions and scopes.
 */
import * as Context from "effect/Context"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as OpenApi from "effect/http-api/OpenApi"
import type * as Schema from "effect/Schema"
import * as Query from "./Query.ts"

/**
 * An OAuth scope, such as `license` or `users:readonly`. Scopes limit the tokens of users.
 * Tokens from client credentials are limited by roles instead.
 */
export type Scope = string

/** The facts about one operation. */
export interface Operation {
  /** Any one of these permissions is enough. Empty if the contract declares none. */
  readonly permissions: ReadonlyArray<string>
  /** Any one of these scopes is enough. */
  readonly scopes: ReadonlyArray<Scope>
  /** Whether the operation changes anything. If `false`, it may be retried, even if its method is POST. */
  readonly writes: boolean
  /** Whether the operation is missing from the public contract. The vendor may change or remove it without notice. */
  readonly preview: boolean
}

/** The annotation key. */
export class Annotation extends Context.Service<Annotation, Operation>()("@genesys-license/schema/Operation") {}

interface Description {
  readonly summary: string
  /** The scope of the group. For an operation that reads, its `:readonly` form is enough. */
  readonly scope: string
  /** The accepted scopes, if the contract names others (default: derived from `scope`). */
  readonly scopes?: ReadonlyArray<Scope>
  /** Any one of these is enough (default: no permission needed). */
  readonly permissions?: ReadonlyArray<string>
  readonly deprecated?: boolean
  /** (default: false) */
  readonly preview?: boolean
  /** The same fields as the `query` of the endpoint: the OpenAPI document is made from them. */
  readonly query?: Schema.Struct.Fields
}

/** Annotates an operation that only reads, even if its method is POST. */
export const reads = (description: Description) =>
  annotations(description, [description.scope, `${description.scope}:readonly`], false)

/** Annotates an operation that changes something, or that the vendor documents so. */
export const writes = (description: Description) => annotations(description, [description.scope], true)

/** Adds to the OpenAPI document what a schema cannot express, under the vendor's keys. */
const annotations = (
  { deprecated, permissions = [], preview = false, query, scopes, summary }: Description,
  scopesOfGroup: ReadonlyArray<Scope>,
  writes: boolean
) => {
  const operation: Operation = { permissions, scopes: scopes ?? scopesOfGroup, writes, preview }
  return OpenApi.annotations({
    summary,
    deprecated,
    transform: (spec) => ({
      ...spec,
      security: [{ "PureCloud OAuth": operation.scopes }],
      ...(permissions.length > 0 && { "x-inin-requires-permissions": { type: "ANY", permissions } }),
      parameters: spec.parameters.map((parameter: OpenApi.OpenAPISpecParameter) =>
        parameter.in === "query" ? publish(parameter, query?.[parameter.name]) : parameter
      ),
      ...(spec.requestBody && { requestBody: mayBeLeftOut(spec.requestBody) })
    })
  }).pipe(Context.add(Annotation, operation))
}

/** Gives a query parameter its published type. On the wire, every parameter is a string. */
const publish = (parameter: OpenApi.OpenAPISpecParameter, schema: Schema.Constraint | undefined) => {
  const published = schema && Query.published(schema)
  if (published === undefined) return parameter
  return { ...parameter, schema: published, ...(published.type === "array" && { style: "form", explode: true }) }
}

/** Documents a nullable body as an optional one. */
const mayBeLeftOut = (body: OpenApi.OpenAPISpecRequestBody) => {
  const schema = body.content["application/json"]?.schema as { readonly anyOf: ReadonlyArray<unknown> }
  return { content: { "application/json": { schema: schema.anyOf[0] } }, required: false }
}

/**
 * The OpenAPI `transform` of every API. It removes `additionalProperties: false`, because
 * unknown fields are ignored and never refused.
 */
export const withoutRefusals = <Spec extends object>(spec: Spec): Spec =>
  JSON.parse(JSON.stringify(spec), (key, value) =>
    key === "additionalProperties" && value === false ? undefined : value
  )

/** The facts about an endpoint. */
export const of = (endpoint: Pick<HttpApiEndpoint.Top, "annotations">): Operation =>
  Context.getUnsafe(endpoint.annotations, Annotation)
