/**
 * Fits texts to the width of a terminal: cuts cells with …, ids before words, and wraps
 * lines between words. A pipe gets everything.
 */
import * as CliOutput from "effect/cli/CliOutput"
import * as Effect from "effect/Effect"
import * as Stdio from "effect/Stdio"

/** Leaves the last column free: some terminals wrap when it is used. */
const usable = (columns: number | undefined) => (columns ?? 80) - 1

/** The width of stdout. It is infinite if stdout is a pipe or a file. */
export const stdout: Effect.Effect<number, never, Stdio.Stdio> = Effect.gen(function* () {
  const stdio = yield* Stdio.Stdio
  return (yield* stdio.stdoutIsTerminal) ? usable(process.stdout.columns) : Infinity
})

/** The width of stderr. */
export const stderr: Effect.Effect<number> = Effect.sync(() => usable(process.stderr.columns))

const isPlain = /^[\x20-\x7e]*$/

/** The columns that a text takes. Plain ASCII, which is nearly every cell, skips the slow measurement. */
export const width = (text: string) => (isPlain.test(text) ? text.length : CliOutput.displayWidth(text))

/** Whether a cell is an opaque id such as a UUID. Its beginning is enough to tell it from others. */
const isId = (cell: string) => /^[\da-zA-Z_:-]{20,}$/.test(cell)

/** The minimum width of a column. */
const least = { id: 9, text: 12 }

/** Narrows columns until a line takes at most `most` columns, or until all have their minimum width. */
export const columns = (
  widths: ReadonlyArray<number>,
  lines: ReadonlyArray<ReadonlyArray<string>>,
  separators: number,
  most: number
): ReadonlyArray<number> => {
  const fitted = [...widths]
  let over = fitted.reduce((sum, width) => sum + width, separators) - most
  const narrow = (column: number, to: number) => {
    const by = Math.min(over, Math.max(0, fitted[column]! - to))
    fitted[column]! -= by
    over -= by
  }
  const all = fitted.map((_, column) => column)
  for (const column of all) {
    if (over > 0 && lines.some((line) => isId(line[column]!))) narrow(column, least.id)
  }
  // Narrow the widest column first, down to the next widest, so that short columns stay whole.
  while (over > 0) {
    const [widest, next] = all.toSorted((a, b) => fitted[b]! - fitted[a]!)
    if (widest === undefined || fitted[widest]! <= least.text) break
    narrow(widest, Math.max(least.text, Math.min(fitted[widest]! - 1, next === undefined ? 0 : fitted[next]!)))
  }
  return fitted
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" })

/** Cuts a cell to `most` columns, between words if it has several. */
export const cell = (text: string, most: number): string => {
  if (width(text) <= most) return text
  let kept = ""
  let used = 1
  for (const { segment } of segmenter.segment(text)) {
    used += width(segment)
    if (used > most) break
    kept += segment
  }
  const words = text[kept.length] === " " ? kept : kept.replace(/\s+\S*$/, "")
  return `${words.trimEnd()}…`
}

/** Wraps lines at `most` columns. Longer words stay whole. Continuation lines keep the indentation. */
export const wrap = (text: string, most: number): string =>
  most === Infinity
    ? text
    : text
        .split("\n")
        .map((line) => wrapLine(line, most))
        .join("\n")

const wrapLine = (line: string, most: number) => {
  if (width(line) <= most) return line
  const indent = /^ */.exec(line)![0]
  const lines: Array<string> = []
  let current = indent
  for (const word of line.slice(indent.length).split(" ")) {
    if (current !== indent && width(current) + 1 + width(word) > most) {
      lines.push(current)
      current = indent
    }
    current += current === indent ? word : ` ${word}`
  }
  return [...lines, current].join("\n")
}
