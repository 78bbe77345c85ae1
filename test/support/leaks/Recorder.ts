/**
 * Writes the output of a process and its secrets to a file. The scan reads the file when all
 * tests have ended.
 */
import { appendFileSync } from "node:fs"
import { join } from "node:path"

/** The environment variable with the directory of the records. */
export const directoryVariable = "LEAK_SCAN_DIRECTORY"
/** The environment variable with the test that started a child process. */
export const originVariable = "LEAK_SCAN_ORIGIN"

export type Channel =
  | "console"
  | "error"
  | "file"
  | "journal"
  | "log"
  | "metric"
  | "process"
  | "span"
  | "stderr"
  | "stdout"
  | "vitest"

/** The origin of an output or a secret. */
export interface Origin {
  readonly file: string
  /** The tests that were running. Empty outside of tests. */
  readonly tests: ReadonlyArray<string>
}

/** An output. */
export interface Output {
  readonly channel: Channel
  readonly origin: Origin
  readonly text: string
}

/** A value that a program wrapped in `Redacted`. */
export interface Secret {
  readonly secret: string
  readonly origin: Origin
}

/** A line in a file of records. */
export type Line = Output | Secret

/** Outputs that are already recorded. */
const recordedOutputs = new Map<Channel, Set<string>>()
/** The last origin of each secret. */
const lastOrigins = new Map<string, Origin>()
let waiting = ""
let isDirect = false
/** True while this file writes, because its output must not be recorded. */
let isFlushing = false
/** The origin that a child process got from its parent. */
const inherited = process.env[originVariable]
let origin: Origin =
  inherited === undefined ? { file: "", tests: [] } : JSON.parse(Buffer.from(inherited, "base64url").toString())

const flush = () => {
  const directory = process.env[directoryVariable]
  if (waiting === "" || directory === undefined) return
  const lines = waiting
  waiting = ""
  isFlushing = true
  try {
    appendFileSync(join(directory, `${process.pid}.ndjson`), lines)
  } finally {
    isFlushing = false
  }
}

const put = (line: Line) => {
  waiting += `${JSON.stringify(line)}\n`
  if (isDirect || waiting.length > 1_000_000) flush()
}

/** Records an output. */
export const keep = (channel: Channel, text: string) => {
  if (isFlushing) return
  let before = recordedOutputs.get(channel)
  if (before === undefined) recordedOutputs.set(channel, (before = new Set()))
  if (before.has(text)) return
  before.add(text)
  put({ channel, origin, text })
}

/**
 * Records a secret and its origin. Another test may write the same value, because two
 * organizations with the same seed generate the same ids.
 */
export const keepSecret = (secret: string) => {
  if (lastOrigins.get(secret) === origin) return
  lastOrigins.set(secret, origin)
  put({ secret, origin })
}

/** From now on, writes records at once, so that a killed process loses none. */
export const direct = () => {
  isDirect = true
  flush()
}

/** Sets the origin of the next records. */
export const attribute = (to: Origin) => {
  origin = to
}

/** The environment that makes a child process record its output too. */
export const environment = (): Readonly<Record<string, string>> => {
  const directory = process.env[directoryVariable]
  return directory === undefined
    ? {}
    : {
        [directoryVariable]: directory,
        // Encoded, because a test may search for words in the environment.
        [originVariable]: Buffer.from(JSON.stringify(origin)).toString("base64url"),
        NODE_OPTIONS: `--import ${new URL("child.ts", import.meta.url)}`
      }
}
