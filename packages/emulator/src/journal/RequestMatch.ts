/**
 * Selects the requests of a fault rule or an expectation, as data. A request must match every
 * field that is present. A selection without fields matches every request.
 */
import { endpoints, type OperationName } from "@genesys-license/schema/GenesysCloudApi"
import * as Equal from "effect/Equal"
import * as Schema from "effect/Schema"

/** The vendor's name of an operation, or `token` for `POST /oauth/token`. */
export type Operation = OperationName | "token"

const names = endpoints.map(({ identifier }): OperationName => identifier)

export const Operation: Schema.Codec<Operation> = Schema.Literals([...names, "token"]).annotate({
  identifier: "Operation",
  message: `Expected one of ${[...names, "token"].join(", ")}`,
  description: "The vendor's name of an operation, or token for POST /oauth/token."
})

/** The query parameters. A parameter that is sent several times is a list, in the order of the query. */
export const Query = Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Array(Schema.String)]))
export type Query = (typeof Query)["Type"]

/** The fields that select requests. Fault rules and expectations include them. */
export const fields = {
  /** An operation, or a list of alternatives. */
  operation: Schema.optional(Schema.Union([Operation, Schema.Array(Operation)])),
  method: Schema.optional(Schema.String),
  /** As sent, with the prefix of a gateway but without the query. */
  path: Schema.optional(Schema.String),
  /** Required query parameters, such as `{ "pageNumber": "3" }`. The request may have others. */
  query: Schema.optional(Query)
}

/** A selection of requests. */
export const RequestMatch = Schema.Struct(fields).annotate({ identifier: "RequestMatch" })
export interface RequestMatch extends Schema.Schema.Type<typeof RequestMatch> {}

/** The parts of a request that a selection can check. */
export interface Subject {
  /** `undefined` if there is no such route. */
  readonly operation: Operation | undefined
  /** In upper case. */
  readonly method: string
  /** As sent, without the query. */
  readonly path: string
  /** Empty if it may contain a secret. */
  readonly query: Query
}

/** Whether a request matches the selection. */
export const matches = (match: RequestMatch, { method, operation, path, query }: Subject): boolean =>
  (match.operation === undefined || (operation !== undefined && operations(match.operation).includes(operation))) &&
  (match.method === undefined || match.method.toUpperCase() === method) &&
  (match.path === undefined || match.path === path) &&
  (match.query === undefined || Object.entries(match.query).every(([name, value]) => Equal.equals(query[name], value)))

/** The operations of a selection, as a list. */
export const operations = (operation: Operation | ReadonlyArray<Operation>): ReadonlyArray<Operation> =>
  typeof operation === "string" ? [operation] : operation
