/**
 * What an assistant can ask, as tools of the Model Context Protocol: names, arguments
 * and descriptions, which are all that it knows of them. Every tool only reads.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools
 */
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"

/** A failure, in a sentence. Nothing else of an error reaches the assistant. */
export class ToolFailed extends Schema.TaggedError<ToolFailed>()("ToolFailed", { message: Schema.String }) {}

/** Strict: a filter that is misspelt and passed over would give a wrong answer. */
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

/** What `limit` is if it is not given. */
export const defaults = { audit: 10, people: 50, roles: 20, compare: 20 } as const

const organization = Tool.make("organization", {
  description:
    "Which Genesys Cloud organization answers (name, id, host), and the licenses that it has: their ids, as other tools take them, with descriptions.",
  parameters: Tool.EmptyParams,
  ...result
}).annotate(Tool.Title, "Organization and licenses")

const audit = Tool.make("audit", {
  description:
    "Counts who holds which license, and finds what is odd: users who have not logged in for long, leavers who still hold a license, licenses that overlap. Reads all users: a request for each 500, so that it takes minutes in a large organization. Unknown logins are counted apart, and are neither idle nor active.",
  parameters: Schema.Struct({
    idleDays: days("Days without a login after which a user counts as idle. Default: 60."),
    roles: isTrue("Also find licenses that no role of the holder needs, which takes more requests. Default: false."),
    limit: limit("People to name for each finding", defaults.audit)
  }),
  ...result
}).annotate(Tool.Title, "Audit of all licenses")

const findPeople = Tool.make("find_people", {
  description:
    "Lists people with their licenses, department, division, manager, state and last login, the longest idle first. All filters that are given must fit; without one, everybody is listed. Texts fit anywhere in the field, whatever their capitals and accents. Answers questions such as who holds cloudCX3 and has not logged in for 90 days. Reads all users: a request for each 500.",
  parameters: Schema.Struct({
    name: text("Part of the name."),
    email: text("Part of the e-mail address."),
    department: text("Part of the department."),
    division: text("Part of the division."),
    manager: text("Part of the name of the manager."),
    state: Schema.optionalKey(
      Schema.Literals(["active", "inactive", "deleted", "unknown"]).annotate({
        description: "State of the user. unknown: holds a license, and the directory does not know the user."
      })
    ),
    license: text("Id of a license that they hold, exactly as the tool organization lists it, such as cloudCX3."),
    idleDays: days(
      "Only people whose last login is known and more than so many days ago. The answer counts in noLoginKnown those who also fit, and of whom no login is known."
    ),
    noLoginKnown: isTrue("Only people of whom no login is known, which does not mean that there was none."),
    limit: limit("People to list", defaults.people)
  }).check(
    Schema.makeFilter(({ idleDays, noLoginKnown }) =>
      noLoginKnown === true && idleDays !== undefined ? "give idleDays or noLoginKnown, not both" : undefined
    )
  ),
  ...result
}).annotate(Tool.Title, "Find people")

const person = Tool.make("person", {
  description: "One user: who it is, state, last login, and the licenses that the user holds.",
  parameters: Schema.Struct({ user }),
  ...result
}).annotate(Tool.Title, "One person")

const why = Tool.make("why", {
  description:
    "Why a user holds each license: the roles that bring it, whether the user or a group has the role, and the permissions that cost it. A license without roles was assigned by hand, or licenses are not assigned by role.",
  parameters: Schema.Struct({ user }),
  ...result
}).annotate(Tool.Title, "Why a person holds licenses")

const roles = Tool.make("roles", {
  description:
    "Lists roles with the number of active users who have each, the licenses that it needs, and its permissions that cost them. The role that most people have comes first. Reads all active users.",
  parameters: Schema.Struct({
    name: text("Part of the name of the role."),
    license: text("Only roles that need this license."),
    people: number("People to name for each role, from 0 to 20. Default: 0.", 0, 20),
    limit: limit("Roles to list", defaults.roles)
  }),
  ...result
}).annotate(Tool.Title, "Roles and their licenses")

const compare = Tool.make("compare", {
  description:
    "What changed since a snapshot: who gained and who lost which license, and who joined or left. Without arguments, compares with the last snapshot. Reads all users.",
  parameters: Schema.Struct({
    since: text(
      "Take the last snapshot up to this moment, in UTC: a day such as monday or 2026-11-20, a time, or 7d for 7 days ago."
    ),
    snapshot: text("Name of a file in the folder of snapshots, in place of since."),
    limit: limit("People to name for each change", defaults.compare)
  }).check(
    Schema.makeFilter(({ since, snapshot }) =>
      since !== undefined && snapshot !== undefined ? "give since or snapshot, not both" : undefined
    )
  ),
  ...result
}).annotate(Tool.Title, "Changes since a snapshot")

/** For every organization. */
export const organizationTools = Toolkit.make(
  organization.annotateMerge(reading),
  audit.annotateMerge(reading),
  findPeople.annotateMerge(reading),
  person.annotateMerge(reading),
  why.annotateMerge(reading),
  roles.annotateMerge(reading)
)

/** Where there is a folder of snapshots. */
export const snapshotTools = Toolkit.make(compare.annotateMerge(reading))
