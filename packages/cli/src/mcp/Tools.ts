/**
 * The tools of the MCP server: names, arguments and descriptions. An assistant knows nothing
 * else of them. Every tool only reads.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools
 */
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"

/** The only part of an error that reaches the assistant: its message. */
export class ToolFailed extends Schema.TaggedError<ToolFailed>()("ToolFailed", { message: Schema.String }) {}

/** Strict, because ignoring a misspelled filter would give a wrong answer. */
const reading = Context.empty().pipe(
  Context.add(Tool.Readonly, true),
  Context.add(Tool.Destructive, false),
  Context.add(Tool.Idempotent, true),
  Context.add(Tool.Strict, true)
)

/** Every answer is a JSON object. */
const result = { success: Schema.Record(Schema.String, Schema.Unknown), failure: ToolFailed }

const text = (description: string) => Schema.optionalKey(Schema.NonEmptyString.annotate({ description }))
const isTrue = (description: string) => Schema.optionalKey(Schema.Boolean.annotate({ description }))
const number = (description: string, minimum: number, maximum: number) =>
  Schema.optionalKey(Schema.Int.annotate({ description }).check(Schema.isBetween({ minimum, maximum })))
const limit = (what: string, defaultTo: number) => number(`${what}, from 1 to 200. Default: ${defaultTo}.`, 1, 200)
const days = (description: string) => number(description, 0, 36_500)
const user = Schema.NonEmptyString.annotate({ description: "Id or e-mail address of an active or inactive user." })

/** The default of `limit` for each tool. */
export const defaults = { audit: 10, people: 50, roles: 20, compare: 20 } as const

const organization = Tool.make("organization", {
  description:
    "Shows the connected Genesys Cloud organization (name, id, host), and its licenses: ids, which other tools take, and descriptions.",
  parameters: Tool.EmptyParams,
  ...result
}).annotate(Tool.Title, "Organization and licenses")

const audit = Tool.make("audit", {
  description:
    "Counts who holds which license, and finds problems: idle users, leavers who still hold a license, licenses that overlap. Users whose last login is not known are counted separately: they are neither idle nor active. Reads all users with a request for each 500, so it takes minutes in a large organization.",
  parameters: Schema.Struct({
    idleDays: days("Count users as idle after this many days without a login. Default: 60."),
    roles: isTrue("Also find licenses that no role of the user needs. Takes more requests. Default: false."),
    limit: limit("Number of people to name for each finding", defaults.audit)
  }),
  ...result
}).annotate(Tool.Title, "Audit of all licenses")

const findPeople = Tool.make("find_people", {
  description:
    "Lists people with their licenses, department, division, manager, state and last login, the oldest login first. People must match all given filters; without filters, lists everybody. A text filter matches any part of the field, ignoring capitals and accents. Answers questions such as: who holds cloudCX3 and has not logged in for 90 days? Reads all users with a request for each 500.",
  parameters: Schema.Struct({
    name: text("Part of the name."),
    email: text("Part of the e-mail address."),
    department: text("Part of the department."),
    division: text("Part of the division."),
    manager: text("Part of the name of the manager."),
    state: Schema.optionalKey(
      Schema.Literals(["active", "inactive", "deleted", "unknown"]).annotate({
        description: "State of the user. unknown: holds a license but is not in the directory."
      })
    ),
    license: text("Id of a license that they hold, such as cloudCX3, exactly as the tool organization lists it."),
    idleDays: days(
      "Only people whose last login is known and older than this many days. In the answer, noLoginKnown counts the people who match the other filters but whose last login is not known."
    ),
    noLoginKnown: isTrue("Only people whose last login is not known. They may have logged in."),
    limit: limit("Number of people to list", defaults.people)
  }).check(
    Schema.makeFilter(({ idleDays, noLoginKnown }) =>
      noLoginKnown === true && idleDays !== undefined ? "pass idleDays or noLoginKnown, not both" : undefined
    )
  ),
  ...result
}).annotate(Tool.Title, "Find people")

const person = Tool.make("person", {
  description: "Shows one user: name, state, last login, licenses.",
  parameters: Schema.Struct({ user }),
  ...result
}).annotate(Tool.Title, "One person")

const why = Tool.make("why", {
  description:
    "Shows why a user holds each license: the roles that need it, whether the user has the role directly or through a group, and the permissions of the role that need it. A license without roles was assigned manually, or the organization does not assign licenses by role.",
  parameters: Schema.Struct({ user }),
  ...result
}).annotate(Tool.Title, "Why a person holds licenses")

const roles = Tool.make("roles", {
  description:
    "Lists roles: the number of active users with the role, the licenses that it needs, and its permissions that need these licenses. The role with the most users comes first. Reads all active users.",
  parameters: Schema.Struct({
    name: text("Part of the name of the role."),
    license: text("Only roles that need this license."),
    people: number("Number of people to name for each role, from 0 to 20. Default: 0.", 0, 20),
    limit: limit("Number of roles to list", defaults.roles)
  }),
  ...result
}).annotate(Tool.Title, "Roles and their licenses")

const compare = Tool.make("compare", {
  description:
    "Shows what changed since a snapshot: who gained or lost which license, and who joined or left. Without arguments, compares with the last snapshot. Reads all users.",
  parameters: Schema.Struct({
    since: text(
      "Compare with the last snapshot taken up to this moment, in UTC: a day such as monday or 2026-11-20, a time, or 7d for 7 days ago."
    ),
    snapshot: text("Compare with this file in the folder of snapshots, instead of since."),
    limit: limit("Number of people to name for each change", defaults.compare)
  }).check(
    Schema.makeFilter(({ since, snapshot }) =>
      since !== undefined && snapshot !== undefined ? "pass since or snapshot, not both" : undefined
    )
  ),
  ...result
}).annotate(Tool.Title, "Changes since a snapshot")

/** Tools that are always available. */
export const organizationTools = Toolkit.make(
  organization.annotateMerge(reading),
  audit.annotateMerge(reading),
  findPeople.annotateMerge(reading),
  person.annotateMerge(reading),
  why.annotateMerge(reading),
  roles.annotateMerge(reading)
)

/** Tools that need a folder of snapshots. */
export const snapshotTools = Toolkit.make(compare.annotateMerge(reading))
