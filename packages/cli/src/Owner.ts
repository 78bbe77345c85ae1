/**
 * Which process writes to a journal, and whether it still runs.
 *
 * A process id is not enough: it is used again, and in a container it is always 1 or
 * 2. So an owner also has the birth of its process, as Linux tells it (which start of
 * the machine, and when since then), and a mark of this run. Where there is no
 * `/proc`, only the id tells, and another process that has it now is taken for the run.
 */
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { hostname } from "node:os"

export interface Owner {
  /** This run, as the owner of a journal. */
  readonly self: string
  /** Whether a run goes on. Of one elsewhere nobody can tell, so it is taken to go on. */
  readonly isAlive: (owner: string) => Effect.Effect<boolean>
}

const pattern = /^process (?<pid>\d+) on (?<host>.*?)(?: \((?<birth>[^()]*), run (?<run>[^()]*)\))?$/

const unknown = "born unknown"

/** A run of this process, each time another one. */
export const make: Effect.Effect<Owner, never, FileSystem.FileSystem> = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const mark = (yield* newMark).slice(0, 8)

  /** When a process began, in a way that no other process of its id shares; `unknown` where nobody tells. */
  const birthOf = Effect.fnUntraced(
    function* (pid: string) {
      const boot = yield* fs.readFileString("/proc/sys/kernel/random/boot_id")
      const stat = yield* fs.readFileString(`/proc/${pid}/stat`)
      // The name of the program stands in parentheses, and may have some of its own; `starttime` is the 20th field after it.
      const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]
      return ticks === undefined ? unknown : `born ${boot.slice(0, 8)}+${ticks}`
    },
    Effect.orElseSucceed(() => unknown)
  )
  /** Whether `/proc` tells of the processes that this one sees, and not of those outside of its container. */
  const isProcOurs = Effect.match(fs.readLink("/proc/self"), {
    onFailure: () => false,
    onSuccess: (pid) => pid === String(process.pid)
  })

  return {
    self: `process ${process.pid} on ${hostname()} (${yield* birthOf("self")}, run ${mark})`,
    isAlive: Effect.fnUntraced(function* (owner) {
      const { birth = unknown, host, pid, run } = pattern.exec(owner)?.groups ?? {}
      if (pid === undefined || host !== hostname()) return true
      // What has the id of this process, and is not this run, has ended.
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
    // It runs, and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}
