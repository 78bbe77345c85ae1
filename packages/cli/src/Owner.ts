/**
 * Which process writes to a journal, and whether it still runs.
 */
import * as Effect from "effect/Effect"
import { hostname } from "node:os"

export const self: Effect.Effect<string> = Effect.sync(() => `process ${process.pid} on ${hostname()}`)

/** Of a process elsewhere nobody can tell, so it is taken to run. */
export const isAlive = (owner: string): Effect.Effect<boolean> =>
  Effect.sync(() => {
    const [, pid, host] = /^process (\d+) on (.*)$/.exec(owner) ?? []
    if (pid === undefined || host !== hostname()) return true
    try {
      process.kill(Number(pid), 0)
      return true
    } catch (error) {
      // It runs, and belongs to somebody else.
      return error instanceof Error && "code" in error && error.code === "EPERM"
    }
  })
