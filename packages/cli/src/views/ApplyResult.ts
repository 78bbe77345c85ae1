/**
 * The result of applying a plan, for people and for programs.
 */
import type { Result, Standing } from "@genesys-license/admin/change/Apply"
import * as Profile from "@genesys-license/admin/people/Profile"
import * as Stream from "effect/Stream"
import type * as Output from "../terminal/Output.ts"
import * as ChangeRows from "./ChangeRows.ts"
import * as Table from "../terminal/Table.ts"

/** How many changes that are not done the text shows. CSV and JSON have all. */
const shown = 20

/** Whether every change of the plan is done. */
export const isComplete = ({ counts }: Pick<Result, "counts">): boolean =>
  counts.reversed + counts.refused + counts.unknown + counts.notSent === 0

/** `journal` is its path, if there is one. */
export const make = (result: Result, journal: string | undefined, people: ChangeRows.Known): Output.Result => ({
  ...rowsOf(result.outcomes, people),
  text: (width) => text(result, journal, people, width),
  document: () => ({
    ...result,
    ...(result.error !== undefined && { error: result.error.message }),
    ...(journal !== undefined && { journal })
  })
})

const rowsOf = (outcomes: Result["outcomes"], people: ChangeRows.Known) => {
  const columns = ["licenseId", "change", "standing", "detail"]
  const made = ChangeRows.make(
    outcomes.map((outcome) => ({ ...outcome })),
    columns,
    people
  )
  return { columns: made.columns, rows: Stream.fromIterable(made.rows) }
}

const titles: { readonly [S in Standing]: string } = {
  done: "done",
  alreadySo: "already so",
  reversed: "reversed later",
  refused: "refused",
  unknown: "unknown",
  notSent: "not sent"
}

const text = (result: Result, journal: string | undefined, people: ChangeRows.Known, width: number) => {
  const { counts, doneBefore, outcomes } = result
  const table = Table.ofLines(
    (Object.keys(titles) as Array<Standing>)
      .filter((standing) => standing === "done" || counts[standing] > 0)
      .map((standing) => [titles[standing], Table.number(counts[standing])])
  )
  const open = outcomes.filter(({ standing }) => standing !== "done" && standing !== "alreadySo")
  const hidden = open.length - shown
  return [
    `${Table.number(outcomes.length - open.length)} of ${Table.count(outcomes.length, "change")} done`,
    doneBefore > 0 ? `${table}\n  (${Table.number(doneBefore)} of them by an earlier run)` : table,
    ...(open.length === 0
      ? []
      : [
          Table.ofLines(
            open
              .slice(0, shown)
              .map(({ change, detail = "", licenseId, standing, userId }) => [
                Profile.addressed(people.get(userId) ?? {}) || userId,
                licenseId,
                ChangeRows.inWords(change),
                titles[standing],
                detail
              ]),
            ["left", "left", "left", "left", "left"],
            width
          ) + (hidden > 0 ? `\n  and ${Table.number(hidden)} more; --format csv lists all` : "")
        ]),
    ...(result.counts.reversed > 0
      ? ["Changes that were reversed later are not applied again. Make a new plan for them."]
      : []),
    ...(journal === undefined
      ? []
      : [
          `${journal} records every change.${
            counts.done + counts.unknown > 0 ? ` To undo it: genesys-license undo ${journal} --output undo.json` : ""
          }`
        ])
  ].join("\n\n")
}
