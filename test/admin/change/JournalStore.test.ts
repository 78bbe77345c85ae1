/**
 * The seam that an apply writes its journal through: a store that is no file.
 */
import { describe, expect, it } from "@effect/vitest"
import { LicenseService } from "@genesys-license/client"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { fail, JournalInUse } from "../../../packages/admin/src/AdminError.ts"
import * as Apply from "../../../packages/admin/src/change/Apply.ts"
import * as Journal from "../../../packages/admin/src/change/Journal.ts"
import * as JournalFile from "../../../packages/admin/src/change/JournalFile.ts"
import type { JournalStore } from "../../../packages/admin/src/change/JournalStore.ts"
import { Machine } from "../Machine.ts"
import { held, inOrganization, reasonOf } from "../organization.ts"
import { answering, applied, path, plan, users, writes } from "./applying.ts"

/** A journal in memory with a fence: whoever opened it last may write, and nobody else. */
const inMemory = () => {
  const entries: Array<Journal.Entry> = []
  let sessions = 0
  const read = () => {
    const reader = Journal.reader()
    for (const entry of entries) reader.add(entry)
    return reader.journal()
  }
  const store: JournalStore = {
    load: () => Effect.sync(read),
    ensureFree: () => Effect.void,
    open: (plan, { owner = "another run" }) =>
      Effect.gen(function* () {
        const stamp = { session: String(++sessions), at: "2026-01-01T00:00:00.000Z" }
        const takesOver = read().sessions.map(({ session }) => session)
        entries.push({ _tag: "Opened", version: Journal.version, plan, owner, takesOver, ...stamp })
        yield* Effect.addFinalizer(() => Effect.sync(() => entries.push({ _tag: "Closed", ...stamp })))
        return {
          opened: read(),
          journal: Effect.sync(read),
          append: (entry) =>
            stamp.session === String(sessions)
              ? Effect.sync(() => void entries.push(entry(stamp)))
              : fail(new JournalInUse({ path: "memory", owner: String(sessions), since: stamp.at }))
        }
      })
  }
  return { store, entries }
}

describe("a journal that is no file", () => {
  it.effect("has every step of an apply, and no file is written", () => {
    const machine = new Machine()
    const { entries, store } = inMemory()
    return Effect.gen(function* () {
      const made = yield* plan
      const quietly = { journal: store, confirm: Apply.withoutAsking, batchSize: 2 }
      expect((yield* Apply.run(made, quietly)).counts.done).toBe(4)
      expect(yield* held).toEqual(applied)
      expect(entries.map(({ _tag }) => _tag)).toEqual([
        "Opened",
        "Sending",
        "Answered",
        "Sending",
        "Answered",
        "Closed"
      ])
      expect(yield* Apply.run(made, quietly)).toMatchObject({ doneBefore: 4 })
      expect(yield* writes).toBe(2)
      expect([...machine.files.keys()]).toEqual([])
    }).pipe(inOrganization({ users }, { machine }))
  })

  it.effect("stops an apply that lost it, before the next request", () => {
    const { store } = inMemory()
    return Effect.gen(function* () {
      const made = yield* plan
      const sending = yield* Deferred.make<void>()
      const answer = yield* Deferred.make<void>()
      const license = yield* LicenseService
      let sent = 0
      const first = yield* Apply.run(made, { journal: store, confirm: Apply.withoutAsking, batchSize: 1 }).pipe(
        answering((...args) => {
          sent += 1
          return Deferred.succeed(sending, undefined).pipe(
            Effect.andThen(Deferred.await(answer)),
            Effect.andThen(license.updateAssignments(...args))
          )
        }),
        (first) => reasonOf(first),
        Effect.forkChild
      )
      yield* Deferred.await(sending)
      expect((yield* Apply.run(made, { journal: store, confirm: Apply.withoutAsking })).counts.done).toBe(4)
      yield* Deferred.succeed(answer, undefined)
      expect(yield* Fiber.join(first)).toMatchObject({ _tag: "JournalInUse", path: "memory", owner: "2" })
      expect(sent).toBe(1)
    }).pipe(inOrganization({ users }))
  })

  it.effect("is the same to an apply as the file of that path", () =>
    Effect.gen(function* () {
      const made = yield* plan
      yield* Apply.run(made, { journal: yield* JournalFile.make(path), confirm: Apply.withoutAsking })
      expect(yield* Apply.run(made, { journal: path, confirm: Apply.withoutAsking })).toMatchObject({ doneBefore: 4 })
      expect(yield* writes).toBe(1)
    }).pipe(inOrganization({ users }))
  )
})
