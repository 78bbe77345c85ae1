/**
 * Identifies the process that writes to a journal, and finds out whether it still runs.
 *
 * A process id is not enough: the system reuses ids, and in a container the id is always
 * 1 or 2. So an owner also contains the start time of its process, as Linux reports it
 * (the boot id and the ticks since boot), and a random mark of this run. Without `/proc`
 * only the id can be compared: another process that has this id now counts as the run.
 */
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { hostname } from "node:os"

export interface Owner {
  /** This run, as text for the journal. */
  readonly self: string
  /** Whether a run is still going. A run on another machine cannot be checked, so it counts as going. */
  readonly isAlive: (owner: string) => Effect.Effect<boolean>
}

const pattern = /^process (?<pid>\d+) on (?<host>.*?)(?: \((?<birth>[^()]*), run (?<run>[^()]*)\))?$/

const unknown = "born unknown"

/** Makes an owner with a new mark, so that two runs of one process are different owners. */
export const make: Effect.Effect<Owner, never, FileSystem.FileSystem> = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const mark = (yield* newMark).slice(0, 8)

  /** The start of a process, which tells it from others of the same id. `unknown` without `/proc`. */
  const birthOf = Effect.fnUntraced(
    function* (pid: string) {
      const boot = yield* fs.readFileString("/proc/sys/kernel/random/boot_id")
      const stat = yield* fs.readFileString(`/proc/${pid}/stat`)
      // The program name is in parentheses and may itself contain some. `starttime` is the 20th field after it.
      const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]
      return ticks === undefined ? unknown : `born ${boot.slice(0, 8)}+${ticks}`
    },
    Effect.orElseSucceed(() => unknown)
  )
  /** Whether `/proc` lists the processes of this container, and not those of its host. */
  const isProcOurs = Effect.match(fs.readLink("/proc/self"), {
    onFailure: () => false,
    onSuccess: (pid) => pid === String(process.pid)
  })

  return {
    self: `process ${process.pid} on ${hostname()} (${yield* birthOf("self")}, run ${mark})`,
    isAlive: Effect.fnUntraced(function* (owner) {
      const { birth = unknown, host, pid, run } = pattern.exec(owner)?.groups ?? {}
      if (pid === undefined || host !== hostname()) return true
      // This process has that id now, so the process of another run has ended.
      if (Number(pid) === process.pid) return run === mark
      if (!isRunning(Number(pid))) return false
      const now = (yield* isProcOurs) ? yield* birthOf(pid) : unknown
      return now === unknown || birth === unknown || birth === now
    })
  }
})

const newMark = Effect.flatMap(SecureRandom.SecureRandom, (random) => random.uuidV4()).pipe(
  Effect.provide(SecureRandom.layerWebCrypto)
)

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: the process runs, and belongs to another user.
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}
