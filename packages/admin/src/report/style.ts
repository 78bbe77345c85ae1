/**
 * The CSS of a page: light and dark, narrow and wide, and on paper. Text has at least the
 * contrast of WCAG AA on its background; bars have at least 3 to 1.
 */
import { Markup } from "./Markup.ts"

const light = `color-scheme: light;
  --page: #f5f6f8; --card: #ffffff; --text: #16191d; --muted: #565d68; --line: #dde1e6; --link: #1f55c4;
  --track: #e9ecf0; --plain: #3b6fd4; --striped: #a34a00; --dotted: #6b5d8c; --code: #eef0f3;
  --notice: #fff5e0; --notice-line: #b3690a;`

const dark = `color-scheme: dark;
  --page: #111418; --card: #1a1e24; --text: #e8eaed; --muted: #a3abb7; --line: #333a44; --link: #8fb4ff;
  --track: #2a3039; --plain: #6b9bf5; --striped: #f0a44a; --dotted: #b9a6e6; --code: #262c34;
  --notice: #2c2413; --notice-line: #e0a03c;`

/** The labels of cards of people, in the order of the columns. They are in the CSS because the page has thousands of cells. */
const labels = ["Department", "Division", "Manager", "Last login", "State", "Licenses"]

export const style = new Markup(`
:root { ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.5rem; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.2rem; margin: 0 0 .75rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .5rem 0; max-width: 52rem; }
a { color: var(--link); }
small, .note, .more, header p, footer { color: var(--muted); }
small { font-size: .85em; font-weight: 400; }
th small { display: block; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.5rem 1.25rem; margin: 1rem 0; }
section > :last-child { margin-bottom: 0; }
.notice, .aside { background: var(--notice); border: 1px solid var(--notice-line); border-radius: 8px; padding: .6rem 1.25rem; margin: 1rem 0; max-width: none; }
.aside h3 { margin-top: .25rem; }
dl { margin: 0; }
dd { margin: 0; }
.totals { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1rem; margin: 1rem 0; }
.totals > div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .6rem 1.1rem; }
.totals dt { color: var(--muted); font-size: .875rem; }
.totals dd { display: inline; font-size: 1.4rem; font-weight: 600; font-variant-numeric: tabular-nums; margin-right: .5rem; }
.totals .note { font-size: .875rem; font-weight: 400; }
.facts > div { display: grid; grid-template-columns: 8rem 1fr; gap: 0 1rem; padding: .25rem 0; }
.facts dt { color: var(--muted); }
.facts .note { grid-column: 2; }
.decisions { list-style: none; margin: .75rem 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1rem; }
.decisions > li { border: 1px solid var(--line); border-radius: 8px; padding: .75rem 1rem; margin: 0; max-width: none; }
.decisions h3 { margin: 0; }
.decisions p { margin: .3rem 0; }
.freed strong { font-size: 1.5rem; font-variant-numeric: tabular-nums; }
pre span { display: inline-block; }
pre { margin: .4rem 0; padding: .4rem .6rem; background: var(--code); border-radius: 6px; white-space: pre-wrap; }
code, .id { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .8125rem; }
ul { margin: .5rem 0; padding-left: 1.25rem; }
li { margin: .3rem 0; max-width: 52rem; }
.names, .who { list-style: none; padding: 0; }
.names { display: flex; flex-wrap: wrap; gap: .4rem; }
.names li { margin: 0; padding: .1rem .6rem; border: 1px solid var(--line); border-radius: 999px; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; max-width: none; }
.legend i { display: inline-block; width: 1.5rem; height: .75rem; margin-right: .4rem; }
.bar { display: flex; width: 100%; min-width: 5rem; height: .75rem; margin-top: .35rem; background: var(--track); }
.bar i { min-width: 2px; }
.bar, .bar i, .legend i { border-radius: 2px; print-color-adjust: exact; -webkit-print-color-adjust: exact; forced-color-adjust: none; }
.plain { background: var(--plain); }
.striped { background: repeating-linear-gradient(135deg, var(--striped) 0 4px, var(--card) 4px 6px); box-shadow: inset 0 0 0 1px var(--striped); }
.dotted { background: radial-gradient(circle, var(--dotted) 1.2px, transparent 1.5px) 0 0 / 5px 5px; box-shadow: inset 0 0 0 1px var(--dotted); }
table { border-collapse: collapse; width: 100%; margin: .75rem 0 0; font-variant-numeric: tabular-nums; }
table + table { margin-top: 1.5rem; }
caption { text-align: left; font-weight: 600; padding-bottom: .35rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); unicode-bidi: isolate; }
th:last-child, td:last-child { padding-right: 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
thead th { color: var(--muted); font-weight: 500; font-size: .875rem; vertical-align: bottom; overflow-wrap: normal; }
tbody th { font-weight: 500; width: 30%; }
.people tbody th, .changes tbody th { width: 24%; }
td { min-width: 5.5rem; }
td.unsorted { min-width: 8rem; }
th.number, td.number { text-align: right; overflow-wrap: normal; width: 6rem; min-width: 0; }
td.number, .totals .note { white-space: nowrap; }
.number + :not(.number) { padding-left: 1.25rem; }
thead button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-align: inherit; }
thead button::after { content: " ↕"; color: var(--muted); }
[aria-sort="ascending"] button::after { content: " ↑"; }
[aria-sort="descending"] button::after { content: " ↓"; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.filter { display: inline-block; margin: .5rem .75rem 0 0; }
.filter input { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--muted); border-radius: 6px; padding: .15rem .5rem; max-width: 100%; }
.tag { display: inline-block; margin-left: .5rem; padding: 0 .4rem; border: 1px solid var(--notice-line); border-radius: 4px; font-size: .8rem; font-weight: 400; }
.people td:nth-child(5) { min-width: 6rem; }
summary { cursor: pointer; color: var(--link); }
.on-paper { display: none; }
footer { padding-bottom: 2rem; font-size: .875rem; }
@media screen and (max-width: 43.75rem) {
  body { font-size: 14px; }
  header, main, footer { padding-left: .9rem; padding-right: .9rem; }
  section { padding: .9rem; }
  .totals { grid-template-columns: 1fr 1fr; gap: .6rem; }
  .totals > div { padding: .5rem .8rem; }
  .facts > div { grid-template-columns: 1fr; }
  .facts .note { grid-column: 1; }
  table, caption, tbody, tbody tr, tbody th, tbody td, .people tbody th, .changes tbody th { display: block; width: auto; }
  thead { display: none; }
  .scripted thead { display: block; }
  .scripted thead tr { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
  .scripted thead th { border: 0; padding: 0; min-height: 1.5rem; width: auto; text-align: left; }
  .scripted thead .unsorted { display: none; }
  tbody tr { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1rem; border: 1px solid var(--line); border-radius: 8px; padding: .5rem .8rem; margin: .6rem 0; }
  tbody th, tbody td { grid-column: 1 / -1; border: 0; padding: .1rem 0; min-width: 0; }
  tbody td { display: grid; grid-template-columns: 6.5rem 1fr; gap: 0 .5rem; }
  tbody td.number { grid-column: auto; grid-template-columns: 5.25rem 1fr; text-align: left; width: auto; }
  .unseen { display: block; }
  .number + :not(.number) { padding-left: 0; }
  tbody td small { grid-column: 2; }
  tbody td:empty { display: none; }
  tbody td::before { content: attr(data-label); color: var(--muted); }
  ${labels.map((label, index) => `.people td:nth-child(${index + 2})::before { content: "${label}"; }`).join("\n  ")}
  tbody tr[hidden] { display: none; }
}
@media (forced-colors: active) {
  .bar { background: Canvas; outline: 1px solid CanvasText; }
  .plain { background: CanvasText; }
  .striped { background: repeating-linear-gradient(135deg, CanvasText 0 3px, Canvas 3px 6px); box-shadow: inset 0 0 0 1px CanvasText; }
  .dotted { background: radial-gradient(circle, CanvasText 1.2px, Canvas 1.5px) 0 0 / 5px 5px; box-shadow: inset 0 0 0 1px CanvasText; }
}
@media print {
  :root { ${light} --page: #ffffff; }
  @page { margin: 14mm 12mm; }
  body { font-size: 8.5pt; line-height: 1.35; }
  h1 { font-size: 15pt; }
  h2 { font-size: 11.5pt; }
  h3 { font-size: 9.5pt; margin: .8rem 0 .3rem; }
  header, main, footer { max-width: none; padding: 0; }
  section { border: 0; border-top: 1px solid #bbbbbb; border-radius: 0; padding: .6rem 0; margin: .6rem 0; }
  .totals { grid-template-columns: repeat(4, 1fr); gap: .5rem; }
  .totals > div { padding: .2rem .6rem; }
  .totals dd { font-size: 11pt; }
  .decisions { grid-template-columns: repeat(3, 1fr); gap: .6rem; }
  .freed strong { font-size: 12pt; }
  .people tbody th, .changes tbody th { width: 18%; }
  th, td { padding-top: .15rem; padding-bottom: .15rem; }
  tr, .totals > div, .decisions > li, .aside, h2, h3, caption { break-inside: avoid; }
  h2, h3, caption, summary, .legend, section > .note { break-after: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .people tbody tr:nth-child(n + 21), .changes tbody tr:nth-child(n + 21), .ids tbody tr:nth-child(n + 21), .groups tbody tr:nth-child(n + 16) { display: none; }
  .people th small, .people td small { display: none; }
  .who { display: none; }
  pre { padding: .1rem .4rem; margin: .2rem 0; }
  pre code { font-size: 7pt; }
  .on-paper { display: block; }
  a, summary { color: inherit; text-decoration: none; }
  summary { list-style: none; }
  .filter, [role="status"], thead button::after { display: none; content: none; }
}
`)
