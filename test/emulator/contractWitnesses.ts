/**
 * Two independent validators check answers against the published OpenAPI document. They do not know
 * the schemas from which the document is generated. Unlike the contract, they refuse fields that
 * the document does not contain, because the emulator must not invent fields.
 */
import type { OpenAPISpec } from "effect/http-api/OpenApi"
import { createRequire } from "node:module"
import Enforcer from "openapi-enforcer"

/** The used part of the types of `openapi-response-validator`. */
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

/** The used part of the OpenAPI document. */
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

/** A problem that a validator found in an answer. */
export interface Objection {
  readonly witness: "openapi-enforcer" | "openapi-response-validator" | "both"
  readonly problem: string
}

/** The objections to an answer of an operation. Empty if the answer matches the document. */
export type Judge = (operation: string, status: number, body: unknown) => ReadonlyArray<Objection>

const isFields = (json: Json): json is Fields => typeof json === "object" && json !== null && !Array.isArray(json)

/** Applies a function to all objects of a document, innermost first. */
const rewrite = (json: Json, by: (fields: Fields) => Json): Json => {
  if (Array.isArray(json)) return json.map((item) => rewrite(item, by))
  if (!isFields(json)) return json
  return by(Object.fromEntries(Object.entries(json).map(([name, value]) => [name, rewrite(value, by)])))
}

/** Makes a schema with properties refuse all other properties. */
const closed = (schema: Fields): Json =>
  schema["type"] === "object" && isFields(schema["properties"] ?? null) && !("additionalProperties" in schema)
    ? { ...schema, additionalProperties: false }
    : schema

/**
 * Converts OpenAPI 3.1 to 3.0, because `openapi-enforcer` supports nothing newer. Nullable types
 * and the scopes of a bearer token differ between the two.
 */
const asOpenApi30 = (document: Document): Fields => {
  const { schemas } = document.components
  // OpenAPI 3.0 ignores everything next to a reference, so the nullable schema replaces the reference.
  const nullable = ({ $ref, ...schema }: Fields): Json => {
    const referred = typeof $ref === "string" ? schemas[$ref.slice($ref.lastIndexOf("/") + 1)]! : schema
    return { ...(rewrite(referred, as30) as Fields), nullable: true }
  }
  const as30 = (fields: Fields): Json => {
    // In OpenAPI 3.0, a bearer token has no scopes.
    if (Array.isArray(fields["PureCloud OAuth"])) return { "PureCloud OAuth": [] }
    const anyOf = (fields["anyOf"] ?? []) as ReadonlyArray<Fields>
    const nonNull = anyOf.filter(({ type }) => type !== "null")
    if (nonNull.length === anyOf.length) return fields
    return nonNull.length === 1 ? nullable(nonNull[0]!) : { anyOf: nonNull.map(nullable) }
  }
  return { ...(rewrite(document as unknown as Fields, as30) as Fields), openapi: "3.0.3" }
}

/** The used part of `openapi-enforcer`, which has no types. */
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

/** Creates both validators for a document. */
export const call = async (document: OpenAPISpec): Promise<Judge> => {
  const strict = rewrite(JSON.parse(JSON.stringify(document)), closed) as unknown as Document
  // Throws if the document is not valid OpenAPI.
  const enforced: Enforced = await Enforcer(asOpenApi30(strict))

  // Cached by model, because all errors of all operations share one.
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
