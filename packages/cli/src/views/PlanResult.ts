/**
 * A plan, for people and for programs.
 */
import * as Plan from "@genesys-license/admin/change/Plan"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { differentIf } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"
import * as ChangeRows from "./ChangeRows.ts"
import * as FirstChanges from "./FirstChanges.ts"
import * as PlanWarnings from "./PlanWarnings.ts"
import * as Table from "../terminal/Table.ts"

/** Saves and shows a plan, prints warnings to stderr, and ends with the exit code of `plan`. */
export const finish = Effect.fnUntraced(function* (
  plan: Plan.Plan,
  { detailedExitcode, ...target }: Output.Target & { readonly detailedExitcode: boolean }
) {
  const { output } = target
  const document = yield* Plan.encode(plan)
  if (Option.isSome(output)) yield* Output.writeText(output, Stream.make(document))
  yield* Output.show(target, make(plan, JSON.parse(document), Option.getOrUndefined(output)))
  yield* PlanWarnings.say(plan)
  yield* differentIf((detailedExitcode && plan.changes.length > 0) || !isWhole(plan))
})

/** Whether the organization has all users of the plan. */
export const isWhole = ({ warnings }: Plan.Plan) => warnings.every(({ _tag }) => _tag !== "UnknownUser")

/** `document` is the plan as JSON. `saved` is its path, if it was saved. */
const make = (plan: Plan.Plan, document: object, saved: string | undefined): Output.Result => {
  const { columns, rows } = ofChanges(plan)
  return {
    columns,
    rows: Stream.fromIterable(rows),
    text: (width) => text(plan, saved, width),
    document: () => document
  }
}

/** The changes of a plan as rows, with the names from the plan. */
export const ofChanges = ({ changes, people }: Plan.Plan): ChangeRows.Changes =>
  ChangeRows.make(
    changes.map(({ change, licenseId, userId }) => ({ userId, licenseId, change })),
    ["licenseId", "change"],
    ChangeRows.known(people)
  )

const text = (plan: Plan.Plan, saved: string | undefined, width: number) => {
  const { additions, licenses, removals } = Plan.summary(plan.changes)
  if (plan.changes.length === 0) {
    const scope = isWhole(plan) ? "" : " for the known users"
    return `Nothing to change${scope}: ${Table.count(plan.unchanged, "license is", "licenses are")} already as desired.`
  }
  const waiting = Plan.duration(plan)
  const takes = Duration.isGreaterThan(waiting, Duration.zero)
    ? `. At the rate limit of 300 requests per minute this takes at least ${Duration.format(waiting)}`
    : ""
  return [
    `${Table.count(additions + removals, "change")}; ${Table.count(plan.unchanged, "license is", "licenses are")} already as desired`,
    Table.ofLines(
      [
        ["License", "to give", "to take away"],
        ...licenses.map(({ additions, licenseId, removals }) => [
          licenseId,
          Table.number(additions),
          Table.number(removals)
        ]),
        ["all", Table.number(additions), Table.number(removals)]
      ],
      undefined,
      width
    ),
    FirstChanges.text(plan.changes, ChangeRows.known(plan.people), {
      hint:
        saved === undefined || saved === Output.standard
          ? "--format csv lists all"
          : `\`genesys-license show ${saved}\` lists all`,
      width
    }),
    `Applying this plan sends ${Table.count(plan.cost.reads + plan.cost.writes, "request")}${takes}.`,
    saved === undefined
      ? "The plan is not saved. Pass --output plan.json to save it and apply it later."
      : saved === Output.standard
        ? "The plan is on stdout. Save it to a file, or pipe it to `genesys-license apply -`."
        : `Check ${saved}, then apply it: genesys-license apply ${saved}`
  ].join("\n\n")
}
