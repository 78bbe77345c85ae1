import { describe, expect, it } from "@effect/vitest"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Owner from "genesys-license/Owner"
import * as Effect from "effect/Effect"
import { existsSync } from "node:fs"
import { hostname } from "node:os"

const isLinux = existsSync("/proc/self/stat")

/** A process that runs, and was born before this one. */
const other = process.ppid

/** A run of this process, and what it says of its own name, changed. */
const owner = Effect.map(Effect.provide(Owner.make, NodeFileSystem.layer), ({ isAlive, self }) => {
  const as = (pid: number, ...changes: ReadonlyArray<readonly [pattern: RegExp, to: string]>) =>
    [[/^process \d+/, `process ${pid}`] as const, ...changes].reduce(
      (name, [pattern, to]) => name.replace(pattern, to),
      self
    )
  return { as, isAlive, self }
})

describe("the owner of a journal", () => {
  it.effect("names the process and the machine, and is this run", () =>
    Effect.gen(function* () {
      const { isAlive, self } = yield* owner
      expect(self).toMatch(/^process \d+ on .+ \(born .+, run [0-9a-f]{8}\)$/)
      expect(self).toContain(`process ${process.pid} on ${hostname()} (`)
      expect(yield* isAlive(self)).toBe(true)
    })
  )

  it.effect("does not run when it had the id of this process and was another run", () =>
    Effect.gen(function* () {
      const { isAlive } = yield* owner
      expect(yield* isAlive((yield* owner).self)).toBe(false)
      // As it was written down before runs had marks.
      expect(yield* isAlive(`process ${process.pid} on ${hostname()}`)).toBe(false)
    })
  )

  it.effect("does not run when nobody has its id", () =>
    Effect.gen(function* () {
      const { as, isAlive } = yield* owner
      expect(yield* isAlive(as(2 ** 30))).toBe(false)
      expect(yield* isAlive(`process ${2 ** 30} on ${hostname()}`)).toBe(false)
    })
  )

  it.effect.runIf(isLinux)(
    "does not run when its id is that of a process that was born at another time, or before a restart",
    () =>
      Effect.gen(function* () {
        const { as, isAlive } = yield* owner
        // Born with this process, says the owner, and the process with its id was born before.
        expect(yield* isAlive(as(other))).toBe(false)
        expect(yield* isAlive(as(other, [/born \w+/, "born 00000000"]))).toBe(false)
      })
  )

  it.effect("may run when nobody can tell: elsewhere, without a birth, or in words of its own", () =>
    Effect.gen(function* () {
      const { as, isAlive } = yield* owner
      expect(yield* isAlive(`process ${process.pid} on another machine`)).toBe(true)
      expect(yield* isAlive(`process ${other} on ${hostname()}`)).toBe(true)
      expect(yield* isAlive(as(other, [/born [^,]+/, "born unknown"]))).toBe(true)
      expect(yield* isAlive("another run")).toBe(true)
    })
  )
})
