/**
 * The outcome of each organization, in a file in the folder of the results. The next run
 * reads it and does only the organizations that are left.
 *
 * A line is added when the work for an organization ends; the last line of an organization
 * counts. A line that a crash cut off is ignored, and that organization is done again.
 */
import * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"
import { canonical } from "../files/Document.ts"
import * as TextFile from "../files/TextFile.ts"

const Count = Schema.Int

/** The outcome of one organization: a line of the record. */
export const Entry = Schema.Struct({
  /** What was done, such as `audit`. */
  command: Schema.String,
  id: Schema.String,
  /**
   * - `done`: the file is written.
   * - `partly`: the file is written, and says what is left to do.
   * - `failed`: this organization failed; the others go on.
   * - `timedOut`: it took longer than the timeout for one organization.
   */
  state: Schema.Literals(["done", "partly", "failed", "timedOut"]),
  /** When it ended, ISO 8601. */
  at: Schema.String,
  /** Identifies the task. A task that is done is not done again. */
  task: Schema.String,
  /** The file with the result. */
  file: Schema.optionalKey(Schema.Struct({ name: Schema.String, checksum: Schema.String })),
  /** The result in numbers. */
  numbers: Schema.Record(Schema.String, Count),
  /** For each license, how many users gain it and how many lose it. */
  changes: Schema.optionalKey(Schema.Array(Schema.Struct({ licenseId: Schema.String, gained: Count, lost: Count }))),
  /** What the command said besides the result, in sentences. */
  notes: Schema.Array(Schema.String),
  error: Schema.optionalKey(
    Schema.Struct({
      /** The tag of the reason, such as `AuthenticationFailed`. */
      reason: Schema.String,
      message: Schema.String,
      /** Whether a later run may succeed without a change. */
      isRetryable: Schema.Boolean
    })
  )
}).annotate({ identifier: "FleetRecordEntry" })
export interface Entry extends Schema.Schema.Type<typeof Entry> {}

const decodeLine = Schema.decodeUnknownOption(Schema.fromJsonString(Entry))

/** The outcomes of all runs in a folder. */
export interface FleetRecord {
  /** The last outcome of an organization. */
  readonly of: (id: string) => Entry | undefined
  /** Whether a task is done and its file is unchanged. */
  readonly isDone: (id: string, task: string) => Effect.Effect<boolean>
  /** Adds the outcome of an organization. */
  readonly add: (entry: Entry) => Effect.Effect<void, AdminError>
}

/** The name of the file of the record. No organization can have `fleet` as its id. */
export const fileName = "fleet.ndjson"

/** Opens the record of a folder until the scope closes; creates the folder if needed. Each folder is for one command. */
export const open = Effect.fnUntraced(function* (
  folder: string,
  command: string
): Effect.fn.Return<FleetRecord, AdminError, FileSystem.FileSystem | Scope.Scope> {
  const fs = yield* FileSystem.FileSystem
  const path = `${folder}/${fileName}`
  yield* Effect.mapError(fs.makeDirectory(folder, { recursive: true, mode: 0o700 }), TextFile.failed(folder, "write"))
  const exists = yield* Effect.mapError(fs.exists(path), TextFile.failed(path, "read"))
  const text = exists ? yield* TextFile.read(path) : ""
  const entries = new Map<string, Entry>()
  for (const line of text.split("\n")) {
    const entry = Option.getOrUndefined(decodeLine(line))
    if (entry === undefined) continue
    if (entry.command !== command) {
      const problem = `it already has results of \`fleet ${entry.command}\`. Use another folder for \`fleet ${command}\``
      return yield* fail(new InvalidInput({ source: folder, problem }))
    }
    entries.set(entry.id, entry)
  }

  let isTorn = text !== "" && !text.endsWith("\n")
  const writing = yield* Semaphore.make(1)
  const file = yield* Effect.mapError(fs.open(path, { flag: "a", mode: 0o600 }), TextFile.failed(path, "write"))
  const append = (line: string) =>
    Effect.suspend(() => {
      const begin = isTorn ? "\n" : ""
      isTorn = true
      return file.writeAll(new TextEncoder().encode(`${begin}${line}\n`))
    }).pipe(
      Effect.tap(() => Effect.sync(() => (isTorn = false))),
      Effect.mapError(TextFile.failed(path, "write")),
      writing.withPermits(1),
      Effect.uninterruptible
    )

  return {
    of: (id) => entries.get(id),
    isDone: Effect.fnUntraced(function* (id, task) {
      const entry = entries.get(id)
      if (entry?.state !== "done" || entry.task !== task || entry.file === undefined) return false
      const found = yield* Effect.option(Effect.flatMap(fs.readFile(`${folder}/${entry.file.name}`), checksum))
      return Option.contains(found, entry.file.checksum)
    }),
    add: (entry) => Effect.tap(append(JSON.stringify(entry)), () => Effect.sync(() => entries.set(entry.id, entry)))
  }
})

/** Identifies a task by everything that its result depends on. */
export const task = (parts: unknown): Effect.Effect<string> => checksum(new TextEncoder().encode(canonical(parts)))

/** The checksum of the bytes of a file. */
export const checksum = (bytes: Uint8Array): Effect.Effect<string> =>
  Effect.flatMap(Digest.Digest, ({ digestHex }) => digestHex(Digest.sha256, bytes)).pipe(
    Effect.map((hex) => `sha256:${hex}`),
    Effect.provide(Digest.layerWebCrypto)
  )
