/**
 * An audit as an HTML page, with CSV sheets of people beside it.
 */
import type { Audit } from "@genesys-license/admin/look/Audit"
import type { Options } from "@genesys-license/admin/report/Html"
import * as Sheets from "@genesys-license/admin/report/Sheets"
import * as FileTarget from "@genesys-license/admin/files/FileTarget"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Output from "../terminal/Output.ts"
import * as Render from "../terminal/Render.ts"

/** How many people of each finding a page names by default. */
export const listed = 200

/** The paths of the sheets. Undefined if the page is not a regular file, because nothing can be beside it. */
export const paths = Effect.fnUntraced(function* (target: Output.Target, isWanted: boolean) {
  if (!isWanted || Output.formatOf(target) !== "html" || Output.isStdout(target)) return undefined
  const page = Option.getOrThrow(target.output)
  if ((yield* FileTarget.of(page))._tag === "Stream") return undefined
  const all = new Map(Sheets.kinds.map((kind) => [kind, Sheets.nameOf(page, kind)]))
  yield* Effect.forEach(all.values(), FileTarget.of)
  return all
})

export type Paths = Effect.Success<ReturnType<typeof paths>>

/** The sheets as outputs, to check that they overwrite no file that is read. */
export const writes = (paths: Paths) =>
  Object.fromEntries([...(paths ?? [])].map(([kind, path]) => [`the sheet of ${kind}`, path]))

const fileName = (path: string) => path.slice(path.lastIndexOf("/") + 1)

/** Says on stderr that there are sheets: somebody who asked for one page has several files with names of people. */
export const tell = (audit: Audit, paths: Paths) => {
  const written = paths === undefined ? [] : Sheets.of(audit).map(({ kind }) => fileName(paths.get(kind)!))
  return written.length === 0
    ? Effect.void
    : Console.error(`The people of the page are beside it: ${written.join(", ")}.`)
}

/** Writes the sheets and returns the page, which links to them. The code of the page is loaded only here. */
export const make = Effect.fnUntraced(function* (audit: Audit, paths: Paths, options: Options) {
  const sheets = paths === undefined ? [] : Sheets.of(audit)
  const names = new Map<Sheets.Kind, string>()
  for (const { columns, kind, rows } of sheets) {
    const path = paths!.get(kind)!
    // People open sheets in Excel, which needs the byte order mark to read UTF-8.
    const style = { delimiter: ",", bom: true, width: Infinity }
    yield* Output.writeText(
      Option.some(path),
      Render.render("csv", style, { columns, rows: Stream.fromIterable(rows) })
    )
    names.set(kind, fileName(path))
  }
  const Html = yield* Effect.promise(() => import("@genesys-license/admin/report/Html"))
  return yield* Html.page(audit, { ...options, sheets: Object.fromEntries(names) })
})
