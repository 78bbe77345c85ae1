/**
 * Builds HTML. Every text is escaped, except values of the class `Markup`: names of users and
 * licenses may contain anything.
 *
 * The HTML is also valid XML, so tests can check it with a parser for either.
 */
import { quote } from "@genesys-license/schema/Quote"

export class Markup {
  readonly html: string

  /** Takes `html` without escaping it. Only for HTML that this package wrote. */
  constructor(html: string) {
    this.html = html
  }
}

/** Texts are escaped. `undefined` and `false` render as nothing. */
export type Content = Markup | string | false | undefined | ReadonlyArray<Content>

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }

const render = (content: Content): string => {
  if (content === undefined || content === false) return ""
  if (content instanceof Markup) return content.html
  if (typeof content === "string") return content.replace(/[&<>"']/g, (character) => entities[character]!)
  return content.map(render).join("")
}

/** Template tag for HTML. Always quote attributes. */
export const markup = (strings: TemplateStringsArray, ...contents: ReadonlyArray<Content>): Markup =>
  new Markup(strings.map((string, index) => string + render(contents[index])).join(""))

/** Joins texts and markup, and leaves out `undefined` and `false`. */
export const joined = (contents: ReadonlyArray<Content>, separator: string): Content =>
  contents
    .filter((content) => content !== false && content !== undefined)
    .flatMap((content, index) => (index === 0 ? [content] : [separator, content]))

/** A name from the organization: on one line, shortened, and never empty. */
export const named = (text: string): string => quote(text).trim() || "(empty)"

/** `1,234` */
export const number = (value: number): string => value.toLocaleString("en-US")

/** `12.3 %`. A small share is never shown as 0 %, and a large one never as 100 %. */
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

/** The first items, and how many are left out. */
export const some = <A>(all: ReadonlyArray<A>, most: number) => ({
  first: all.slice(0, most),
  more: Math.max(0, all.length - most)
})

/** A plain string is a column of numbers. The first column names the row. */
export type Column = string | { readonly text: string } | { readonly bar: string }

export interface Table {
  readonly caption: string
  /** Hides the caption, if a heading above says the same. */
  readonly isTitled?: boolean
  /** The CSS class of the table. */
  readonly kind?: string
  readonly columns: ReadonlyArray<Column>
  readonly rows: ReadonlyArray<ReadonlyArray<Content>>
  /** A row that stays at the end when the others are sorted. */
  readonly sum?: ReadonlyArray<Content>
  /** A note about rows that are left out. */
  readonly more?: Content
}

/** A table. On a narrow screen each row becomes a card, and each cell shows its label. */
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
  // The table of people has thousands of cells, so its labels are in the CSS.
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

/** `and 12 more licenses`, if there are more. */
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
