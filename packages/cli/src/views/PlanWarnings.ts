/**
 * Warnings about a plan, as sentences.
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

/** Prints the warnings to stderr. */
export const say = ({ people, warnings }: Pick<Plan, "people" | "warnings">): Effect.Effect<void> =>
  Effect.forEach(sentences(warnings, ChangeRows.known(people)), (sentence) => Console.error(sentence), {
    discard: true
  })

/** One sentence for all unknown users, because a list for the wrong organization has thousands. */
export const sentences = (warnings: ReadonlyArray<Warning>, people: ChangeRows.Known): ReadonlyArray<string> => {
  const unknown = warnings.flatMap((warning) => (warning._tag === "UnknownUser" ? [warning.userId] : []))
  const others = warnings.flatMap((warning) => (warning._tag === "UnknownUser" ? [] : [sentence(warning, people)]))
  return unknown.length === 0 ? others : [ofUnknown(unknown), ...others]
}

const ofUnknown = (userIds: ReadonlyArray<string>) => {
  const advice = unfound(UserIdCell.resemblance(userIds))
  const skipped = userIds.length === 1 ? "This user is" : "They are"
  return `${Table.count(userIds.length, "user")} not found in the organization: ${some(userIds)}. ${skipped} left out of the plan.${advice}`
}

/** The names of the first users, and how many more there are. */
export const some = (userIds: ReadonlyArray<string>, people: ChangeRows.Known = new Map()) => {
  const first = userIds.slice(0, named).map((userId) => quote(Profile.addressed(people.get(userId) ?? {}) || userId))
  const more = userIds.length - named
  return `${first.join(", ")}${more > 0 ? ` and ${Table.number(more)} more` : ""}`
}

const users = (userIds: ReadonlyArray<string>, people: ChangeRows.Known) =>
  `${userIds.length === 1 ? "User" : "Users"} ${some(userIds, people)}`

const sentence = (warning: Exclude<Warning, { readonly _tag: "UnknownUser" }>, people: ChangeRows.Known): string => {
  const licenseId = quote(warning.licenseId)
  const holders = users(warning.userIds, people)
  switch (warning._tag) {
    case "NoDefinition":
      return `${holders} cannot get ${licenseId} back, because the organization no longer has this license.`
    case "PrerequisiteMissing":
      return `${holders} would hold ${licenseId} without its prerequisite ${quote(warning.prerequisite)}, and without another license that includes it.`
    case "AlreadyComprised":
      return `${holders} would hold ${licenseId} and also ${quote(warning.comprisedBy)}, which includes it.`
  }
}
