/**
 * An organization as JSON: the format of `--org`, and of the organization that an emulator exports.
 * All fields are optional. A missing field has the same default as without a document.
 *
 *     { "users": 5000, "seed": "acme" }
 *
 *     {
 *       "users": [{ "id": "ann", "licenses": ["cloudCX2"] }, { "id": "bob" }],
 *       "roles": [{ "id": "auditor", "permissions": ["authorization:license:view"] }],
 *       "clients": [{ "id": "audit", "secret": "any", "roles": ["auditor"], "accessTokenValiditySeconds": 600 }],
 *       "rateLimit": { "requests": 300, "window": "6 seconds" }
 *     }
 *
 * Users and definitions have the same shape as in the answers of the API, so answers can be pasted.
 * Unknown fields are refused, because they are usually misspelled.
 */
import * as Problem from "@genesys-license/schema/Problem"
import { RoleId } from "@genesys-license/schema/Ids"
import { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import { UserLicenses } from "@genesys-license/schema/license/User"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Catalog from "../organization/Catalog.ts"
import { OAuthClientOptions } from "../oauth/OAuthClient.ts"
import type { OAuthOptions } from "../oauth/OAuth.ts"
import { LargestPage, type OrganizationOptions } from "../organization/Organization.ts"
import { IdentityOptions } from "../organization/Identity.ts"
import { PersonOptions } from "../organization/Person.ts"
import * as Population from "../organization/Population.ts"
import { RateLimit } from "../oauth/RateWindow.ts"
import type { RateWindowOptions } from "../oauth/RateWindow.ts"

/** A list in which every id is unique. */
const listOf = <S extends Schema.Codec<{ readonly id: string }, unknown>>(entry: S) =>
  Schema.Array(entry).check(
    Schema.makeFilter((entries) => {
      const positions = new Map<string, number>()
      for (const [position, { id }] of entries.entries()) {
        const first = positions.get(id)
        if (first !== undefined) return { path: [position, "id"], issue: `Entry [${first}] has the same id` }
        positions.set(id, position)
      }
      return undefined
    })
  )

/** The schema of the document. */
export const OrganizationDocument = Schema.Struct({
  /** The number of users to generate, or a list of users. */
  users: Schema.optionalKey(
    Schema.Union([
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Population.maximumUsers })),
      listOf(UserLicenses)
    ])
  ),
  /** The seed for everything that is generated. */
  seed: Schema.optionalKey(Schema.String),
  /** The id and the names of the organization. */
  organization: Schema.optionalKey(IdentityOptions),
  /** Details of some users, such as names. `null` means that a detail is absent. Other details are generated. */
  people: Schema.optionalKey(listOf(PersonOptions)),
  /** The maximum page size of both lists of users. */
  largestPage: Schema.optionalKey(LargestPage),
  /** An entry of `comprises` is a complete definition, or only the `id` of another definition in this list. */
  definitions: Schema.optionalKey(listOf(LicenseDefinition)),
  roles: Schema.optionalKey(
    listOf(
      Schema.Struct({ id: RoleId, name: Schema.optionalKey(Schema.String), permissions: Schema.Array(Schema.String) })
    )
  ),
  /** The field `groups` in `people` says who is a member. */
  groups: Schema.optionalKey(
    listOf(
      Schema.Struct({
        id: Schema.NonEmptyString,
        name: Schema.optionalKey(Schema.String),
        roles: Schema.optionalKey(Schema.Array(RoleId))
      })
    )
  ),
  /** The first client is the default one: its credentials are printed at the start. Use no real secrets. */
  clients: Schema.optionalKey(listOf(OAuthClientOptions).check(Schema.isMinLength(1))),
  /** The rate limit for tokens of clients without a specific limit. */
  rateLimit: Schema.optionalKey(RateLimit)
}).annotate({ identifier: "OrganizationDocument" })
export interface OrganizationDocument extends Schema.Schema.Type<typeof OrganizationDocument> {}

/** The options that a document sets. */
export interface OrganizationState extends OrganizationOptions, OAuthOptions, RateWindowOptions {}

/** A document is invalid. Nothing was changed. */
export class InvalidOrganization extends Data.TaggedError("InvalidOrganization")<{
  /** The invalid field, such as `users[3].id`. Empty for the document as a whole. */
  readonly path: string
  /** The expected value. It never contains the actual value, which may be a secret. */
  readonly problem: string
}> {
  override get message() {
    return `Invalid organization document: ${this.path === "" ? "" : `${this.path}: `}${this.problem}.`
  }
}

