/**
 * One request in the journal.
 */
import * as Schema from "effect/Schema"
import { Operation, Query } from "./RequestMatch.ts"

/** A request and the status of its answer. Contains no headers, and no body of a login. */
export const Entry = Schema.Struct({
  /** When the request arrived: the time of the emulator's clock, in milliseconds since 1970. */
  at: Schema.Finite,
  method: Schema.String,
  /** As sent, with the prefix of a gateway but without the query. */
  path: Schema.String,
  query: Query,
  /** `token` is `POST /oauth/token`. Absent if there is no such route. */
  operation: Schema.optional(Operation),
  /** Absent if the connection ended before the answer. */
  status: Schema.optional(Schema.Int),
  correlationId: Schema.String,
  /** The body that an operation received. Absent if it was not read, is not JSON, or is larger than 64 KiB. */
  body: Schema.optional(Schema.Json),
  /** The names of the fault rules that applied to the request. Absent if there were none. */
  faults: Schema.optional(Schema.Array(Schema.String))
}).annotate({ identifier: "JournalEntry" })
export interface Entry extends Schema.Schema.Type<typeof Entry> {}
