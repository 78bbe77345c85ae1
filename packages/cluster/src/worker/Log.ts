/**
 * The log of a worker. The same problem with the database is printed once a minute, not for each
 * attempt to reach it.
 */
import * as Cause from "effect/Cause"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { problemOf } from "../database/Database.ts"

/** How long a repeated line is left out, in milliseconds. */
const silence = 60_000

/** Logs to stderr. */
export const layer: Layer.Layer<never> = Layer.suspend(() => {
  const said = new Map<string, number>()
  return Logger.layer([
    Logger.make(({ cause, date, message }) => {
      const parts = Array.isArray(message) ? message : [message]
      const text = [
        ...parts.map((part) => (typeof part === "string" ? part : problemOf(part))),
        ...(cause.reasons.length === 0 ? [] : [problemOf(Cause.squash(cause))])
      ].join(": ")
      const last = said.get(text)
      if (last !== undefined && date.getTime() - last < silence) return
      said.set(text, date.getTime())
      globalThis.console.error(`${text}. The worker tries again.`)
    })
  ])
})
