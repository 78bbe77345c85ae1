/**
 * How the page looks, light and dark, narrow and wide, and on paper. Texts have at
 * least the contrast of WCAG AA on what they stand on; bars have 3 to 1 on theirs.
 */
import { Markup } from "./Markup.ts"

const light = `color-scheme: light;
  --page: #f5f6f8; --card: #ffffff; --text: #16191d; --muted: #565d68; --line: #dde1e6; --link: #1f55c4;
  --track: #e9ecf0; --part-1: #3b6fd4; --part-2: #b3690a; --part-3: #a8327e; --notice: #fff5e0; --notice-line: #b3690a;`

const dark = `color-scheme: dark;
  --page: #111418; --card: #1a1e24; --text: #e8eaed; --muted: #a3abb7; --line: #333a44; --link: #8fb4ff;
  --track: #2a3039; --part-1: #6b9bf5; --part-2: #e0a03c; --part-3: #e07abf; --notice: #2c2413; --notice-line: #e0a03c;`

export const style = new Markup(`
:root { ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.25rem; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.75rem; margin: 0; }
h2 { font-size: 1.2rem; margin: 0 0 1rem; }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
p { margin: .5rem 0; max-width: 46rem; }
a { color: var(--link); }
header p, .note, .more, figcaption, footer { color: var(--muted); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem 1.5rem; margin: 1.25rem 0; }
section > :last-child { margin-bottom: 0; }
.notice { background: var(--notice); border: 1px solid var(--notice-line); border-radius: 10px; padding: .75rem 1.5rem; margin: 1.25rem 0; max-width: none; }
dl { margin: 0; }
dd { margin: 0; }
.totals { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1rem; margin: 1.25rem 0; }
.totals > div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .9rem 1.1rem; }
.totals dt { color: var(--muted); font-size: .875rem; }
.totals dd { font-size: 1.7rem; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
.totals .note { font-size: .875rem; font-weight: 400; }
.facts > div { display: grid; grid-template-columns: 11rem 1fr; gap: 0 1rem; padding: .3rem 0; }
.facts dt { color: var(--muted); }
.facts .note { grid-column: 2; }
ul { margin: .5rem 0; padding-left: 1.25rem; }
li { margin: .3rem 0; max-width: 46rem; }
.names { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .4rem; }
.names li { margin: 0; padding: .1rem .6rem; border: 1px solid var(--line); border-radius: 999px; }
figure { margin: 0 0 1.25rem; }
figcaption { margin-bottom: .75rem; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; }
.legend { display: inline-flex; flex-wrap: wrap; gap: .25rem 1rem; }
.legend i { display: inline-block; width: .75rem; height: .75rem; border-radius: 2px; margin-right: .4rem; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.part-1 { background: var(--part-1); } .part-2 { background: var(--part-2); } .part-3 { background: var(--part-3); }
svg { display: block; max-width: 100%; height: auto; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
svg.narrow { display: none; width: 100%; }
.scroll { overflow-x: auto; margin: .75rem 0 0; }
.scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .35rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); unicode-bidi: isolate; }
th:last-child, td:last-child { padding-right: 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
thead th { color: var(--muted); font-weight: 500; font-size: .875rem; white-space: nowrap; }
tbody th { font-weight: 500; min-width: 10rem; }
td { min-width: 7.5rem; }
td:last-child { min-width: 12rem; }
th.number, td.number { min-width: 0; text-align: right; white-space: nowrap; }
.number + :not(.number) { padding-left: 1.25rem; }
.under { display: block; color: var(--muted); font-size: .875rem; font-weight: 400; }
.tag { display: inline-block; margin-left: .5rem; padding: 0 .4rem; border: 1px solid var(--notice-line); border-radius: 4px; font-size: .8rem; font-weight: 400; white-space: nowrap; }
.id { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .8125rem; }
td time, .id { white-space: nowrap; }
summary { cursor: pointer; color: var(--link); }
details .id { display: block; }
footer { padding-bottom: 2.5rem; font-size: .875rem; }
@media screen and (max-width: 44rem) {
  body { font-size: 14px; }
  header, main, footer { padding-left: .9rem; padding-right: .9rem; }
  section { padding: 1rem; }
  .totals { grid-template-columns: 1fr 1fr; gap: .6rem; }
  .totals > div { padding: .7rem .8rem; }
  .totals dd { font-size: 1.4rem; }
  .facts > div { grid-template-columns: 1fr; }
  .facts .note { grid-column: 1; }
  .id { white-space: normal; }
  svg.wide { display: none; }
  svg.narrow { display: block; }
}
@media print {
  :root { ${light} --page: #ffffff; }
  body { font-size: 10pt; }
  header, main, footer { max-width: none; padding-left: 0; padding-right: 0; }
  section, .totals > div { border-color: #bbbbbb; }
  section { padding: .9rem 1rem; }
  .scroll { overflow: visible; }
  .id { white-space: normal; }
  figure, tr, .totals > div, h2, h3, caption { break-inside: avoid; }
  h2, h3, caption, figcaption { break-after: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
  a, summary { color: inherit; text-decoration: none; }
  summary { list-style: none; }
}
`)
