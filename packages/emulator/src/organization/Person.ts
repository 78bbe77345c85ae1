/**
 * People out of nothing: who a user is follows from the seed and the user's id, so
 * that a million of them take no memory. What a test wants otherwise it says.
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

/** Who somebody is. `null` says that there is none; what is left out is made up. */
export const PersonOptions = Schema.Struct({
  id: UserId,
  name: orNone(Schema.String),
  email: orNone(Schema.String),
  username: orNone(Schema.String),
  department: orNone(Schema.String),
  title: orNone(Schema.String),
  /**
   * `erased`: nobody knows who it was, though the list of licenses may still have the id.
   * Default: by chance for ids that are made up, `active` for others.
   */
  state: Schema.optionalKey(Schema.Literals(["active", "inactive", "deleted", "erased"])),
  division: orNone(Named),
  manager: orNone(Named),
  dateLastLogin: orNone(Schema.String),
  /** `""` is what the API has been seen to send for somebody who never had a token. */
  lastTokenIssued: orNone(Schema.Union([Schema.Literal(""), Schema.Struct({ dateIssued: Schema.String })])),
  /** Ids of roles, beside those of the groups. Default: one for each license that the user held at the beginning. */
  roles: Schema.optionalKey(Schema.Array(RoleId)),
  /** Ids of groups. Default: none, or by chance for ids that are made up. */
  groups: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Which of the roles were not used for 30 days. Default: none, or by chance for ids that are made up. */
  unusedRoles: Schema.optionalKey(Schema.Array(RoleId))
}).annotate({ identifier: "Person" })
export interface PersonOptions extends Schema.Schema.Type<typeof PersonOptions> {}

/** What people are made of beside their ids. */
export interface Origin {
  readonly seed: string
  /** Behind the `@`. */
  readonly domain: string
  /** When they were last seen is counted back from here, in milliseconds. */
  readonly now: number
}

export type PersonState = NonNullable<PersonOptions["state"]>

/** The state of somebody of whom nothing else is said. */
export const stateOf = (chance: MadeUp.Chance): PersonState => {
  if (!chance.isMadeUp) return "active"
  const one = chance.number("state") % 100
  return one >= 3 ? "active" : one === 2 ? "deleted" : "inactive"
}

/** A person as the API writes it. */
export type WrittenPerson = (typeof Person)["Encoded"]

/** When somebody was last seen, as the API writes it. */
export type LastSeen = Pick<WrittenPerson, "dateLastLogin" | "lastTokenIssued">

/** The same person each time, without what has to be asked for. */
export const personOf = ({ domain }: Origin, id: UserId, chance: MadeUp.Chance): WrittenPerson => {
  const [first, last] = [chance.pick(firstNames, "first"), chance.pick(lastNames, "last")]
  // Two people of one name are told apart, as far as a number can.
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
 * Of a hundred, five have never been seen, which the API says in one of two ways, and
 * ten log in by single sign-on only, which leaves no `dateLastLogin`. Most have been
 * there within a week.
 */
export const lastSeen = ({ now }: Origin, { number }: MadeUp.Chance): LastSeen => {
  const one = number("seen") % 100
  if (one < 5) return one % 2 === 0 ? { lastTokenIssued: "" } : {}
  const most = one < 75 ? 7 : one < 88 ? 30 : one < 95 ? 90 : 400
  const login = 1 + (number("days") % most) * day + (number("time") % day)
  // A token may be newer than the login: it was renewed, or came by another way.
  const token = Math.floor((number("token") / 2 ** 32) * login)
  return {
    ...(number("sso") % 19 >= 2 && { dateLastLogin: iso(now - login) }),
    lastTokenIssued: { dateIssued: iso(now - token) }
  }
}

/** When somebody was last seen, in either way; empty if never. */
export const seen = ({ dateLastLogin, lastTokenIssued }: LastSeen): string => {
  const issued = typeof lastTokenIssued === "string" ? lastTokenIssued : (lastTokenIssued?.dateIssued ?? "")
  const login = dateLastLogin ?? ""
  return login > issued ? login : issued
}

const day = 86_400_000

const iso = (millis: number) => new Date(millis).toISOString()

const departments = ["Claims", "Collections", "Customer Care", "IT", "Retention", "Sales", "Technical Support"]

const titles = ["Agent", "Agent", "Agent", "Agent", "Agent", "Analyst", "Senior Agent", "Specialist"]

/** Of those who lead others, by their rank. */
const ledTitles: ReadonlyArray<string | undefined> = [undefined, "Team Lead", "Manager"]

/** Half of everybody is at home. Their ids are the same for every seed. */
export const divisions: ReadonlyArray<Division> = [
  { id: "6d1f8a02-5c1e-4f5e-9c1d-1b0f5a6e0d01", name: "Home" },
  { id: "6d1f8a02-5c1e-4f5e-9c1d-1b0f5a6e0d01", name: "Home" },
  { id: "6d1f8a02-5c1e-4f5e-9c1d-1b0f5a6e0d02", name: "North" },
  { id: "6d1f8a02-5c1e-4f5e-9c1d-1b0f5a6e0d03", name: "South" }
]
