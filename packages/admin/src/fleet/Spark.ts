/**
 * What changed in an organization, as small as a word: a bar for each license, up for those
 * who gain it and down for those who lose it.
 */
import { count, type Markup, markup } from "../report/Markup.ts"
import type { Row } from "./FleetSummary.ts"

type Changes = Exclude<Row["changes"], undefined>

const height = 24
const step = 6
const bar = 4

/** Licenses that have room. Those that change the most come first. */
const most = 24

/** The longest bar of some organizations: the same scale for all makes them comparable. */
export const scaleOf = (rows: ReadonlyArray<Pick<Row, "changes">>): number =>
  Math.max(1, ...rows.flatMap(({ changes = [] }) => changes.flatMap(({ gained, lost }) => [gained, lost])))

export const draw = (changes: Changes, scale: number): Markup => {
  const shown = changes.toSorted((a, b) => b.gained + b.lost - a.gained - a.lost).slice(0, most)
  const total = (of: "gained" | "lost") => changes.reduce((sum, change) => sum + change[of], 0)
  const label = `${count(total("gained"), "license")} gained, ${count(total("lost"), "license")} lost`
  const half = height / 2
  // Some are seen, however few.
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
