/**
 * What an operation needs and does, as an annotation of the contract that code
 * can read: the client names missing permissions and decides what may be
 * repeated, the emulator enforces permissions and scopes.
 */
import * as Context from "effect/Context"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as OpenApi from "effect/http-api/OpenApi"

/** An OAuth scope. Scopes bind users' tokens; client credentials are bound by roles. */
export type Scope = "license" | "license:readonly"

/** The facts about one operation. */
export interface Operation {
  /** Any one of these is enough; empty where the contract declares none. */
  readonly permissions: ReadonlyArray<string>
  /** Any one of these is enough. */
  readonly scopes: ReadonlyArray<Scope>
  /** `false`: only reads, whatever its method, and may be repeated. `true`: repeating it may repeat a change. */
  readonly writes: boolean
}

/** The annotation key. */
export class Annotation extends Context.Service<Annotation, Operation>()("@genesys-license/schema/Operation") {}

interface Description {
  readonly summary: string
  /** Any one of these is enough. Default: none needed. */
  readonly permissions?: ReadonlyArray<string>
  readonly deprecated?: boolean
  /** The names of the numbers in the query, and the server's defaults. */
  readonly query?: { readonly [name: string]: number }
}

/** Annotates an operation that only reads, whatever its method. */
export const reads = (description: Description) =>
  annotations(description, { scopes: ["license", "license:readonly"], writes: false })

/** Annotates an operation that changes something, or claims to. */
export const writes = (description: Description) => annotations(description, { scopes: ["license"], writes: true })

/** What a schema of the wire format cannot say goes into the OpenAPI operation here, under the vendor's keys. */
const annotations = (
  { deprecated, permissions = [], query, summary }: Description,
  { scopes, writes }: Pick<Operation, "scopes" | "writes">
) =>
  OpenApi.annotations({
    summary,
    deprecated,
    transform: (spec) => ({
      ...spec,
      security: [{ "PureCloud OAuth": scopes }],
      ...(permissions.length > 0 && { "x-inin-requires-permissions": { type: "ANY", permissions } }),
      parameters: spec.parameters.map((parameter: OpenApi.OpenAPISpecParameter) =>
        parameter.in === "query"
          ? { ...parameter, schema: { type: "integer", format: "int32", default: query?.[parameter.name] } }
          : parameter
      ),
      ...(spec.requestBody && { requestBody: mayBeLeftOut(spec.requestBody) })
    })
  }).pipe(Context.add(Annotation, { permissions, scopes, writes }))

/** Says "not required" where the wire format says "or null". */
const mayBeLeftOut = (body: OpenApi.OpenAPISpecRequestBody) => {
  const schema = body.content["application/json"]?.schema as { readonly anyOf: ReadonlyArray<unknown> }
  return { content: { "application/json": { schema: schema.anyOf[0] } }, required: false }
}

/** The facts about an endpoint of the contract. */
export const of = (endpoint: Pick<HttpApiEndpoint.Top, "annotations">): Operation =>
  Context.getUnsafe(endpoint.annotations, Annotation)
