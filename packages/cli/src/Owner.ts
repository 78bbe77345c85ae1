/**
 * Which process writes to a journal, and whether it still runs.
 *
 * A process id is not enough: it is used again, and in a container it is always 1 or
 * 2. So an owner also has the birth of its process, as Linux tells it (which start of
 * the machine, and when since then), and a mark of this run. Where there is no
 * `/proc`, only the id tells, and another process that has it now is taken for the run.
 */
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"

/** Of this process, whoever asks. */
const mark = randomUUID().slice(0, 8)

/** This process as the owner of a journal. */
export const self: Effect.Effect<string> = Effect.sync(
  () => `process ${process.pid} on ${hostname()} (${birthOf("self") ?? "born unknown"}, run ${mark})`
)

const pattern = /^process (?<pid>\d+) on (?<host>.*?)(?: \((?<birth>[^()]*), run (?<run>[^()]*)\))?$/

/** Of a process elsewhere nobody can tell, so it is taken to run. */
export const isAlive = (owner: string): Effect.Effect<boolean> =>
  Effect.sync(() => {
    const { birth, host, pid, run } = pattern.exec(owner)?.groups ?? {}
    if (pid === undefined || host !== hostname()) return true
    // What has the id of this process, and is not this run, has ended.
    if (Number(pid) === process.pid) return run === mark
    if (!isRunning(Number(pid))) return false
    const now = isProcOurs() ? birthOf(pid) : undefined
    return now === undefined || birth === undefined || birth === "born unknown" || birth === now
  })

/** When a process began, in a way that no other process of its id shares; undefined where nobody tells. */
const birthOf = (pid: string): string | undefined => {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").slice(0, 8)
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    // The name of the program stands in parentheses, and may have some of its own; `starttime` is the 20th field after it.
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]
    return ticks === undefined ? undefined : `born ${boot}+${ticks}`
  } catch {
    return undefined
  }
}

/** Whether `/proc` tells of the processes that this one sees, and not of those outside of its container. */
const isProcOurs = () => {
  try {
    return readlinkSync("/proc/self") === String(process.pid)
  } catch {
    return false
  }
}

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It runs, and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}
