/**
 * Bars inside the rows of tables, drawn by the style of the page alone. The numbers stand
 * in the cells beside them, so that a bar needs no words of its own.
 */
import { type Markup, markup } from "./Markup.ts"

/**
 * What a part of a bar is. Each has a pattern of its own beside its color, so that color is never
 * needed to tell them apart.
 *
 * - `plain`: users of whom nothing is wrong, or all of them
 * - `striped`: those who could give a seat back
 * - `dotted`: not known
 */
export type Kind = "plain" | "striped" | "dotted"

export interface Part {
  readonly kind: Kind
  readonly value: number
}

/** `full` is what a whole bar stands for. */
export const bar = (parts: ReadonlyArray<Part>, full: number): Markup =>
  markup`<span class="bar" aria-hidden="true">${parts
    .filter(({ value }) => value > 0)
    .map(({ kind, value }) => markup`<i class="${kind}" style="width:${width(value, full)}%"></i>`)}</span>`

/** With the fewest digits that a screen can show. */
const width = (value: number, full: number) => String(Math.round((value / Math.max(1, full)) * 1000) / 10)

/** What the patterns of the bars below are. */
export const legend = (entries: ReadonlyArray<readonly [kind: Kind, text: string]>): Markup =>
  markup`<p class="legend">${entries.map(
    ([kind, text]) => markup`<span><i class="${kind}"></i>${text}</span>
`
  )}</p>`
