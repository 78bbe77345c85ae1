/**
 * What an operation needs and does, as an annotation of the contract that code
 * can read: the client names missing permissions and decides what may be
 * repeated, the emulator enforces permissions and scopes.
 */
import * as Context from "effect/Context"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as OpenApi from "effect/http-api/OpenApi"
import type * as Schema from "effect/Schema"
import * as Query from "./Query.ts"

/**
 * An OAuth scope, such as `license` or `users:readonly`. Scopes bind users' tokens;
 * client credentials are bound by roles.
 */
export type Scope = string

/** The facts about one operation. */
export interface Operation {
  /** Any one of these is enough; empty where the contract declares none. */
  readonly permissions: ReadonlyArray<string>
  /** Any one of these is enough. */
  readonly scopes: ReadonlyArray<Scope>
  /** `false`: only reads, whatever its method, and may be repeated. `true`: repeating it may repeat a change. */
  readonly writes: boolean
  /** Not in the public contract: the vendor may change or remove it at any time, without notice. */
  readonly preview: boolean
}

/** The annotation key. */
export class Annotation extends Context.Service<Annotation, Operation>()("@genesys-license/schema/Operation") {}

interface Description {
  readonly summary: string
  /** The scope of the whole group; its `:readonly` form is enough to read. */
  readonly scope: string
  /** In place of those that follow from `scope`, where the contract says others. */
  readonly scopes?: ReadonlyArray<Scope>
  /** Any one of these is enough. Default: none needed. */
  readonly permissions?: ReadonlyArray<string>
  readonly deprecated?: boolean
  /** Default: false. */
  readonly preview?: boolean
  /** The query of the endpoint once more, for the document. */
  readonly query?: Schema.Struct.Fields
}

/** Annotates an operation that only reads, whatever its method. */
export const reads = (description: Description) =>
  annotations(description, [description.scope, `${description.scope}:readonly`], false)

/** Annotates an operation that changes something, or claims to. */
export const writes = (description: Description) => annotations(description, [description.scope], true)

/** What a schema of the wire format cannot say goes into the OpenAPI operation here, under the vendor's keys. */
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

/** Says what is published where the wire format says "text". */
const publish = (parameter: OpenApi.OpenAPISpecParameter, schema: Schema.Constraint | undefined) => {
  const published = schema && Query.published(schema)
  if (published === undefined) return parameter
  return { ...parameter, schema: published, ...(published.type === "array" && { style: "form", explode: true }) }
}

/** Says "not required" where the wire format says "or null". */
const mayBeLeftOut = (body: OpenApi.OpenAPISpecRequestBody) => {
  const schema = body.content["application/json"]?.schema as { readonly anyOf: ReadonlyArray<unknown> }
  return { content: { "application/json": { schema: schema.anyOf[0] } }, required: false }
}

/**
 * The `transform` of every API's document: unknown fields are ignored, never refused,
 * and the document must not say otherwise.
 */
export const withoutRefusals = <Spec extends object>(spec: Spec): Spec =>
  JSON.parse(JSON.stringify(spec), (key, value) =>
    key === "additionalProperties" && value === false ? undefined : value
  )

/** The facts about an endpoint of the contract. */
export const of = (endpoint: Pick<HttpApiEndpoint.Top, "annotations">): Operation =>
  Context.getUnsafe(endpoint.annotations, Annotation)
