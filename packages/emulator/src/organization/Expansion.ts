/**
 * What of a person comes only to those who ask for it, and even then "with a best
 * effort approach".
 */
import type { WrittenPerson } from "./Person.ts"

/** The expansions that the emulator has something for. All others are taken, and add nothing. */
export const expansions = [
  "authorization",
  "authorization.unusedRoles",
  "dateLastLogin",
  "groups",
  "lasttokenissued"
] as const
export type Expansion = (typeof expansions)[number]

/** A person without some of it. */
export const without = (person: WrittenPerson, dropped: ReadonlyArray<string>): WrittenPerson => {
  const { authorization, dateLastLogin, groups, lastTokenIssued, ...rest } = person
  const is = (expansion: Expansion, value: unknown) => value !== undefined && !dropped.includes(expansion)
  return {
    ...rest,
    ...(is("dateLastLogin", dateLastLogin) && { dateLastLogin }),
    ...(is("lasttokenissued", lastTokenIssued) && { lastTokenIssued }),
    ...(is("groups", groups) && { groups }),
    ...(authorization &&
      is("authorization", authorization) && {
        authorization: dropped.includes("authorization.unusedRoles")
          ? { roles: authorization.roles ?? [] }
          : authorization
      })
  }
}

/** All that is asked for: unused roles come with all roles. */
export const asked = (expand: ReadonlyArray<string>): ReadonlyArray<string> =>
  expand.includes("authorization.unusedRoles") ? [...expand, "authorization"] : expand

/** A person as somebody sees it who has asked for some of it. */
export const only = (person: WrittenPerson, asked: ReadonlyArray<string>): WrittenPerson =>
  without(
    person,
    expansions.filter((expansion) => !asked.includes(expansion))
  )
