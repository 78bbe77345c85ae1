/**
 * Generates people from the seed and the id of a user, so that a million people need no memory. The
 * options of a test can override every detail.
 */
import type { Division } from "@genesys-license/schema/authorization/Division"
import { RoleId, UserId } from "@genesys-license/schema/Ids"
import type { Person } from "@genesys-license/schema/users/Person"
import * as Schema from "effect/Schema"
import type * as MadeUp from "./MadeUp.ts"
import * as Managers from "./Managers.ts"
import { firstNames, lastNames } from "./Names.ts"

const orNone = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

const Named = Schema.Struct({ id: Schema.String, name: Schema.optionalKey(Schema.String) })

/** Details of a person. `null` means that a detail is absent. Missing details are generated. */
export const PersonOptions = Schema.Struct({
  id: UserId,
  name: orNone(Schema.String),
  email: orNone(Schema.String),
  username: orNone(Schema.String),
  department: orNone(Schema.String),
  title: orNone(Schema.String),
  /**
   * `erased`: the person no longer exists, but the list of licenses can still contain the id.
   * Default: random for generated ids, `active` for others.
   */
  state: Schema.optionalKey(Schema.Literals(["active", "inactive", "deleted", "erased"])),
  division: orNone(Named),
  manager: orNone(Named),
  dateLastLogin: orNone(Schema.String),
  /** The API has been seen to send `""` for somebody who never had a token. */
  lastTokenIssued: orNone(Schema.Union([Schema.Literal(""), Schema.Struct({ dateIssued: Schema.String })])),
  /** Ids of roles that are granted directly. Default: one role for each initial license. */
  roles: Schema.optionalKey(Schema.Array(RoleId)),
  /** Ids of groups. Default: random for generated ids, none for others. */
  groups: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Ids of roles that were not used for 30 days. Default: random for generated ids, none for others. */
  unusedRoles: Schema.optionalKey(Schema.Array(RoleId))
}).annotate({ identifier: "Person" })
export interface PersonOptions extends Schema.Schema.Type<typeof PersonOptions> {}

/** The inputs for generated people, in addition to their ids. */
export interface Origin {
  readonly seed: string
  /** The domain of the email addresses. */
  readonly domain: string
  /** In milliseconds since 1970. Generated dates of logins and tokens are before it. */
  readonly now: number
}

export type PersonState = NonNullable<PersonOptions["state"]>

/** The state of a person without a state in the options. */
export const stateOf = (chance: MadeUp.Chance): PersonState => {
  if (!chance.isMadeUp) return "active"
  const percentile = chance.number("state") % 100
  return percentile >= 3 ? "active" : percentile === 2 ? "deleted" : "inactive"
}

/** A person in the format of the API. */
export type WrittenPerson = (typeof Person)["Encoded"]

/** The dates of the last login and the last token, in the format of the API. */
export type LastSeen = Pick<WrittenPerson, "dateLastLogin" | "lastTokenIssued">

/** A generated person, without the fields that need `expand`. */
export const personOf = ({ domain }: Origin, id: UserId, chance: MadeUp.Chance): WrittenPerson => {
  const [first, last] = [chance.pick(firstNames, "first"), chance.pick(lastNames, "last")]
  // The number makes addresses of people with the same name differ, except by a rare chance.
  const email = `${first}.${last}.${chance.number("email").toString(36)}@${domain}`.toLowerCase()
  return {
    id,
    name: `${first} ${last}`,
    email,
    username: email,
    department: chance.pick(departments, "department"),
    title: ledTitles[Managers.rankOf(chance)] ?? chance.pick(titles, "title"),
    state: stateOf(chance),
    division: chance.pick(divisions, "division"),
    version: 1
  }
}

/**
 * The last login and token of a generated person. 5 of 100 people have neither; the API has two ways to
 * express that. About 10 of 100 use only single sign-on, which sets no `dateLastLogin`. Most people were seen in
 * the last week.
 */
export const lastSeen = ({ now }: Origin, { number }: MadeUp.Chance): LastSeen => {
  const percentile = number("seen") % 100
  if (percentile < 5) return percentile % 2 === 0 ? { lastTokenIssued: "" } : {}
  const maximumDays = percentile < 75 ? 7 : percentile < 88 ? 30 : percentile < 95 ? 90 : 400
  const login = 1 + (number("days") % maximumDays) * day + (number("time") % day)
  // A token can be newer than the last login, for example after a refresh.
  const token = Math.floor((number("token") / 2 ** 32) * login)
  return {
    ...(number("sso") % 19 >= 2 && { dateLastLogin: iso(now - login) }),
    lastTokenIssued: { dateIssued: iso(now - token) }
  }
}

/** The later date of the last login and the last token. Empty if there is neither. */
export const seen = ({ dateLastLogin, lastTokenIssued }: LastSeen): string => {
  const issued = typeof lastTokenIssued === "string" ? lastTokenIssued : (lastTokenIssued?.dateIssued ?? "")
  const login = dateLastLogin ?? ""
  return login > issued ? login : issued
}

const day = 86_400_000

const iso = (millis: number) => new Date(millis).toISOString()

const departments = ["Claims", "Collections", "Customer Care", "IT", "Retention", "Sales", "Technical Support"]

const titles = ["Agent", "Agent", "Agent", "Agent", "Agent", "Analyst", "Senior Agent", "Specialist"]

/** The titles of people who lead others, by rank. */
const ledTitles: ReadonlyArray<string | undefined> = [undefined, "Team Lead", "Manager"]

/** Home is listed twice, so that half of all people are in it. Every seed gives the same ids. */
export const divisions: ReadonlyArray<Division> = [
  { id: "6d1f8a02-5c1e-4f5e-9c1d-1b0f5a6e0d01", name: "Home" },
  { id: "6d1f8a02-5c1e-4f5e-9c1d-1b0f5a6e0d01", name: "Home" },
  { id: "6d1f8a02-5c1e-4f5e-9c1d-1b0f5a6e0d02", name: "North" },
  { id: "6d1f8a02-5c1e-4f5e-9c1d-1b0f5a6e0d03", name: "South" }
]
