/**
 * The body of every response that is not 2xx.
 */
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { list, optional } from "./Lenient.ts"

/** One detail of an error, such as the field that the server rejected. */
export const Detail = Schema.Struct({
  errorCode: optional(Schema.String),
  fieldName: optional(Schema.String),
  entityId: optional(Schema.String),
  entityName: optional(Schema.String)
}).annotate({ identifier: "Detail" })
export interface Detail extends Schema.Schema.Type<typeof Detail> {}

/** The limit that the request exceeded. `namespace` is an open string, because the vendor adds values. */
export const Limit = Schema.Struct({
  key: optional(Schema.String),
  namespace: optional(Schema.String),
  value: optional(Schema.Finite)
}).annotate({ identifier: "Limit" })
export interface Limit extends Schema.Schema.Type<typeof Limit> {}

/**
 * An error as Genesys Cloud sends it. `code` is stable and meant for programs
 * (`bad.credentials`, `missing.any.permissions`). `message` is meant for people.
 * Genesys support asks for `contextId`.
 */
export interface ErrorBody {
  /** What happened, for people. */
  readonly message?: string
  /** What happened, for programs, such as `bad.credentials`. */
  readonly code?: string
  /** The HTTP status of the response. */
  readonly status?: number
  /** The id of the entity that the error is about. */
  readonly entityId?: string
  /** The type of the entity that the error is about. */
  readonly entityName?: string
  /** The message with placeholders for `messageParams`. */
  readonly messageWithParams?: string
  /** The values of the placeholders, by name. */
  readonly messageParams?: { readonly [name: string]: string }
  /** The id of the request. Genesys support asks for it. */
  readonly contextId?: string
  /** Which parts of the request are wrong. Empty if the server names none. */
  readonly details: ReadonlyArray<Detail>
  /** The errors that caused this one. Empty if there are none. */
  readonly errors: ReadonlyArray<ErrorBody>
  /** The limit that the request exceeded. */
  readonly limit?: Limit
}

/** {@link ErrorBody} as JSON. */
export interface ErrorBodyEncoded {
  readonly message?: string | null
  readonly code?: string | null
  readonly status?: number | null
  readonly entityId?: string | null
  readonly entityName?: string | null
  readonly messageWithParams?: string | null
  readonly messageParams?: { readonly [name: string]: string } | null
  readonly contextId?: string | null
  readonly details?: ReadonlyArray<(typeof Detail)["Encoded"]> | null
  readonly errors?: ReadonlyArray<ErrorBodyEncoded> | null
  readonly limit?: (typeof Limit)["Encoded"] | null
}

export const ErrorBody: Schema.Codec<ErrorBody, ErrorBodyEncoded> = Schema.Struct({
  message: optional(Schema.String),
  code: optional(Schema.String),
  status: optional(Schema.Int),
  entityId: optional(Schema.String),
  entityName: optional(Schema.String),
  messageWithParams: optional(Schema.String),
  messageParams: optional(Schema.Record(Schema.String, Schema.String)),
  contextId: optional(Schema.String),
  details: list(Detail),
  errors: list(Schema.suspend(() => ErrorBody)),
  limit: optional(Limit)
}).annotate({ identifier: "ErrorBody" })

/** The error statuses that every operation documents. Servers also send 502, which the vendor does not document. */
export const errorStatuses = [400, 401, 403, 404, 408, 409, 413, 415, 429, 500, 503, 504] as const

/** One {@link ErrorBody} schema for each of {@link errorStatuses}: the `error` of every endpoint. */
export const documentedErrors = errorStatuses.map((status) => ErrorBody.pipe(HttpApiSchema.status(status)))
