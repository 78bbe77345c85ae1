/**
 * Looks for secrets in texts, in every way in which they can have been written.
 */
import { stripVTControlCharacters } from "node:util"
import * as Canary from "../Canary.ts"
import type { Origin, Said, Secret } from "./Recorder.ts"

/** What a secret must have at least to be told from other text. */
const shortest = 8

/** The characters of base64 that come of this text alone, when so many other bytes stand before it. */
const base64After = (bytes: number, text: string) => {
  const all = Buffer.from("\0".repeat(bytes) + text)
  return all.toString("base64").slice(Math.ceil((bytes * 8) / 6), Math.floor((all.length * 8) / 6))
}

/** In base64 of either alphabet, wherever it stands in what was encoded, as in `id:secret`. */
const base64 = (text: string): ReadonlyArray<string> =>
  [0, 1, 2].flatMap((bytes) => {
    const form = base64After(bytes, text)
    return /[+/]/.test(form) ? [form, form.replaceAll("+", "-").replaceAll("/", "_")] : form
  })

/** Every way in which a text can be written: as it is, in JSON, in a URL, in a form, in base64. */
const formsOf = (text: string): ReadonlyArray<string> =>
  /^[\w.-]*$/.test(text)
    ? [text, ...base64(text)]
    : [
        text,
        JSON.stringify(text).slice(1, -1),
        encodeURIComponent(text.toWellFormed()),
        new URLSearchParams({ a: text }).toString().slice(2),
        ...base64(text)
      ]

/** What is meant to be said. */
export interface Exception {
  readonly channel: Said["channel"]
  /** The path of the tests. */
  readonly file: string
  /** What may be said; the rest of the text may not. */
  readonly text: RegExp
  readonly because: string
}

export interface Leak {
  readonly said: Said
  /** The line with the secret, without the secret. */
  readonly line: string
}

/** The mark, and what comes directly behind it. */
const marked = new RegExp(`(${formsOf(Canary.mark).join("|")})[\\w.+/=~-]*`, "g")

/** Secrets of no test in particular. */
const canaries: ReadonlyArray<Secret> = Object.values(Canary)
  .filter((value) => typeof value === "string")
  .map((secret) => ({ secret, origin: { file: "", tests: [] } }))

/** Whether a secret from the one place may not be said at the other: what no test has said, Vitest repeats. */
const isSecretAt = (secret: Origin, said: Origin) =>
  secret.file === "" ||
  (secret.file === said.file &&
    (secret.tests.length === 0 || said.tests.length === 0 || secret.tests.some((test) => said.tests.includes(test))))

/** A place in a text. */
type Place = readonly [from: number, to: number]

/** A number of 24 bits for the last eight characters, from that of those before. */
const roll = (hash: number, text: string, at: number) => ((hash << 3) ^ text.charCodeAt(at)) & 0xff_ffff

/** Finds secrets by their first letters, because there are a hundred thousand of them, and megabytes of text. */
const finder = (secrets: Iterable<Secret>) => {
  const byBeginning = new Map<string, Array<readonly [form: string, secrets: ReadonlyArray<Secret>]>>()
  const isBeginning = new Uint8Array(0x100_0000)
  for (const [secret, same] of Map.groupBy([...canaries, ...secrets], ({ secret }) => secret)) {
    for (const form of formsOf(secret)) {
      const beginning = form.slice(0, shortest)
      const forms = byBeginning.get(beginning)
      if (forms === undefined) byBeginning.set(beginning, [[form, same]])
      else forms.push([form, same])
      let hash = 0
      for (let at = 0; at < shortest; at++) hash = roll(hash, beginning, at)
      isBeginning[hash] = 1
    }
  }

  return (text: string, said: Origin): ReadonlyArray<Place> => {
    const found: Array<Place> = []
    for (const { 0: form, index } of text.matchAll(marked)) found.push([index, index + form.length])
    let hash = 0
    for (let end = 0; end < text.length; end++) {
      hash = roll(hash, text, end)
      const at = end + 1 - shortest
      if (isBeginning[hash] === 0 || at < 0) continue
      for (const [form, same] of byBeginning.get(text.slice(at, end + 1)) ?? []) {
        if (text.startsWith(form, at) && same.some(({ origin }) => isSecretAt(origin, said))) {
          found.push([at, at + form.length])
        }
      }
    }
    return found
  }
}

/** A line of at most so many characters around the place. */
const around = 160

/** The line of a place of a text, with everything cut out that was found. */
const lineWithout = (text: string, found: ReadonlyArray<Place>) => {
  const first = Math.min(...found.map(([from]) => from))
  let line = ""
  let at = Math.max(text.lastIndexOf("\n", first) + 1, first - around)
  const newLine = text.indexOf("\n", first)
  const end = Math.min(newLine === -1 ? text.length : newLine, first + around)
  for (const [from, to] of found.toSorted(([a], [b]) => a - b)) {
    if (from >= end) break
    if (from > at) line += text.slice(at, from)
    if (to > at) line += "[cut out]"
    at = Math.max(at, to)
  }
  return line + text.slice(at, Math.max(at, end))
}

/** The texts that have a secret in them, or a mark. */
export const leaksIn = (
  said: Iterable<Said>,
  secrets: Iterable<Secret>,
  exceptions: ReadonlyArray<Exception>
): ReadonlyArray<Leak> => {
  const find = finder(secrets)
  const leaks: Array<Leak> = []
  for (const one of said) {
    let text = stripVTControlCharacters(one.text)
    for (const { channel, file, text: allowed } of exceptions) {
      if (channel === one.channel && one.origin.file === file) text = text.replace(allowed, "")
    }
    const found = find(text, one.origin)
    if (found.length > 0) leaks.push({ said: one, line: lineWithout(text, found) })
  }
  return leaks
}
