import { describe, expect, it } from "@effect/vitest"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const tests = fileURLToPath(new URL("..", import.meta.url))
const readme = readFileSync(`${tests}README.md`, "utf8")

/** A placeholder for any text: "…" in the table, `%s` and `${…}` in a title. */
const anything = Symbol("anything")
type Pattern = ReadonlyArray<string | typeof anything>

const patternOf = (text: string): Pattern =>
  text.split(/(…|%[sio]|\$\{[^}]*\})/).flatMap((part, index): Pattern => (index % 2 === 1 ? [anything] : [...part]))

/** The number of characters that two patterns have in common, in order. -Infinity if no text matches both. */
const inCommon = (one: Pattern, other: Pattern): number => {
  /** For each prefix of `other`: the result for it and the part of `one` that was already compared. */
  let common = [0]
  for (const b of other) common.push(b === anything ? common.at(-1)! : -Infinity)
  for (const a of one) {
    const next = [a === anything ? common[0]! : -Infinity]
    for (const [j, b] of other.entries()) {
      if (a === anything || b === anything) next.push(Math.max(common[j]!, common[j + 1]!, next[j]!))
      else next.push(a === b ? common[j]! + 1 : -Infinity)
    }
    common = next
  }
  return common.at(-1)!
}

const charactersOf = (pattern: Pattern) => pattern.filter((part) => part !== anything).length

/** Whether a title matches an entry of the table. Values may differ, but not most of the words. */
const isMeant = (named: Pattern, title: Pattern) => inCommon(named, title) > charactersOf(named) / 2

/** The titles in a file: all strings that are the first of several arguments. */
const titlesOf = (path: string): ReadonlyArray<Pattern> =>
  [...readFileSync(path, "utf8").matchAll(/\(\s*(["`])((?:(?!\1)[^\\]|\\.)*)\1\s*,/g)].map(([, , title = ""]) =>
    patternOf(title.replaceAll('\\"', '"'))
  )

/** The file of a name. A name without a folder is in `faults/`. A bench is not a test file. */
const fileOf = (name: string): string | undefined =>
  [`${name}.test.ts`, `faults/${name}.test.ts`, `${name}.ts`].map((path) => `${tests}${path}`).find(existsSync)

interface Entry {
  readonly row: number
  readonly file: string
  /** The titles of the groups of the test, and of the test. */
  readonly titles: ReadonlyArray<string>
}

/** The entries of the third column: a file with a title, followed by more titles in the same file. */
const entries: ReadonlyArray<Entry> = readme
  .split("\n")
  .map((line, index) => [index + 1, /^\| [\d, ]+ \| .* \| (.*) \|$/.exec(line)?.[1]] as const)
  .flatMap(([row, cell]) => {
    let file = ""
    return (cell?.split("; ") ?? []).map((text): Entry => {
      const [first = "", ...rest] = text.split(" > ")
      if (!/^[\w/]+$/.test(first)) return { row, file, titles: [first, ...rest] }
      file = first
      return { row, file, titles: rest }
    })
  })

describe("test/README.md", () => {
  it("names a test for each fault", () => {
    expect(entries.length).toBeGreaterThan(100)
    const missing = entries.flatMap(({ file, row, titles }) => {
      const path = fileOf(file)
      if (path === undefined) return [`line ${row}: no file ${file}`]
      const all = titlesOf(path)
      return titles
        .filter((title) => {
          const pattern = patternOf(title)
          return charactersOf(pattern) > 0 && !all.some((other) => isMeant(pattern, other))
        })
        .map((title) => `line ${row}: ${file} has no test "${title}"`)
    })
    expect(missing).toEqual([])
  })

  it("names existing files and folders", () => {
    const named = [...readme.matchAll(/`([\w/]+(?:\.ts|\/))`/g)].map(([, path = ""]) => path)
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((path) => !existsSync(`${tests}${path}`))).toEqual([])
  })
})
