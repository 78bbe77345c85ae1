/**
 * Texts that fit a terminal: cells are cut with …, ids before words, and lines are
 * broken between words. A pipe gets everything.
 */
import * as CliOutput from "effect/cli/CliOutput"
import * as Effect from "effect/Effect"
import * as Stdio from "effect/Stdio"

/** The last column stays free: some terminals begin a new line when it is written to. */
const usable = (columns: number | undefined) => (columns ?? 80) - 1

/** How wide stdout is, where it is a terminal; a pipe and a file take any width. */
export const stdout: Effect.Effect<number, never, Stdio.Stdio> = Effect.gen(function* () {
  const stdio = yield* Stdio.Stdio
  return (yield* stdio.stdoutIsTerminal) ? usable(process.stdout.columns) : Infinity
})

/** How wide stderr is. */
export const stderr: Effect.Effect<number> = Effect.sync(() => usable(process.stderr.columns))

const isPlain = /^[\x20-\x7e]*$/

/** Columns of a terminal. Nearly all cells are plain, and looking at each sign of them takes its time. */
export const width = (text: string) => (isPlain.test(text) ? text.length : CliOutput.displayWidth(text))

/** One word without a meaning, such as a UUID: its beginning tells it from others. */
const isId = (cell: string) => /^[\da-zA-Z_:-]{20,}$/.test(cell)

/** As narrow as a column may become. */
const least = { id: 9, text: 12 }

/** The widths of columns, so that a line takes no more than `most`, if it can. */
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
  // The widest first, down to the next one, so that a short column is not cut for a long one.
  while (over > 0) {
    const [widest, next] = all.toSorted((a, b) => fitted[b]! - fitted[a]!)
    if (widest === undefined || fitted[widest]! <= least.text) break
    narrow(widest, Math.max(least.text, Math.min(fitted[widest]! - 1, next === undefined ? 0 : fitted[next]!)))
  }
  return fitted
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" })

/** A cell that takes no more than `most` columns. A word is not broken, unless it is the only one. */
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

/** Lines that take no more than `most` columns, as far as their words allow; what follows is indented like the line. */
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
