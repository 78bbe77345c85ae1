/**
 * Keeps what a process says, and which secrets it knows, in a file that is read
 * when all tests are over.
 */
import { appendFileSync } from "node:fs"
import { join } from "node:path"

/** The environment variable with the directory of the records. */
export const directoryVariable = "LEAK_SCAN_DIRECTORY"
/** The environment variable that tells a child process which test has started it. */
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

/** Where something comes from. */
export interface Origin {
  readonly file: string
  /** Those that were running; none outside of tests. */
  readonly tests: ReadonlyArray<string>
}

/** Something that was said. */
export interface Said {
  readonly channel: Channel
  readonly origin: Origin
  readonly text: string
}

/** Something that was made a secret. */
export interface Secret {
  readonly secret: string
  readonly origin: Origin
}

/** What stands in a line of a file of records. */
export type Line = Said | Secret

/** What has been said once is not kept again. */
const saidBefore = new Map<Channel, Set<string>>()
/** Where a secret was made last. */
const secretsBefore = new Map<string, Origin>()
let waiting = ""
let isDirect = false
/** What is written by this file is not kept by it. */
let isFlushing = false
/** What a child process has from the process that has started it. */
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

/** Keeps what was said. */
export const keep = (channel: Channel, text: string) => {
  if (isFlushing) return
  let before = saidBefore.get(channel)
  if (before === undefined) saidBefore.set(channel, (before = new Set()))
  if (before.has(text)) return
  before.add(text)
  put({ channel, origin, text })
}

/**
 * Keeps a secret, and whose it is: another test may say the same, because two
 * organizations of one seed draw the same ids.
 */
export const keepSecret = (secret: string) => {
  if (secretsBefore.get(secret) === origin) return
  secretsBefore.set(secret, origin)
  put({ secret, origin })
}

/** From now on nothing waits: whoever is killed has left all of it. */
export const direct = () => {
  isDirect = true
  flush()
}

/** What is kept from now on comes from here. */
export const attribute = (to: Origin) => {
  origin = to
}

/** The environment of a child process, so that it keeps what it says as well. */
export const environment = (): Readonly<Record<string, string>> => {
  const directory = process.env[directoryVariable]
  return directory === undefined
    ? {}
    : {
        [directoryVariable]: directory,
        // Not as text: a test may look for words in the environment.
        [originVariable]: Buffer.from(JSON.stringify(origin)).toString("base64url"),
        NODE_OPTIONS: `--import ${new URL("child.ts", import.meta.url)}`
      }
}
