/**
 * Who a user is, as far as it is known: from the directory of the organization, from a
 * CSV of somebody's own, or from both.
 *
 * An organization may have a hundred thousand of them, so that a profile is small: times
 * are numbers, and nothing is kept that no report shows.
 */
import type { UserId } from "@genesys-license/schema/Ids"
import type { Person } from "@genesys-license/schema/users/Person"
import * as DateTime from "effect/DateTime"

/**
 * Who tells of a last login. `dateLastLogin` knows logins with a password only, so that it
 * is absent, or old, for those who use single sign-on; `lastTokenIssued` knows every login,
 * and may move when an app acts for the user. `facts` is the CSV.
 */
export type LoginSource = "dateLastLogin" | "lastTokenIssued" | "facts"

/** What told of a login, in a word. */
export const sourceNames: { readonly [source: string]: string } = {
  dateLastLogin: "password",
  lastTokenIssued: "token",
  facts: "CSV"
}

/** What is known of a user. What is absent is not known. */
export interface Profile {
  readonly userId: UserId
  /** The full name. */
  readonly name?: string
  /** The e-mail address. */
  readonly email?: string
  /** The name of the department. */
  readonly department?: string
  /** What the user does. */
  readonly title?: string
  /** The name of the division. */
  readonly division?: string
  /** The name of the manager; the id, if the name is not known. */
  readonly manager?: string
  /**
   * `active`, `inactive` or `deleted`, or what a CSV says; `unknown` is somebody who is in
   * the list of licenses and whom the directory does not know.
   */
  readonly state?: string
  /** In milliseconds since 1970. Absent: no login is known, which does not mean that there was none. */
  readonly lastLogin?: number
  /** Who tells of the last login. */
  readonly lastLoginFrom?: LoginSource
  /** Only a CSV says so: with a column `lastLogin` that is empty for the user. */
  readonly neverLoggedIn?: true
}

/** What can be shown of a profile, in the order in which tables show it. */
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
/** The name of something that is known of a user. */
export type Field = (typeof fields)[number]

/** A profile as people read it: `lastLogin` in ISO 8601. */
export type Readable = { readonly userId: UserId } & { readonly [K in Field]?: string }

/** Makes a profile readable. */
export const readable = (profile: Profile): Readable => {
  const { lastLogin, neverLoggedIn: _, ...rest } = profile
  return {
    ...rest,
    ...(lastLogin !== undefined && { lastLogin: DateTime.formatIso(DateTime.makeUnsafe(lastLogin)) })
  }
}

/** What to call somebody in a sentence or a narrow table. Undefined: nothing but the id is known. */
export const called = ({ email, name }: Pick<Profile, "email" | "name">): string | undefined => name ?? email

/** Name and e-mail, as in the head of a letter. Empty, if neither is known. */
export const addressed = ({ email = "", name = "" }: Pick<Profile, "email" | "name">): string =>
  name === "" || email === "" ? name + email : `${name} <${email}>`

/** Whether somebody may have left: the state is told, and it is another than `active`. */
export const isLeaver = ({ state }: Pick<Profile, "state">): boolean =>
  state !== undefined && state.toLowerCase() !== "active"

/** From the directory. The last login is the later of the two that the directory tells. */
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

/** A date that cannot be read is one that is not known. */
const timeOf = (date: string | undefined) => {
  const time = date === undefined ? Number.NaN : Date.parse(date)
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time
}

/**
 * One profile out of two: a field of `over` wins, and what it leaves out is taken from
 * `under`. A login that is known wins over a CSV that says never: an empty cell takes
 * nobody's license.
 */
export const merge = (over: Profile, under: Profile): Profile => {
  if (over.neverLoggedIn === undefined || under.lastLogin === undefined) return { ...under, ...over }
  const { neverLoggedIn: _, ...rest } = over
  return { ...under, ...rest }
}
