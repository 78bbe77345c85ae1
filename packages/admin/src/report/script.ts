/**
 * The only script of a page. It sorts tables by a column, and filters people by a text, so
 * that managers can find their own people in a list of hundreds.
 *
 * It uses no network and no `eval`. The page allows it by its hash, so no other script can
 * run. Without scripts, the page has the same content.
 *
 * It contains neither `<` nor `&`, so that the page is valid XML and HTML.
 */
import * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import { Markup } from "./Markup.ts"

const source = `"use strict";
const textOf = (row, column) => row.cells[column].textContent.trim();
const numberIn = (text) => parseFloat(text.replace("\u2212", "-").replace(/[^-0-9.]/g, ""));
for (const table of document.querySelectorAll("table")) {
  const rows = [...table.tBodies[0].rows].filter((row) => !row.classList.contains("sum"));
  if (rows.length > 1) for (const [column, heading] of [...table.tHead.rows[0].cells].entries()) {
    if (heading.classList.contains("unsorted")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const isUp = heading.getAttribute("aria-sort") !== "ascending";
      for (const other of heading.parentNode.cells) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", isUp ? "ascending" : "descending");
      const isNumber = heading.classList.contains("number");
      const compare = (a, b) => {
        const [one, other] = [textOf(a, column), textOf(b, column)];
        if (one === "" || other === "") return (one === "") - (other === "");
        const order = isNumber
          ? numberIn(one) - numberIn(other)
          : one.localeCompare(other, undefined, { numeric: true });
        return isUp ? order : -order;
      };
      const sums = [...table.tBodies[0].rows].filter((row) => row.classList.contains("sum"));
      table.tBodies[0].append(...[...rows].sort(compare), ...sums);
    });
  }
  if (!table.matches(".people, .changes") || rows.length === 1) continue;
  const label = document.createElement("label");
  const input = document.createElement("input");
  const shown = document.createElement("span");
  label.className = "filter";
  input.type = "search";
  shown.setAttribute("role", "status");
  label.append("Show only rows that contain ", input);
  table.before(label, shown);
  const texts = rows.map((row) => row.textContent.toLowerCase());
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    let count = 0;
    for (const [index, row] of rows.entries()) {
      row.hidden = !texts[index].includes(wanted);
      if (!row.hidden) count += 1;
    }
    shown.textContent = wanted === "" ? "" : count + " of " + rows.length + " rows";
  });
}
document.documentElement.classList.add("scripted");
`

export interface Script {
  readonly markup: Markup
  /** The hash for the Content-Security-Policy. */
  readonly hash: string
}

export const script: Effect.Effect<Script> = Digest.Digest.pipe(
  Effect.flatMap((digest) => digest.digest(Digest.sha256, new TextEncoder().encode(source))),
  Effect.map((hash) => ({ markup: new Markup(`<script>${source}</script>`), hash: `sha256-${Base64.encode(hash)}` })),
  Effect.provide(Digest.layerWebCrypto),
  Effect.orDie
)
