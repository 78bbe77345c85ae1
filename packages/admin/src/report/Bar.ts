/**
 * Bars in the rows of tables, drawn with CSS only. The cells beside a bar show its numbers,
 * so screen readers skip the bar.
 */
import { type Markup, markup } from "./Markup.ts"

/**
 * The kinds of parts of a bar. Each has its own pattern, so nobody needs to see colors.
 *
 * - `plain`: users without a finding, or all users
 * - `striped`: users who could give a seat back
 * - `dotted`: users whose last login is not known
 */
export type Kind = "plain" | "striped" | "dotted"

export interface Part {
  readonly kind: Kind
  readonly value: number
}

/** `full` is the value of a bar of full length. */
export const bar = (parts: ReadonlyArray<Part>, full: number): Markup =>
  markup`<span class="bar" aria-hidden="true">${parts
    .filter(({ value }) => value > 0)
    .map(({ kind, value }) => markup`<i class="${kind}" style="width:${width(value, full)}%"></i>`)}</span>`

/** One decimal is enough for a screen, and keeps the page small. */
const width = (value: number, full: number) => String(Math.round((value / Math.max(1, full)) * 1000) / 10)

/** The legend for the bars below it. */
export const legend = (entries: ReadonlyArray<readonly [kind: Kind, text: string]>): Markup =>
  markup`<p class="legend">${entries.map(
    ([kind, text]) => markup`<span><i class="${kind}"></i>${text}</span>
`
  )}</p>`