/** Validates a document, and fills in the definitions that are given only by their id. */
export const decode = Effect.fnUntraced(function* (
  input: unknown
): Effect.fn.Return<OrganizationState, InvalidOrganization> {
  const document = yield* decodeSchema(input).pipe(
    Effect.mapError(({ issue }) => {
      const { field, message } = Problem.fromIssue(issue)
      return new InvalidOrganization({ path: field, problem: message })
    })
  )
  const roles = document.roles?.map(({ id, name = id, permissions }) => ({ id, name, permissions }))
  const groups = document.groups?.map(({ id, name = id, roles = [] }) => ({ id, name, roles }))
  const known = {
    role: new Set((roles ?? Catalog.roles).map(({ id }) => id)),
    group: new Set((groups ?? (roles === undefined ? Catalog.groups : [])).map(({ id }) => id))
  }
  for (const { ids = [], kind, path } of references(document)) {
    const position = ids.findIndex((id) => !known[kind].has(id))
    if (position >= 0)
      return yield* new InvalidOrganization({ path: `${path}[${position}]`, problem: `No such ${kind}` })
  }
  return { ...document, roles, groups, definitions: document.definitions && (yield* complete(document.definitions)) }
})

/** All places where a document refers to roles or groups by their ids. */
const references = function* ({ clients = [], groups = [], people = [] }: OrganizationDocument): Generator<{
  readonly path: string
  readonly kind: "role" | "group"
  readonly ids: ReadonlyArray<string> | undefined
}> {
  for (const [n, { roles }] of clients.entries()) yield { path: `clients[${n}].roles`, kind: "role", ids: roles }
  for (const [n, { roles }] of groups.entries()) yield { path: `groups[${n}].roles`, kind: "role", ids: roles }
  for (const [n, { groups, roles, unusedRoles }] of people.entries()) {
    yield { path: `people[${n}].roles`, kind: "role", ids: roles }
    yield { path: `people[${n}].groups`, kind: "group", ids: groups }
    yield { path: `people[${n}].unusedRoles`, kind: "role", ids: unusedRoles }
  }
}

/** Parses and validates the text of a document. */
export const parse = (text: string): Effect.Effect<OrganizationState, InvalidOrganization> =>
  Effect.try({
    try: (): unknown => JSON.parse(text),
    // The message of the JSON parser quotes the text, which may contain a secret.
    catch: (cause) =>
      new InvalidOrganization({
        path: "",
        problem: `Expected JSON${/ \(line \d+ column \d+\)/.exec(String(cause))?.[0] ?? ""}`
      })
  }).pipe(Effect.flatMap(decode))

const decodeSchema = Schema.decodeUnknownEffect(OrganizationDocument, { onExcessProperty: "error" })

/** The maximum number of definitions below one definition, with repetitions: all of them are in one answer. */
const maximumComprised = 10_000

/** The maximum depth of definitions that comprise others. */
const maximumDepth = 50

/** Replaces each definition that is given only by its id with the complete one. */
const complete = Effect.fnUntraced(function* (definitions: ReadonlyArray<LicenseDefinition>) {
  const byId = new Map(definitions.map((definition) => [definition.id, definition]))
  const completed = new Map<LicenseDefinition, LicenseDefinition>()
  const sizes = new Map<LicenseDefinition, number>()

  const visit = (
    definition: LicenseDefinition,
    path: string,
    within: ReadonlyArray<LicenseDefinition>
  ): Effect.Effect<LicenseDefinition, InvalidOrganization> =>
    Effect.gen(function* () {
      const known = completed.get(definition)
      if (known !== undefined) return known
      if (within.includes(definition)) {
        return yield* new InvalidOrganization({ path, problem: `${definition.id} comprises itself` })
      }
      if (within.length > maximumDepth) {
        return yield* new InvalidOrganization({ path, problem: `Nested more than ${maximumDepth} definitions deep` })
      }
      const comprises = yield* Effect.forEach(definition.comprises, (part, n) =>
        visit(isIdOnly(part) ? (byId.get(part.id) ?? part) : part, `${path}.comprises[${n}]`, [...within, definition])
      )
      const whole = { ...definition, comprises }
      const size = comprises.reduce((sum, part) => sum + (sizes.get(part) ?? 1), 1)
      if (size > maximumComprised) {
        return yield* new InvalidOrganization({ path, problem: `Comprises more than ${maximumComprised} definitions` })
      }
      sizes.set(whole, size)
      completed.set(definition, whole)
      return whole
    })

  return yield* Effect.forEach(definitions, (definition, n) => visit(definition, `definitions[${n}]`, []))
})

const isIdOnly = ({ comprises, description, permissions, prerequisites }: LicenseDefinition) =>
  description === undefined && permissions === undefined && comprises.length === 0 && prerequisites.length === 0
