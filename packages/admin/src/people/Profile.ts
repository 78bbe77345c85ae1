/**
 * What is known about a user: from the directory of the organization, from the
 * administrator's own CSV, or from both.
 *
 * An organization can have a hundred thousand users, so a profile is small: times are
 * numbers, and it has only fields that some report shows.
 */
import type { UserId } from "@genesys-license/schema/Ids"
import type { Person } from "@genesys-license/schema/users/Person"
import * as DateTime from "effect/DateTime"

/**
 * Where the time of the last login comes from.
 *
 * - `dateLastLogin`: logins with a password only. Absent or old for users of single sign-on.
 * - `lastTokenIssued`: every login. An app that acts for the user may change it, too.
 * - `facts`: the CSV.
 */
export type LoginSource = "dateLastLogin" | "lastTokenIssued" | "facts"

/** Each login source in one word. */
export const sourceNames: { readonly [source: string]: string } = {
  dateLastLogin: "password",
  lastTokenIssued: "token",
  facts: "CSV"
}

/** What is known about a user. An absent field is not known. */
export interface Profile {
  readonly userId: UserId
  /** The full name. */
  readonly name?: string
  /** The e-mail address. */
  readonly email?: string
  /** The name of the department. */
  readonly department?: string
  /** The job title. */
  readonly title?: string
  /** The name of the division. */
  readonly division?: string
  /** The name of the manager, or the id if the name is not known. */
  readonly manager?: string
  /**
   * `active`, `inactive` or `deleted`, or the value of a CSV. `unknown`: the user is in the
   * list of licenses, but not in the directory.
   */
  readonly state?: string
  /** Milliseconds since 1970. Absent: no login is known; there may have been one. */
  readonly lastLogin?: number
  /** Where the time of the last login comes from. */
  readonly lastLoginFrom?: LoginSource
  /** Only from a CSV: it has a column `lastLogin`, which is empty for the user. */
  readonly neverLoggedIn?: true
}

/** The fields of a profile that can be shown, in the order of the columns of a table. */
export const fields = [
  "name",
  "email",
  "department",
  "title",
  "division",
  "manager",
  "state",
  "lastLogin",
  "lastLoginFrom"
] as const
/** The name of a field that can be shown. */
export type Field = (typeof fields)[number]

/** A profile for people to read: `lastLogin` is in ISO 8601. */
export type Readable = { readonly userId: UserId } & { readonly [K in Field]?: string }

/** Converts a profile for people to read. */
export const readable = (profile: Profile): Readable => {
  const { lastLogin, neverLoggedIn: _, ...rest } = profile
  return {
    ...rest,
    ...(lastLogin !== undefined && { lastLogin: DateTime.formatIso(DateTime.makeUnsafe(lastLogin)) })
  }
}

/** The name, or else the e-mail address, for a sentence or a narrow table. Undefined if neither is known. */
export const called = ({ email, name }: Pick<Profile, "email" | "name">): string | undefined => name ?? email

/** Name and e-mail address, as in `Ada Lovelace <ada@example.com>`. Empty if neither is known. */
export const addressed = ({ email = "", name = "" }: Pick<Profile, "email" | "name">): string =>
  name === "" || email === "" ? name + email : `${name} <${email}>`

/** Whether somebody may have left: the state is known, and it is not `active`. */
export const isLeaver = ({ state }: Pick<Profile, "state">): boolean =>
  state !== undefined && state.toLowerCase() !== "active"

/** From the directory. The last login is the later of `dateLastLogin` and `lastTokenIssued`. */
export const fromPerson = (person: Person): Profile => {
  const { department, division, email, id, manager, name, state, title } = person
  const byPassword = timeOf(person.dateLastLogin)
  const byToken = timeOf(person.lastTokenIssued?.dateIssued)
  const lastLogin = byPassword >= byToken ? byPassword : byToken
  const called = manager?.name ?? manager?.id
  return {
    userId: id,
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    ...(department !== undefined && { department }),
    ...(title !== undefined && { title }),
    ...(division?.name !== undefined && { division: division.name }),
    ...(called !== undefined && { manager: called }),
    ...(state !== undefined && { state }),
    ...(lastLogin > Number.NEGATIVE_INFINITY && {
      lastLogin,
      lastLoginFrom: byPassword >= byToken ? "dateLastLogin" : "lastTokenIssued"
    })
  }
}

/** A date that cannot be parsed counts as not known. */
const timeOf = (date: string | undefined) => {
  const time = date === undefined ? Number.NaN : Date.parse(date)
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time
}

/**
 * Merges two profiles: the fields of `over` win, and `under` fills the gaps. A known login
 * wins over a CSV that says never: nobody loses a license because of an empty cell.
 */
export const merge = (over: Profile, under: Profile): Profile => {
  if (over.neverLoggedIn === undefined || under.lastLogin === undefined) return { ...under, ...over }
  const { neverLoggedIn: _, ...rest } = over
  return { ...under, ...rest }
}
