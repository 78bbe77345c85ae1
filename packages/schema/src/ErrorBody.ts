/**
 * The body that every operation answers with when it does not answer 2xx.
 */
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { list, optional } from "./Lenient.ts"

/** A part of an error, such as the field that was not understood. */
export const Detail = Schema.Struct({
  errorCode: optional(Schema.String),
  fieldName: optional(Schema.String),
  entityId: optional(Schema.String),
  entityName: optional(Schema.String)
}).annotate({ identifier: "Detail" })
export interface Detail extends Schema.Schema.Type<typeof Detail> {}

/** The limit that a request ran into. `namespace` is open: the published list grows. */
export const Limit = Schema.Struct({
  key: optional(Schema.String),
  namespace: optional(Schema.String),
  value: optional(Schema.Finite)
}).annotate({ identifier: "Limit" })
export interface Limit extends Schema.Schema.Type<typeof Limit> {}

/**
 * An error as Genesys Cloud writes it. `code` is stable and meant for programs
 * (`bad.credentials`, `missing.any.permissions`), `message` for people, and
 * `contextId` is what Genesys support asks for.
 */
export interface ErrorBody {
  /** What happened, for people. */
  readonly message?: string
  /** What happened, for programs, such as `bad.credentials`. */
  readonly code?: string
  /** The status of the answer. */
  readonly status?: number
  /** The id that the error is about. */
  readonly entityId?: string
  /** The kind of thing that the error is about. */
  readonly entityName?: string
  /** The message with places for `messageParams`. */
  readonly messageWithParams?: string
  /** What belongs in these places. */
  readonly messageParams?: { readonly [name: string]: string }
  /** What Genesys support asks for. */
  readonly contextId?: string
  /** The parts of the request that are to blame. Empty if none is named. */
  readonly details: ReadonlyArray<Detail>
  /** Errors beneath this one. Empty if there are none. */
  readonly errors: ReadonlyArray<ErrorBody>
  /** The limit that the request ran into. */
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

/** The statuses that every License operation documents. 502 is not among them, yet it is seen. */
export const errorStatuses = [400, 401, 403, 404, 408, 409, 413, 415, 429, 500, 503, 504] as const

/** One {@link ErrorBody} for each of {@link errorStatuses}, as `HttpApi` wants them. */
export const documentedErrors = errorStatuses.map((status) => ErrorBody.pipe(HttpApiSchema.status(status)))
