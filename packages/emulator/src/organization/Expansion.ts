/**
 * The fields of a person that the API sends only if `expand` asks for them, and even then "with a best
 * effort approach".
 */
import type { WrittenPerson } from "./Person.ts"

/** The expansions that the emulator supports. It accepts all others and ignores them. */
export const expansions = [
  "authorization",
  "authorization.unusedRoles",
  "dateLastLogin",
  "groups",
  "lasttokenissued"
] as const
export type Expansion = (typeof expansions)[number]

/** A person without the fields of some expansions. */
export const without = (person: WrittenPerson, dropped: ReadonlyArray<string>): WrittenPerson => {
  const { authorization, dateLastLogin, groups, lastTokenIssued, ...rest } = person
  const keeps = (expansion: Expansion, value: unknown) => value !== undefined && !dropped.includes(expansion)
  return {
    ...rest,
    ...(keeps("dateLastLogin", dateLastLogin) && { dateLastLogin }),
    ...(keeps("lasttokenissued", lastTokenIssued) && { lastTokenIssued }),
    ...(keeps("groups", groups) && { groups }),
    ...(authorization &&
      keeps("authorization", authorization) && {
        authorization: dropped.includes("authorization.unusedRoles")
          ? { roles: authorization.roles ?? [] }
          : authorization
      })
  }
}

/** Adds implied expansions: `authorization.unusedRoles` implies `authorization`. */
export const withImplied = (expand: ReadonlyArray<string>): ReadonlyArray<string> =>
  expand.includes("authorization.unusedRoles") ? [...expand, "authorization"] : expand

/** A person without the expansions that were not requested. */
export const only = (person: WrittenPerson, expand: ReadonlyArray<string>): WrittenPerson =>
  without(
    person,
    expansions.filter((expansion) => !expand.includes(expansion))
  )
