/**
 * The desired state: which users should hold which licenses. Reads it from CSV, NDJSON or JSON.
 *
 * - CSV: the columns `userId` or `email`, `licenseId`, and optionally `state` (`present` or
 *   `absent`).
 * - NDJSON: one object a line, with the same names as fields.
 * - JSON: `{ "assignments": [{ "userId", "licenseId", "state" }], "exactly": { "cloudCX2": ["<user id>"] } }`.
 *   `exactly` lists all users who should hold a license; every other user loses it.
 *
 * An e-mail address may be used instead of a user id. `NamedByEmail` replaces it by the id.
 */
import * as Problem from "@genesys-license/schema/Problem"
import { LicenseId, UserId } from "@genesys-license/schema/Ids"
import { quote } from "@genesys-license/schema/Quote"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"
import * as CsvTable from "../files/CsvTable.ts"
import * as TextFile from "../files/TextFile.ts"
import * as UserIdCell from "../people/UserIdCell.ts"

/** A license that a user should or should not have. */
export interface Assignment {
  readonly userId: UserId
  readonly licenseId: LicenseId
  /** `present`: the user should have the license. `absent`: the user should not have it. */
  readonly state: "present" | "absent"
}

/** All users who should hold a license. */
export interface Membership {
  readonly licenseId: LicenseId
  readonly userIds: ReadonlyArray<UserId>
}

/** The desired state. Users and licenses that it does not mention stay as they are. */
export interface Desired {
  /** Single assignments: each pair of user and license once. */
  readonly assignments: ReadonlyArray<Assignment>
  /** Exact lists of users: each license once. */
  readonly exactly: ReadonlyArray<Membership>
}

/** Options for reading CSV and NDJSON. */
export interface CsvOptions {
  /** The name of the text in errors (default: `desired state`). */
  readonly source?: string | undefined
  /** Treat the users of each license as the exact list: every other user loses it (default: false). */
  readonly exact?: boolean | undefined
}

const columns = {
  userId: ["userId", "user"],
  licenseId: ["licenseId", "license"],
  state: ["state"],
  // Identifies the user if there is no column `userId`.
  email: ["email"],
  // Columns that `users --pairs` adds for the reader. They are ignored.
  name: ["name"],
  department: ["department"],
  title: ["title"],
  division: ["division"],
  manager: ["manager"],
  lastLogin: ["lastLogin"],
  lastLoginFrom: ["lastLoginFrom"],
  userState: ["userState"]
} as const

/** Reads CSV. Repeated rows count once. Contradicting rows are an error. */
export const parseCsv = Effect.fnUntraced(function* (
  text: string,
  { exact = false, source = "desired state" }: CsvOptions = {}
): Effect.fn.Return<Desired, AdminError> {
  const table = yield* CsvTable.parse(text, { source, columns, required: [["userId", "email"], "licenseId"] })
  const naming = table.columns.has("userId") ? "userId" : "email"
  const invalid = (line: number, column: string, problem: string) =>
    fail(new InvalidInput({ source, line, column, problem }))
  // Unknown columns are errors: a misspelled `state` could be the one that takes licenses away.
  const [other] = table.others
  if (other !== undefined) {
    return yield* invalid(table.headerLine, other, "unknown column; allowed: userId, email, licenseId, state")
  }

  const rows: Array<Assignment & { readonly line: number }> = []
  for (const row of table.rows) {
    const { line } = row
    const userId = UserIdCell.read(table.cell(row, naming))
    const licenseId = UserIdCell.visible(table.cell(row, "licenseId"))
    const state = table.cell(row, "state").toLowerCase() || (table.columns.has("state") ? "" : "present")
    if (userId === "") return yield* invalid(line, naming, "must not be empty")
    if (naming === "email" && !UserIdCell.isEmail(userId)) {
      return yield* invalid(line, "email", `must be an e-mail address, not "${quote(userId)}"`)
    }
    if (licenseId === "") return yield* invalid(line, "licenseId", "must not be empty")
    if (state !== "present" && state !== "absent") {
      return yield* invalid(line, "state", `must be present or absent, not "${quote(state)}"`)
    }
    rows.push({ userId, licenseId, state, line })
  }
  return yield* ofRows(rows, { exact, source })
})

