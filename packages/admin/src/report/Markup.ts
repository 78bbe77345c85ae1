/**
 * Markup that is escaped unless it is known to be markup: what an organization calls
 * its users and licenses is anybody's text.
 *
 * It is HTML that is XML as well, so that a parser of either finds what is wrong.
 */
import { quote } from "@genesys-license/schema/Quote"

export class Markup {
  readonly html: string

  /** Takes `html` as it is: for what this package has written itself. */
  constructor(html: string) {
    this.html = html
  }
}

/** Texts are escaped; what is not there, and `false`, leaves nothing. */
export type Content = Markup | string | false | undefined | ReadonlyArray<Content>

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }

const render = (content: Content): string => {
  if (content === undefined || content === false) return ""
  if (content instanceof Markup) return content.html
  if (typeof content === "string") return content.replace(/[&<>"']/g, (character) => entities[character]!)
  return content.map(render).join("")
}

/** The tag of templates that are markup. Attributes are to be quoted. */
export const markup = (strings: TemplateStringsArray, ...contents: ReadonlyArray<Content>): Markup =>
  new Markup(strings.map((string, index) => string + render(contents[index])).join(""))

/** What somebody else has named: on one line, of bearable length, and never invisible. */
export const named = (text: string): string => quote(text).trim() || "(empty)"

/** `1,234` */
export const number = (value: number): string => value.toLocaleString("en-US")

/** `12.3 %`. Some are never shown as none, nor almost all as all. */
export const percent = (part: number, whole: number): string => {
  if (whole === 0) return ""
  const percents = (part / whole) * 100
  if (percents > 0 && percents < 0.1) return "< 0.1 %"
  if (percents < 100 && percents > 99.9) return "> 99.9 %"
  return `${percents.toFixed(1)} %`
}

/** `1 user`, `2 users`. */
export const count = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`

/** The first ones, and how many are left out. */
export const some = <A>(all: ReadonlyArray<A>, most: number) => ({
  first: all.slice(0, most),
  more: Math.max(0, all.length - most)
})

export interface Table {
  readonly caption: string
  /** Whether a heading says the same, so that the caption need not be seen. */
  readonly isTitled?: boolean
  /** The first one names the row; the others are numbers unless they say so. */
  readonly columns: ReadonlyArray<string | { readonly text: string }>
  readonly rows: ReadonlyArray<ReadonlyArray<Content>>
  /** What was left out. */
  readonly more?: Content
}

/** A table that can be scrolled sideways where it is too wide, with the keyboard as well. */
export const table = ({ caption, columns, isTitled, more, rows }: Table): Markup => {
  const isText = columns.map((column, index) => index === 0 || typeof column !== "string")
  const kind = (index: number) => !isText[index] && markup` class="number"`
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table>
<caption${isTitled === true && markup` class="unseen"`}>${caption}</caption>
<thead><tr>${columns.map((column, index) => markup`<th scope="col"${kind(index)}>${typeof column === "string" ? column : column.text}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([first, ...cells]) => markup`<tr><th scope="row">${first}</th>${cells.map(
    (cell, index) => markup`<td${kind(index + 1)}>${cell}</td>`
  )}</tr>
`
)}</tbody>
</table>
</div>
${more !== undefined && more !== false && markup`<p class="more">${more}</p>`}`
}

/** `and 12 more licenses`, where there are more. */
export const andMore = (more: number, one: string, many?: string): Content =>
  more > 0 && `and ${number(more)} more ${more === 1 ? one : (many ?? `${one}s`)}`

export interface Term {
  readonly name: string
  readonly value: Content
  readonly note?: Content
}

export const terms = (list: ReadonlyArray<Term>, kind: string): Markup =>
  markup`<dl class="${kind}">
${list.map(
  ({
    name,
    note,
    value
  }) => markup`<div><dt>${name}</dt><dd>${value}</dd>${note !== undefined && markup`<dd class="note">${note}</dd>`}</div>
`
)}</dl>`
