/**
 * Which requests a fault or an expectation is about, as data: every field that is
 * given must fit, and the empty match fits every request.
 */
import { endpoints, type OperationName } from "@genesys-license/schema/GenesysCloudApi"
import * as Equal from "effect/Equal"
import * as Schema from "effect/Schema"

/** The vendor's name of an operation; `token` is `POST /oauth/token`. */
export type Operation = OperationName | "token"

const names = endpoints.map(({ identifier }): OperationName => identifier)

export const Operation: Schema.Codec<Operation> = Schema.Literals([...names, "token"]).annotate({
  identifier: "Operation",
  message: `Expected one of ${[...names, "token"].join(", ")}`,
  description: "The vendor's name of an operation; token is POST /oauth/token."
})

/** The parameters of a query; one that was sent several times is a list, in the order in which it was sent. */
export const Query = Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Array(Schema.String)]))
export type Query = (typeof Query)["Type"]

/** Fields of every rule that is about some requests and not about others. */
export const fields = {
  /** One, or any of several. */
  operation: Schema.optional(Schema.Union([Operation, Schema.Array(Operation)])),
  method: Schema.optional(Schema.String),
  /** As sent, with any prefix and without the query. */
  path: Schema.optional(Schema.String),
  /** Parameters that must be there, such as `{ "pageNumber": "3" }`; others may be there too. */
  query: Schema.optional(Query)
}

/** Which requests something is about. */
export const RequestMatch = Schema.Struct(fields).annotate({ identifier: "RequestMatch" })
export interface RequestMatch extends Schema.Schema.Type<typeof RequestMatch> {}

/** As much of a request as a match looks at. */
export interface Subject {
  /** Absent where there is no such route. */
  readonly operation: Operation | undefined
  /** In upper case. */
  readonly method: string
  /** As sent, without the query. */
  readonly path: string
  /** Empty where it may hold a secret. */
  readonly query: Query
}

/** Whether a match fits a request. */
export const matches = (match: RequestMatch, { method, operation, path, query }: Subject): boolean =>
  (match.operation === undefined || (operation !== undefined && operations(match.operation).includes(operation))) &&
  (match.method === undefined || match.method.toUpperCase() === method) &&
  (match.path === undefined || match.path === path) &&
  (match.query === undefined || Object.entries(match.query).every(([name, value]) => Equal.equals(query[name], value)))

/** The operations of a match as a list. */
export const operations = (operation: Operation | ReadonlyArray<Operation>): ReadonlyArray<Operation> =>
  typeof operation === "string" ? [operation] : operation
