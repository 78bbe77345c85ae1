import { describe, expect, it } from "@effect/vitest"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const tests = fileURLToPath(new URL("..", import.meta.url))
const readme = readFileSync(`${tests}README.md`, "utf8")

/** What may stand for anything: "…" in the table, `%s` and `${…}` in a title. */
const anything = Symbol("anything")
type Pattern = ReadonlyArray<string | typeof anything>

const patternOf = (text: string): Pattern =>
  text.split(/(…|%[sio]|\$\{[^}]*\})/).flatMap((part, index): Pattern => (index % 2 === 1 ? [anything] : [...part]))

/** How many characters two patterns have in common, in their order; -Infinity where no text fits both. */
const inCommon = (one: Pattern, other: Pattern): number => {
  /** For each beginning of `other`, what it has in common with as much of `one` as was looked at. */
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

/** Whether a title is what the table names: values may differ, and most of the words may not. */
const isMeant = (named: Pattern, title: Pattern) => inCommon(named, title) > charactersOf(named) / 2

/** The titles in a file: texts that come first in a call, before what is done. */
const titlesOf = (path: string): ReadonlyArray<Pattern> =>
  [...readFileSync(path, "utf8").matchAll(/\(\s*(["`])((?:(?!\1)[^\\]|\\.)*)\1\s*,/g)].map(([, , title = ""]) =>
    patternOf(title.replaceAll('\\"', '"'))
  )

/** A name without a folder is in `faults/`; what is in `bench/` is no test. */
const fileOf = (name: string): string | undefined =>
  [`${name}.test.ts`, `faults/${name}.test.ts`, `${name}.ts`].map((path) => `${tests}${path}`).find(existsSync)

interface Entry {
  readonly row: number
  readonly file: string
  /** Of the groups that the test is in, and of itself. */
  readonly titles: ReadonlyArray<string>
}

/** What the third column names: a file and a title, and then further titles of that file. */
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
      if (path === undefined) return [`line ${row}: there is no file ${file}`]
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

  it("names files and folders that are there", () => {
    const named = [...readme.matchAll(/`([\w/]+(?:\.ts|\/))`/g)].map(([, path = ""]) => path)
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((path) => !existsSync(`${tests}${path}`))).toEqual([])
  })
})
