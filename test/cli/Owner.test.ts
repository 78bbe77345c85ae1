import { describe, expect, it } from "@effect/vitest"
import * as Owner from "@genesys-license/cli/Owner"
import * as Effect from "effect/Effect"
import { existsSync } from "node:fs"
import { hostname } from "node:os"

const isLinux = existsSync("/proc/self/stat")

/** A process that runs, and was born before this one. */
const other = process.ppid

/** The owner that this process is, as another one would have it. */
const as = (pid: number | string, change: (owner: string) => string = (owner) => owner) =>
  Effect.map(Owner.self, (self) => change(self.replace(/^process \d+/, `process ${pid}`)))

const isAlive = (owner: Effect.Effect<string>) => Effect.flatMap(owner, Owner.isAlive)

describe("the owner of a journal", () => {
  it.effect("names the process and the machine, and is this run", () =>
    Effect.gen(function* () {
      const self = yield* Owner.self
      expect(self).toMatch(/^process \d+ on .+ \(born .+, run [0-9a-f]{8}\)$/)
      expect(self).toContain(`process ${process.pid} on ${hostname()} (`)
      expect(yield* Owner.self).toBe(self)
      expect(yield* Owner.isAlive(self)).toBe(true)
    })
  )

  it.effect("does not run when it had the id of this process and was another run", () =>
    Effect.gen(function* () {
      const before = as(process.pid, (owner) => owner.replace(/run \w+/, "run 00000000"))
      expect(yield* isAlive(before)).toBe(false)
      // As it was written down before runs had marks.
      expect(yield* Owner.isAlive(`process ${process.pid} on ${hostname()}`)).toBe(false)
    })
  )

  it.effect("does not run when nobody has its id", () =>
    Effect.gen(function* () {
      expect(yield* isAlive(as(2 ** 30))).toBe(false)
      expect(yield* Owner.isAlive(`process ${2 ** 30} on ${hostname()}`)).toBe(false)
    })
  )

  it.effect.runIf(isLinux)(
    "does not run when its id is that of a process that was born at another time, or before a restart",
    () =>
      Effect.gen(function* () {
        // Born with this process, says the owner, and the process with its id was born before.
        expect(yield* isAlive(as(other))).toBe(false)
        expect(yield* isAlive(as(other, (owner) => owner.replace(/born \w+/, "born 00000000")))).toBe(false)
      })
  )

  it.effect("may run when nobody can tell: elsewhere, without a birth, or in words of its own", () =>
    Effect.gen(function* () {
      expect(yield* Owner.isAlive(`process ${process.pid} on another machine`)).toBe(true)
      expect(yield* Owner.isAlive(`process ${other} on ${hostname()}`)).toBe(true)
      expect(yield* isAlive(as(other, (owner) => owner.replace(/born [^,]+/, "born unknown")))).toBe(true)
      expect(yield* Owner.isAlive("another run")).toBe(true)
    })
  )
})
