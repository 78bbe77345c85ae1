/**
 * A small chart of the changes in an organization: for each license a bar up for the users
 * who gain it, and a bar down for those who lose it.
 */
import { count, type Markup, markup } from "../report/Markup.ts"
import type { Row } from "./FleetSummary.ts"

type Changes = Exclude<Row["changes"], undefined>

const height = 24
const step = 6
const bar = 4

/** The number of licenses that fit. Those with the most changes are shown. */
const most = 24

/** The largest number of changes of a license in any organization. One scale makes the charts comparable. */
export const scaleOf = (rows: ReadonlyArray<Pick<Row, "changes">>): number =>
  Math.max(1, ...rows.flatMap(({ changes = [] }) => changes.flatMap(({ gained, lost }) => [gained, lost])))

/** Draws the chart of one organization. */
export const draw = (changes: Changes, scale: number): Markup => {
  const shown = changes.toSorted((a, b) => b.gained + b.lost - a.gained - a.lost).slice(0, most)
  const total = (of: "gained" | "lost") => changes.reduce((sum, change) => sum + change[of], 0)
  const label = `${count(total("gained"), "license")} gained, ${count(total("lost"), "license")} lost`
  const half = height / 2
  // Even a single change is visible.
  const long = (value: number) => (value === 0 ? 0 : Math.max(1, Math.round((value / scale) * (half - 1))))
  const rect = (x: number, y: number, length: number, color: string) =>
    length > 0 &&
    markup`<rect x="${String(x)}" y="${String(y)}" width="${String(bar)}" height="${String(length)}" fill="var(--${color})"/>`
  const width = most * step
  return markup`<svg width="${String(width)}" height="${String(height)}" role="img" aria-label="${label}"><title>${label}</title><line x1="0" x2="${String(width)}" y1="${String(half)}" y2="${String(half)}" stroke="var(--line)"/>${shown.map(
    ({ gained, lost }, index) => [
      rect(index * step, half - long(gained), long(gained), "plain"),
      rect(index * step, half, long(lost), "striped")
    ]
  )}</svg>`
}