const ofRows = Effect.fnUntraced(function* (
  rows: ReadonlyArray<Assignment & { readonly line: number }>,
  { exact, source }: { readonly exact: boolean; readonly source: string }
): Effect.fn.Return<Desired, AdminError> {
  const assignments = yield* unique(rows, source)
  if (!exact) return { assignments, exactly: [] }
  const present = assignments.filter(({ state }) => state === "present")
  const exactly = [...Map.groupBy(present, ({ licenseId }) => licenseId)].map(([licenseId, users]) => ({
    licenseId,
    userIds: users.map(({ userId }) => userId)
  }))
  // Drop `absent` rows of licenses with an exact list: the list already excludes these users.
  const listed = new Set(exactly.map(({ licenseId }) => licenseId))
  return { assignments: assignments.filter(({ licenseId }) => !listed.has(licenseId)), exactly }
})

const text = Schema.optionalKey(Schema.String)

/** An id in JSON. Like an id in CSV, it may have invisible characters. */
const Id = Schema.String.check(
  Schema.makeFilter((id) => (UserIdCell.read(id) === "" ? "must not be empty" : undefined), { expected: "an id" })
)

/** `userId` identifies the user. Without it, `email` does. */
const JsonAssignment = Schema.Struct({
  userId: Schema.optionalKey(Id),
  licenseId: Id,
  state: Schema.optionalKey(Schema.Literals(["present", "absent"])),
  email: text,
  name: text,
  department: text,
  title: text,
  division: text,
  manager: text,
  lastLogin: text,
  lastLoginFrom: text,
  userState: text
}).check(
  Schema.makeFilter(({ email, userId }) =>
    userId === undefined && !UserIdCell.isEmail(UserIdCell.read(email ?? ""))
      ? {
          path: [email === undefined ? "userId" : "email"],
          issue: email === undefined ? "Missing key" : "must be an e-mail address"
        }
      : undefined
  )
)
const Json = Schema.Struct({
  version: Schema.optionalKey(Schema.Literal(1)),
  assignments: Schema.optionalKey(Schema.Array(JsonAssignment)),
  exactly: Schema.optionalKey(Schema.Record(LicenseId, Schema.Array(Id)))
})
const decodeJson = Schema.decodeUnknownEffect(Json, { onExcessProperty: "error" })
const decodeJsonAssignment = Schema.decodeUnknownEffect(Schema.fromJsonString(JsonAssignment), {
  onExcessProperty: "error"
})

/** Reads JSON. `state` is optional (default: `present`). */
export const parseJson = Effect.fnUntraced(function* (
  text: string,
  { source = "desired state" }: Pick<CsvOptions, "source"> = {}
): Effect.fn.Return<Desired, AdminError> {
  const json = yield* Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: (error) => fail(notJson(error, source))
  })
  if (Array.isArray(json)) {
    const problem = 'must be an object with "assignments", not a list; a list can be saved as NDJSON, one object a line'
    return yield* fail(new InvalidInput({ source, problem }))
  }
  const decoded = yield* Effect.mapError(decodeJson(json), (error) =>
    fail(new InvalidInput({ source, problem: Problem.describe(error) }))
  )
  const given = (decoded.assignments ?? []).map(toAssignment)
  const exactly = Object.entries(decoded.exactly ?? {}).map(([licenseId, userIds]) => ({
    licenseId: UserIdCell.visible(licenseId),
    userIds: [...new Set(userIds.map(UserIdCell.read))]
  }))
  const members = exactly.flatMap(({ licenseId, userIds }) =>
    userIds.map((userId): Assignment => ({ licenseId, userId, state: "present" }))
  )
  const all = yield* unique([...members, ...given], source)
  const listed = new Set(exactly.map(({ licenseId }) => licenseId))
  const extra = all.slice(members.length).find(({ licenseId, state }) => state === "present" && listed.has(licenseId))
  if (extra !== undefined) {
    const problem = `user ${quote(extra.userId)} is present for ${quote(extra.licenseId)} in "assignments", but missing from its list in "exactly"`
    return yield* fail(new InvalidInput({ source, problem }))
  }
  return { assignments: all.filter(({ licenseId }) => !listed.has(licenseId)), exactly }
})

