/**
 * Searches texts for secrets, in all encodings in which a program can write them.
 */
import { stripVTControlCharacters } from "node:util"
import * as Canary from "../Canary.ts"
import type { Origin, Output, Secret } from "./Recorder.ts"

/** The minimum length of a secret. A shorter one cannot be told from other text. */
const shortest = 8

/** The base64 characters that depend only on this text, after a number of other bytes. */
const base64After = (bytes: number, text: string) => {
  const all = Buffer.from("\0".repeat(bytes) + text)
  return all.toString("base64").slice(Math.ceil((bytes * 8) / 6), Math.floor((all.length * 8) / 6))
}

/** The text in both alphabets of base64, at every alignment, as in `id:secret`. */
const base64 = (text: string): ReadonlyArray<string> =>
  [0, 1, 2].flatMap((bytes) => {
    const form = base64After(bytes, text)
    return /[+/]/.test(form) ? [form, form.replaceAll("+", "-").replaceAll("/", "_")] : form
  })

/** All encodings of a text: plain, JSON, URL, form, base64. */
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

/** A secret that tests write on purpose. */
export interface Exception {
  readonly channel: Output["channel"]
  /** The path of the test file. */
  readonly file: string
  /** The part of the text that may contain a secret. */
  readonly text: RegExp
  readonly because: string
}

export interface Leak {
  readonly output: Output
  /** The line with the secret, after the secret is removed. */
  readonly line: string
}

/** The mark and the characters directly after it. */
const marked = new RegExp(`(${formsOf(Canary.mark).join("|")})[\\w.+/=~-]*`, "g")

/** Secrets that do not belong to a single test. */
const canaries: ReadonlyArray<Secret> = Object.values(Canary)
  .filter((value) => typeof value === "string")
  .map((secret) => ({ secret, origin: { file: "", tests: [] } }))

/** Whether a secret of one origin is a leak at another. Output outside of tests repeats output of any test. */
const isSecretAt = (secret: Origin, output: Origin) =>
  secret.file === "" ||
  (secret.file === output.file &&
    (secret.tests.length === 0 ||
      output.tests.length === 0 ||
      secret.tests.some((test) => output.tests.includes(test))))

/** A range in a text. */
type Place = readonly [from: number, to: number]

/** The next value of a rolling 24-bit hash of the last eight characters. */
const roll = (hash: number, text: string, at: number) => ((hash << 3) ^ text.charCodeAt(at)) & 0xff_ffff

/** Finds secrets by a hash of their first letters: there are a hundred thousand secrets and megabytes of text. */
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

  return (text: string, output: Origin): ReadonlyArray<Place> => {
    const found: Array<Place> = []
    for (const { 0: form, index } of text.matchAll(marked)) found.push([index, index + form.length])
    let hash = 0
    for (let end = 0; end < text.length; end++) {
      hash = roll(hash, text, end)
      const at = end + 1 - shortest
      if (isBeginning[hash] === 0 || at < 0) continue
      for (const [form, same] of byBeginning.get(text.slice(at, end + 1)) ?? []) {
        if (text.startsWith(form, at) && same.some(({ origin }) => isSecretAt(origin, output))) {
          found.push([at, at + form.length])
        }
      }
    }
    return found
  }
}

/** The maximum length of an excerpt around a place. */
const maximumExcerpt = 160

/** The line around a place, without the secrets in it. */
const lineWithout = (text: string, found: ReadonlyArray<Place>) => {
  const first = Math.min(...found.map(([from]) => from))
  let line = ""
  let at = Math.max(text.lastIndexOf("\n", first) + 1, first - maximumExcerpt)
  const newLine = text.indexOf("\n", first)
  const end = Math.min(newLine === -1 ? text.length : newLine, first + maximumExcerpt)
  for (const [from, to] of found.toSorted(([a], [b]) => a - b)) {
    if (from >= end) break
    if (from > at) line += text.slice(at, from)
    if (to > at) line += "[cut out]"
    at = Math.max(at, to)
  }
  return line + text.slice(at, Math.max(at, end))
}

/** The texts that contain a secret or a mark. */
export const leaksIn = (
  outputs: Iterable<Output>,
  secrets: Iterable<Secret>,
  exceptions: ReadonlyArray<Exception>
): ReadonlyArray<Leak> => {
  const find = finder(secrets)
  const leaks: Array<Leak> = []
  for (const output of outputs) {
    let text = stripVTControlCharacters(output.text)
    for (const { channel, file, text: allowed } of exceptions) {
      if (channel === output.channel && output.origin.file === file) text = text.replace(allowed, "")
    }
    const found = find(text, output.origin)
    if (found.length > 0) leaks.push({ output, line: lineWithout(text, found) })
  }
  return leaks
}
