/**
 * Two validators by others judge an answer by the published document. They know nothing
 * of the schemas from which it was printed. Unlike the contract, they refuse fields that
 * the document does not name: the emulator would have invented those.
 */
import type { OpenAPISpec } from "effect/http-api/OpenApi"
import { createRequire } from "node:module"
import Enforcer from "openapi-enforcer"

/** What is used here of `openapi-response-validator`. */
interface Validator {
  readonly validateResponse: (status: number, body: unknown) => { readonly errors: unknown } | undefined
}
const {
  default: ResponseValidator
}: { default: new (args: { readonly responses: object; readonly components: object }) => Validator } = createRequire(
  import.meta.url
)("openapi-response-validator")

type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [name: string]: Json }
type Fields = { readonly [name: string]: Json }

/** The document as JSON. */
interface Document {
  readonly components: { readonly schemas: Fields }
  readonly paths: {
    readonly [path: string]: {
      readonly [method: string]: {
        readonly operationId: string
        readonly responses: { readonly [status: number]: object }
      }
    }
  }
}

/** What a witness has against an answer. */
export interface Objection {
  readonly witness: "openapi-enforcer" | "openapi-response-validator" | "both"
  readonly problem: string
}

/** The objections to an answer of an operation; none to one that the document has. */
export type Judge = (operation: string, status: number, body: unknown) => ReadonlyArray<Objection>

const isFields = (json: Json): json is Fields => typeof json === "object" && json !== null && !Array.isArray(json)

/** The same document, rewritten from its leaves on. */
const rewrite = (json: Json, by: (fields: Fields) => Json): Json => {
  if (Array.isArray(json)) return json.map((item) => rewrite(item, by))
  if (!isFields(json)) return json
  return by(Object.fromEntries(Object.entries(json).map(([name, value]) => [name, rewrite(value, by)])))
}

/** A schema with properties takes those and no others. */
const closed = (schema: Fields): Json =>
  schema["type"] === "object" && isFields(schema["properties"] ?? null) && !("additionalProperties" in schema)
    ? { ...schema, additionalProperties: false }
    : schema

/**
 * OpenAPI 3.1 as 3.0, which is the newest that `openapi-enforcer` reads. Two things of the
 * document are said in another way there: "or null", and what a bearer token is for.
 */
const asOpenApi30 = (document: Document): Fields => {
  const { schemas } = document.components
  // Beside a reference, nothing counts there: what may be null stands in its place.
  const nullable = ({ $ref, ...schema }: Fields): Json => {
    const referred = typeof $ref === "string" ? schemas[$ref.slice($ref.lastIndexOf("/") + 1)]! : schema
    return { ...(rewrite(referred, as30) as Fields), nullable: true }
  }
  const as30 = (fields: Fields): Json => {
    // Scopes are those of OAuth there, and a bearer token has none.
    if (Array.isArray(fields["PureCloud OAuth"])) return { "PureCloud OAuth": [] }
    const anyOf = (fields["anyOf"] ?? []) as ReadonlyArray<Fields>
    const others = anyOf.filter(({ type }) => type !== "null")
    if (others.length === anyOf.length) return fields
    return others.length === 1 ? nullable(others[0]!) : { anyOf: others.map(nullable) }
  }
  return { ...(rewrite(document as unknown as Fields, as30) as Fields), openapi: "3.0.3" }
}

/** What is used here of `openapi-enforcer`, which declares no types. */
interface Enforced {
  readonly paths: {
    readonly [path: string]: {
      readonly [method: string]: { readonly responses: { readonly [status: number]: EnforcedResponse } }
    }
  }
}

interface EnforcedResponse {
  readonly content: {
    readonly "application/json": { readonly schema: { readonly validate: (body: unknown) => Error | undefined } }
  }
}

/** Calls both witnesses to a document. */
export const call = async (document: OpenAPISpec): Promise<Judge> => {
  const strict = rewrite(JSON.parse(JSON.stringify(document)), closed) as unknown as Document
  // It throws where the document is not one of OpenAPI.
  const enforced: Enforced = await Enforcer(asOpenApi30(strict))

  // Compiled once for each model: all errors of all operations have the same one.
  const validators = new Map<string, Validator>()
  const validatorOf = (response: object) => {
    const key = JSON.stringify(response)
    const validator =
      validators.get(key) ?? new ResponseValidator({ responses: { default: response }, components: strict.components })
    validators.set(key, validator)
    return validator
  }

  const operations = new Map(
    Object.entries(strict.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId, responses }]) => [
        operationId,
        { responses, enforced: enforced.paths[path]![method]!.responses }
      ])
    )
  )

  return (operation, status, body) => {
    const { enforced, responses } = operations.get(operation)!
    const response = responses[status]
    const schema = enforced[status]?.content["application/json"].schema
    if (response === undefined || schema === undefined) return [{ witness: "both", problem: "undocumented status" }]
    const found = validatorOf(response).validateResponse(status, body)
    const problem = schema.validate(body)
    return [
      ...(found ? [{ witness: "openapi-response-validator", problem: JSON.stringify(found.errors) } as const] : []),
      ...(problem ? [{ witness: "openapi-enforcer", problem: String(problem) } as const] : [])
    ]
  }
}