/** Reads NDJSON. `state` is optional (default: `present`). */
export const parseNdjson = Effect.fnUntraced(function* (
  text: string,
  { exact = false, source = "desired state" }: CsvOptions = {}
): Effect.fn.Return<Desired, AdminError> {
  const rows: Array<Assignment & { readonly line: number }> = []
  for (const [index, json] of text.split("\n").entries()) {
    if (json.trim() === "") continue
    const line = index + 1
    const assignment = yield* Effect.mapError(decodeJsonAssignment(json), (error) =>
      fail(new InvalidInput({ source, line, problem: Problem.describe(error) }))
    )
    rows.push({ ...toAssignment(assignment), line })
  }
  return yield* ofRows(rows, { exact, source })
})

const toAssignment = ({
  email = "",
  licenseId,
  state = "present",
  userId = email
}: (typeof JsonAssignment)["Type"]): Assignment => ({
  userId: UserIdCell.read(userId),
  licenseId: UserIdCell.visible(licenseId),
  state
})

/**
 * Reads a file: `.json` as JSON, `.ndjson` and `.jsonl` as NDJSON, `.csv` as CSV. For any other
 * name, detects the format by the beginning of the text.
 */
export const load = Effect.fnUntraced(function* (
  path: string,
  options: Pick<CsvOptions, "exact"> = {}
): Effect.fn.Return<Desired, AdminError, FileSystem.FileSystem> {
  const text = yield* TextFile.read(path)
  switch (kindOf(path, text)) {
    case "csv":
      return yield* parseCsv(text, { ...options, source: path })
    case "ndjson":
      return yield* parseNdjson(text, { ...options, source: path })
    case "json": {
      if (options.exact !== true) return yield* parseJson(text, { source: path })
      const problem = 'exact is only for CSV and NDJSON; in JSON, list the users of a license under "exactly"'
      return yield* fail(new InvalidInput({ source: path, problem }))
    }
  }
})

const kindOf = (path: string, text: string): "csv" | "json" | "ndjson" => {
  switch (/\.(csv|json|ndjson|jsonl)$/i.exec(path)?.[1]?.toLowerCase()) {
    case "csv":
      return "csv"
    case "json":
      return "json"
    case "ndjson":
    case "jsonl":
      return "ndjson"
    default:
      return !/^\s*\{/.test(text) ? "csv" : /^\s*\{.*\}\s*\n\s*\{/.test(text) ? "ndjson" : "json"
  }
}

const unique = Effect.fnUntraced(function* (
  rows: ReadonlyArray<Assignment & { readonly line?: number }>,
  source: string
): Effect.fn.Return<ReadonlyArray<Assignment>, AdminError> {
  const seen = new Map<string, (typeof rows)[number]>()
  for (const row of rows) {
    const { licenseId, line, state, userId } = row
    const key = JSON.stringify([userId, licenseId])
    const before = seen.get(key)
    if (before === undefined) {
      seen.set(key, row)
    } else if (before.state !== state) {
      const where = before.line === undefined ? "elsewhere" : `on line ${before.line}`
      const problem = `${quote(licenseId)} of user ${quote(userId)} is ${state} here, but ${before.state} ${where}`
      return yield* fail(new InvalidInput({ source, problem, ...(line !== undefined && { line }) }))
    }
  }
  return [...seen.values()].map(({ licenseId, state, userId }) => ({ userId, licenseId, state }))
})

/** Takes only the position from the message of the engine, which may quote the text. Not all engines give one. */
const notJson = (error: unknown, source: string) => {
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(error instanceof Error ? error.message : "") ?? []
  return new InvalidInput({
    source,
    problem: "it is not valid JSON",
    ...(line !== undefined && { line: Number(line), column: Number(column) })
  })
}
