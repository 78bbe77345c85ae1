/**
 * The summary of a fleet as an HTML page: a row for each organization, with those that need
 * attention first.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { type Content, count, markup, named, number, table, terms } from "../report/Markup.ts"
import * as Page from "../report/Page.ts"
import { detailOf, numbersOf, type Row, type State, states, type Summary } from "./FleetSummary.ts"
import * as Spark from "./Spark.ts"

/** Problems come first. */
const order: ReadonlyArray<State> = ["failed", "timedOut", "partly", "notReached", "done"]

/** The summary as one HTML document that loads no other file. */
export const page = Effect.fn("FleetPage.page")(function* (
  summary: Summary,
  options: { readonly madeAt?: DateTime.Utc | undefined } = {}
): Effect.fn.Return<string> {
  const madeAt = options.madeAt ?? (yield* DateTime.now)
  const { command, counts, organizations } = summary
  const rows = order.flatMap((state) => organizations.filter((row) => row.state === state))
  const present = order.toReversed().filter((state) => state === "done" || counts[state] > 0)
  return yield* Page.html({
    title: `${command.charAt(0).toUpperCase()}${command.slice(1)} of ${count(organizations.length, "organization")}`,
    day: Page.day(madeAt),
    about: markup`Written ${Page.moment(madeAt)}`,
    sections: [
      terms(
        present.map((state) => ({ name: states[state], value: number(counts[state]) })),
        "totals"
      ),
      markup`<section id="organizations">
<h2>Organizations</h2>
${organizationsOf(rows, numbersOf(summary))}
</section>`
    ]
  })
})

/** The title of a column: `couldGiveBack` becomes "could give back". */
export const called = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

const organizationsOf = (rows: ReadonlyArray<Row>, numbers: ReadonlyArray<string>): Content => {
  const hasChanges = rows.some(({ changes }) => changes !== undefined)
  const scale = Spark.scaleOf(rows)
  return table({
    caption: "Organizations",
    isTitled: true,
    columns: [
      "Organization",
      { text: "State" },
      ...numbers.map(called),
      ...(hasChanges ? [{ bar: "Change by license" }] : []),
      { text: "Notes" }
    ],
    rows: rows.map((row) => [
      named(row.id),
      states[row.state],
      ...numbers.map((name) => (row.numbers[name] === undefined ? "" : number(row.numbers[name]))),
      ...(hasChanges ? [row.changes === undefined ? "" : Spark.draw(row.changes, scale)] : []),
      detailOf(row)
    ])
  })
}
