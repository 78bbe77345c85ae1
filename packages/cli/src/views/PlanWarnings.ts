/**
 * What is odd about a plan, in sentences.
 */
import { unfound } from "@genesys-license/admin/AdminError"
import type { Plan, Warning } from "@genesys-license/admin/change/Plan"
import * as Profile from "@genesys-license/admin/people/Profile"
import * as UserIdCell from "@genesys-license/admin/people/UserIdCell"
import { quote } from "@genesys-license/schema/Quote"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as ChangeRows from "./ChangeRows.ts"
import * as Table from "../terminal/Table.ts"

/** How many users a sentence names. */
export const named = 3

/** Says on stderr what is odd about a plan. */
export const say = ({ people, warnings }: Pick<Plan, "people" | "warnings">): Effect.Effect<void> =>
  Effect.forEach(sentences(warnings, ChangeRows.known(people)), (sentence) => Console.error(sentence), {
    discard: true
  })

/** One sentence for all users who are not known: a list of the wrong organization has thousands. */
export const sentences = (warnings: ReadonlyArray<Warning>, people: ChangeRows.Known): ReadonlyArray<string> => {
  const unknown = warnings.flatMap((warning) => (warning._tag === "UnknownUser" ? [warning.userId] : []))
  const others = warnings.flatMap((warning) => (warning._tag === "UnknownUser" ? [] : [sentence(warning, people)]))
  return unknown.length === 0 ? others : [ofUnknown(unknown), ...others]
}

const ofUnknown = (userIds: ReadonlyArray<string>) => {
  const what = unfound(UserIdCell.resemblance(userIds))
  const whom = userIds.length === 1 ? "this user" : "them"
  return `The organization does not know ${Table.count(userIds.length, "user")}: ${some(userIds)}. Nothing is planned for ${whom}.${what}`
}

/** The first of some users by their names, and how many more there are. */
export const some = (userIds: ReadonlyArray<string>, people: ChangeRows.Known = new Map()) => {
  const first = userIds.slice(0, named).map((userId) => quote(Profile.addressed(people.get(userId) ?? {}) || userId))
  const more = userIds.length - named
  return `${first.join(", ")}${more > 0 ? ` and ${Table.number(more)} more` : ""}`
}

const users = (userIds: ReadonlyArray<string>, people: ChangeRows.Known) =>
  `${userIds.length === 1 ? "user" : "users"} ${some(userIds, people)}`

const sentence = (warning: Exclude<Warning, { readonly _tag: "UnknownUser" }>, people: ChangeRows.Known): string => {
  const licenseId = quote(warning.licenseId)
  const those = users(warning.userIds, people)
  switch (warning._tag) {
    case "NoDefinition":
      return `The organization has no license ${licenseId} any more: it cannot be given back to ${those}.`
    case "PrerequisiteMissing":
      return `${licenseId} would be held without its prerequisite ${quote(warning.prerequisite)} by ${those}.`
    case "AlreadyComprised":
      return `${licenseId} is part of ${quote(warning.comprisedBy)}, and both would be held by ${those}.`
  }
}
