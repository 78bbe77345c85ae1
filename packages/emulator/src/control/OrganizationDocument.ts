/**
 * An organization as JSON: short enough to write by hand, and what an emulator
 * exports. Everything may be left out, and is then what it is without a document.
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
 * Users and definitions have the shape that the API answers with, so that its
 * answers can be pasted. What is not known is refused: mostly, it is misspelled.
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

/** A list whose entries are told apart by their id. */
const listOf = <S extends Schema.Codec<{ readonly id: string }, unknown>>(entry: S) =>
  Schema.Array(entry).check(
    Schema.makeFilter((entries) => {
      const positions = new Map<string, number>()
      for (const [position, { id }] of entries.entries()) {
        const first = positions.get(id)
        if (first !== undefined) return { path: [position, "id"], issue: `Already the id of [${first}]` }
        positions.set(id, position)
      }
      return undefined
    })
  )

/** The document as a schema. A field that is not known is a mistake. */
export const OrganizationDocument = Schema.Struct({
  /** How many users to make up, or the users themselves. */
  users: Schema.optionalKey(
    Schema.Union([
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Population.maximumUsers })),
      listOf(UserLicenses)
    ])
  ),
  /** Decides every id that is made up, who holds what, and who everybody is. */
  seed: Schema.optionalKey(Schema.String),
  /** Which organization it is. */
  organization: Schema.optionalKey(IdentityOptions),
  /** Who some users are, where it matters; `null` says that there is none. Everybody else is made up. */
  people: Schema.optionalKey(listOf(PersonOptions)),
  /** How large a page of users can be. */
  largestPage: Schema.optionalKey(LargestPage),
  /** What another definition comprises is given whole, or by its `id` alone when it is a definition of this list. */
  definitions: Schema.optionalKey(listOf(LicenseDefinition)),
  roles: Schema.optionalKey(
    listOf(
      Schema.Struct({ id: RoleId, name: Schema.optionalKey(Schema.String), permissions: Schema.Array(Schema.String) })
    )
  ),
  /** Their members are said in `people`. */
  groups: Schema.optionalKey(
    listOf(
      Schema.Struct({
        id: Schema.NonEmptyString,
        name: Schema.optionalKey(Schema.String),
        roles: Schema.optionalKey(Schema.Array(RoleId))
      })
    )
  ),
  /** The first one is that of whoever does not name one. The secrets are the emulator's own. */
  clients: Schema.optionalKey(listOf(OAuthClientOptions).check(Schema.isMinLength(1))),
  /** For the tokens of clients that have no limit of their own. */
  rateLimit: Schema.optionalKey(RateLimit)
}).annotate({ identifier: "OrganizationDocument" })
export interface OrganizationDocument extends Schema.Schema.Type<typeof OrganizationDocument> {}

/** What a document decides. */
export interface OrganizationState extends OrganizationOptions, OAuthOptions, RateWindowOptions {}

/** A document that is none, and where in it. */
export class InvalidOrganization extends Data.TaggedError("InvalidOrganization")<{
  /** Such as `users[3].id`; empty for the document itself. */
  readonly path: string
  /** What was expected there. Never what stands there: it may be a secret. */
  readonly problem: string
}> {
  override get message() {
    return `Not an organization: ${this.path === "" ? "" : `${this.path}: `}${this.problem}.`
  }
}

/** Reads a document. */
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

/** Wherever a document names roles or groups by their ids. */
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

/** Reads the text of a document. */
export const parse = (text: string): Effect.Effect<OrganizationState, InvalidOrganization> =>
  Effect.try({
    try: (): unknown => JSON.parse(text),
    // The message of a parser quotes what it has read, and that may be a secret.
    catch: (cause) =>
      new InvalidOrganization({
        path: "",
        problem: `Expected JSON${/ \(line \d+ column \d+\)/.exec(String(cause))?.[0] ?? ""}`
      })
  }).pipe(Effect.flatMap(decode))

const decodeSchema = Schema.decodeUnknownEffect(OrganizationDocument, { onExcessProperty: "error" })

/** The most definitions that one comprises, each counted as often as it appears: so many are written into one answer. */
const mostComprised = 10_000

/** How many definitions may stand within each other. */
const deepest = 50

/** Puts the whole definition where only its id is given. */
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
      if (within.length > deepest) {
        return yield* new InvalidOrganization({ path, problem: `It is more than ${deepest} definitions deep` })
      }
      const comprises = yield* Effect.forEach(definition.comprises, (part, n) =>
        visit(isIdOnly(part) ? (byId.get(part.id) ?? part) : part, `${path}.comprises[${n}]`, [...within, definition])
      )
      const whole = { ...definition, comprises }
      const size = comprises.reduce((sum, part) => sum + (sizes.get(part) ?? 1), 1)
      if (size > mostComprised) {
        return yield* new InvalidOrganization({ path, problem: `It comprises more than ${mostComprised} definitions` })
      }
      sizes.set(whole, size)
      completed.set(definition, whole)
      return whole
    })

  return yield* Effect.forEach(definitions, (definition, n) => visit(definition, `definitions[${n}]`, []))
})

const isIdOnly = ({ comprises, description, permissions, prerequisites }: LicenseDefinition) =>
  description === undefined && permissions === undefined && comprises.length === 0 && prerequisites.length === 0
