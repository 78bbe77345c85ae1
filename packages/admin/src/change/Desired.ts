/**
 * Who should hold what: written by a person, as CSV or JSON.
 *
 * A CSV has the columns `userId` or `email`, and `licenseId`, and may have `state`, which
 * is `present` or `absent`. An e-mail address may stand wherever a user id does, until
 * `NamedByEmail` finds out whose it is. NDJSON has the same as fields, an object a line. A JSON is
 * `{ "assignments": [{ "userId", "licenseId", "state" }], "exactly": { "cloudCX2": ["<user id>"] } }`,
 * where those under `exactly` are all who shall hold the license, and everybody
 * else loses it.
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

/** A license that a user shall or shall not have. */
export interface Assignment {
  readonly userId: UserId
  readonly licenseId: LicenseId
  /** `present`: the user shall have it. `absent`: the user shall not. */
  readonly state: "present" | "absent"
}

/** All who shall hold a license. */
export interface Membership {
  readonly licenseId: LicenseId
  readonly userIds: ReadonlyArray<UserId>
}

/** Nothing is said about other users and other licenses: they stay as they are. */
export interface Desired {
  /** Each user and license once. */
  readonly assignments: ReadonlyArray<Assignment>
  /** Each license once. */
  readonly exactly: ReadonlyArray<Membership>
}

/** How a CSV is meant. */
export interface CsvOptions {
  /** What errors call the text. Default: `desired state`. */
  readonly source?: string | undefined
  /** The users who shall have a license are all who shall have it. Default: false, others keep it. */
  readonly exact?: boolean | undefined
}

const columns = {
  userId: ["userId", "user"],
  licenseId: ["licenseId", "license"],
  state: ["state"],
  // It names the user where there is no `userId`.
  email: ["email"],
  // What `users --pairs` adds for those who edit it. It says nothing of licenses.
  name: ["name"],
  department: ["department"],
  title: ["title"],
  division: ["division"],
  manager: ["manager"],
  lastLogin: ["lastLogin"],
  lastLoginFrom: ["lastLoginFrom"],
  userState: ["userState"]
} as const

/** From CSV. Rows that repeat each other count once; rows that contradict each other are an error. */
export const parseCsv = Effect.fnUntraced(function* (
  text: string,
  { exact = false, source = "desired state" }: CsvOptions = {}
): Effect.fn.Return<Desired, AdminError> {
  const table = yield* CsvTable.parse(text, { source, columns, required: [["userId", "email"], "licenseId"] })
  const naming = table.columns.has("userId") ? "userId" : "email"
  const invalid = (line: number, column: string, problem: string) =>
    fail(new InvalidInput({ source, line, column, problem }))
  // A column that is not understood may be the one that says who shall lose a license.
  const [other] = table.others
  if (other !== undefined) {
    return yield* invalid(table.headerLine, other, "unknown column; allowed are userId, email, licenseId and state")
  }

  const rows: Array<Assignment & { readonly line: number }> = []
  for (const row of table.rows) {
    const { line } = row
    const userId = UserIdCell.read(table.cell(row, naming))
    const licenseId = UserIdCell.visible(table.cell(row, "licenseId"))
    const state = table.cell(row, "state").toLowerCase() || (table.columns.has("state") ? "" : "present")
    if (userId === "") return yield* invalid(line, naming, "it is empty")
    if (naming === "email" && !UserIdCell.isEmail(userId)) {
      return yield* invalid(line, "email", `it must be an e-mail address, and is "${quote(userId)}"`)
    }
    if (licenseId === "") return yield* invalid(line, "licenseId", "it is empty")
    if (state !== "present" && state !== "absent") {
      return yield* invalid(line, "state", `it must be present or absent, and is "${quote(state)}"`)
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
  // Absent from a license that is listed goes without saying; from another one it does not.
  const listed = new Set(exactly.map(({ licenseId }) => licenseId))
  return { assignments: assignments.filter(({ licenseId }) => !listed.has(licenseId)), exactly }
})

const text = Schema.optionalKey(Schema.String)

/** An id in JSON, which somebody may have copied as well as one in a CSV. */
const Id = Schema.String.check(
  Schema.makeFilter((id) => (UserIdCell.read(id) === "" ? "must not be empty" : undefined), { expected: "an id" })
)

/** `userId` names the user, or `email` where there is none. */
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

/** From JSON. `state` is `present` where it is left out. */
export const parseJson = Effect.fnUntraced(function* (
  text: string,
  { source = "desired state" }: Pick<CsvOptions, "source"> = {}
): Effect.fn.Return<Desired, AdminError> {
  const json = yield* Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: (error) => fail(notJson(error, source))
  })
  if (Array.isArray(json)) {
    const problem = 'it must be an object with "assignments", and is a list; or save it as NDJSON, one object a line'
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
    const problem = `user ${quote(extra.userId)} shall have ${quote(extra.licenseId)}, but is not among those who shall have exactly that`
    return yield* fail(new InvalidInput({ source, problem }))
  }
  return { assignments: all.filter(({ licenseId }) => !listed.has(licenseId)), exactly }
})

/** From NDJSON. `state` is `present` where it is left out. */
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
 * From a file: JSON when its name ends in `.json`, NDJSON when it ends in `.ndjson`
 * or `.jsonl`, CSV when it ends in `.csv`; with another name, by how it begins.
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
      const problem = 'exact is for lists: in JSON, name who shall hold a license under "exactly"'
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
      const problem = `user ${quote(userId)} and ${quote(licenseId)} are ${state} here and ${before.state} ${where}`
      return yield* fail(new InvalidInput({ source, problem, ...(line !== undefined && { line }) }))
    }
  }
  return [...seen.values()].map(({ licenseId, state, userId }) => ({ userId, licenseId, state }))
})

/** Where the engine says it, as V8 does. What it quotes of the text is left out. */
const notJson = (error: unknown, source: string) => {
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(error instanceof Error ? error.message : "") ?? []
  return new InvalidInput({
    source,
    problem: "it is not valid JSON",
    ...(line !== undefined && { line: Number(line), column: Number(column) })
  })
}
