/**
 * A plan for people and for programs.
 */
import * as Plan from "@genesys-license/admin/change/Plan"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { differentIf } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"
import * as Table from "../terminal/Table.ts"

/** How many users a warning names. */
const named = 3

/** Saves and shows a plan, and ends as there is something to change or not. */
export const finish = Effect.fnUntraced(function* (
  plan: Plan.Plan,
  { format, output }: { readonly format: Option.Option<Output.Format>; readonly output: Option.Option<string> }
) {
  if (Option.isSome(output)) yield* Plan.save(output.value, plan)
  yield* Output.write({ format, output: Option.none() }, make(plan, Option.getOrUndefined(output)))
  yield* differentIf(plan.changes.length > 0)
})

/** `saved` tells where the plan is, if anywhere. */
const make = (plan: Plan.Plan, saved: string | undefined): Output.Result => ({
  columns: ["userId", "licenseId", "change"],
  rows: Stream.fromIterable(plan.changes.map(({ change, licenseId, userId }) => ({ userId, licenseId, change }))),
  text: () => text(plan, saved),
  document: () => plan
})

const text = (plan: Plan.Plan, saved: string | undefined) => {
  const { additions, licenses, removals } = Plan.summary(plan.changes)
  const warnings = plan.warnings.map((warning) => `  ${sentence(warning)}`)
  const said = warnings.length === 0 ? [] : [`To consider\n\n${warnings.join("\n")}`]
  if (plan.changes.length === 0) {
    return [
      `Nothing to change: ${Table.count(plan.unchanged, "license is", "licenses are")} as desired.`,
      ...said
    ].join("\n\n")
  }
  const waiting = Plan.duration(plan)
  const takes = Duration.isGreaterThan(waiting, Duration.zero)
    ? `, which takes ${Duration.format(waiting)} or more under a rate limit of 300 a minute`
    : ""
  return [
    `${Table.count(additions + removals, "change")}; ${Table.count(plan.unchanged, "license is", "licenses are")} as desired`,
    Table.ofLines([
      ["License", "to give", "to take away"],
      ...licenses.map(({ additions, licenseId, removals }) => [
        licenseId,
        Table.number(additions),
        Table.number(removals)
      ]),
      ["all", Table.number(additions), Table.number(removals)]
    ]),
    ...said,
    `Applying it sends ${Table.count(plan.cost.reads + plan.cost.writes, "request")}${takes}.`,
    saved === undefined
      ? "Nothing is saved: --output plan.json keeps the plan, to be applied."
      : `Look at ${saved}, then: genesys-license apply ${saved}`
  ].join("\n\n")
}

const users = (userIds: ReadonlyArray<string>) => {
  const some = userIds.slice(0, named).join(", ")
  const more = userIds.length - named
  return `${userIds.length === 1 ? "user" : "users"} ${some}${more > 0 ? ` and ${Table.number(more)} more` : ""}`
}

const sentence = (warning: Plan.Warning): string => {
  switch (warning._tag) {
    case "UnknownUser":
      return `The organization has no user ${warning.userId}: nothing is planned for ${warning.licenseIds.join(", ")}.`
    case "NoDefinition":
      return `The organization has no license ${warning.licenseId} any more: it cannot be given back, to ${users(warning.userIds)}.`
    case "PrerequisiteMissing":
      return `${warning.licenseId} needs ${warning.prerequisite}, without which it will be held by ${users(warning.userIds)}.`
    case "AlreadyComprised":
      return `${warning.licenseId} is part of ${warning.comprisedBy}, and both will be held by ${users(warning.userIds)}.`
  }
}
