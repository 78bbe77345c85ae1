/**
 * One request, as the journal keeps it.
 */
import * as Schema from "effect/Schema"
import { Operation, Query } from "./RequestMatch.ts"

/** What was asked and how it was answered. No header is in it, and no body of a login. */
export const Entry = Schema.Struct({
  /** When it arrived, in milliseconds of the emulator's time. */
  at: Schema.Finite,
  method: Schema.String,
  /** As sent, with any prefix and without the query. */
  path: Schema.String,
  query: Query,
  /** `token` is `POST /oauth/token`; absent where there is no such route. */
  operation: Schema.optional(Operation),
  /** Absent when the caller went away before the answer, or the connection was taken from it. */
  status: Schema.optional(Schema.Int),
  correlationId: Schema.String,
  /** What was sent to an operation, as far as it was read and is JSON of at most 64 KiB. */
  body: Schema.optional(Schema.Json),
  /** The names of the faults that happened to it; absent when there were none. */
  faults: Schema.optional(Schema.Array(Schema.String))
}).annotate({ identifier: "JournalEntry" })
export interface Entry extends Schema.Schema.Type<typeof Entry> {}
