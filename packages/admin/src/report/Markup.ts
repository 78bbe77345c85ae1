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

/** Joins what is a text or markup, leaving out what is not there. */
export const joined = (contents: ReadonlyArray<Content>, separator: string): Content =>
  contents
    .filter((content) => content !== false && content !== undefined)
    .flatMap((content, index) => (index === 0 ? [content] : [separator, content]))

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

/** A name alone is a column of numbers; the first column names the row. */
export type Column = string | { readonly text: string } | { readonly bar: string }

export interface Table {
  readonly caption: string
  /** Whether a heading says the same, so that the caption need not be seen. */
  readonly isTitled?: boolean
  /** What the style of the page knows the table by. */
  readonly kind?: string
  readonly columns: ReadonlyArray<Column>
  readonly rows: ReadonlyArray<ReadonlyArray<Content>>
  /** A last row, which stays last however the others are sorted. */
  readonly sum?: ReadonlyArray<Content>
  /** What was left out. */
  readonly more?: Content
}

/** A table. Where the page is narrow, each row is a card, and each cell says what it is. */
export const table = ({ caption, columns, isTitled, kind, more, rows, sum }: Table): Markup => {
  const labels = columns.map((column) =>
    typeof column === "string" ? column : "bar" in column ? column.bar : column.text
  )
  const classOf = (index: number): Content => {
    const column = columns[index]
    if (index === 0 || column === undefined || (typeof column !== "string" && "text" in column)) return undefined
    return typeof column === "string" ? markup` class="number"` : markup` class="unsorted"`
  }
  const classes = columns.map((_, index) => classOf(index))
  // The style names the cells of people, of whom there are thousands.
  const label = (index: number) => kind !== "people" && markup` data-label="${labels[index]}"`
  const row = ([first, ...cells]: ReadonlyArray<Content>, kind?: Markup) =>
    markup`<tr${kind}><th scope="row">${first}</th>${cells.map(
      (cell, index) => markup`<td${classes[index + 1]}${label(index + 1)}>${cell}</td>`
    )}</tr>
`
  return markup`<table${kind !== undefined && markup` class="${kind}"`}>
<caption${isTitled === true && markup` class="unseen"`}>${caption}</caption>
<thead><tr>${labels.map((text, index) => markup`<th scope="col"${classes[index]}>${text}</th>`)}</tr></thead>
<tbody>
${rows.map((cells) => row(cells))}${sum !== undefined && row(sum, markup` class="sum"`)}</tbody>
</table>
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
