import { LicenseService } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Apply from "../../../packages/admin/src/change/Apply.ts"
import * as Journal from "../../../packages/admin/src/change/Journal.ts"
import * as Plan from "../../../packages/admin/src/change/Plan.ts"
import * as Planning from "../../../packages/admin/src/change/Planning.ts"
import { Machine } from "../Machine.ts"
import { held, inOrganization } from "../organization.ts"
import { path, quietly, users, plan, applied, change, writes, failing } from "./applying.ts"

describe("Apply", () => {
  it.effect("carries a plan out, and tells of each change", () =>
    Effect.gen(function* () {
      const progress: Array<unknown> = []
      const result = yield* Apply.run(yield* plan, {
        ...quietly,
        batchSize: 3,
        onProgress: (now) => Effect.sync(() => void progress.push(now))
      })
      expect(result).toEqual({
        outcomes: [
          { userId: "a", licenseId: "cloudCX2", change: "add", standing: "done", detail: "Success" },
          { userId: "b", licenseId: "cloudCX2", change: "add", standing: "done", detail: "Success" },
          { userId: "d", licenseId: "cloudCX2", change: "add", standing: "done", detail: "Success" },
          { userId: "c", licenseId: "communicate", change: "remove", standing: "done", detail: "Success" }
        ],
        counts: { done: 4, alreadySo: 0, reversed: 0, refused: 0, unknown: 0, notSent: 0 },
        doneBefore: 0
      })
      expect(progress).toEqual([
        { sent: 3, of: 4 },
        { sent: 4, of: 4 }
      ])
      expect(yield* held).toEqual(applied)
      expect((yield* plan).changes).toEqual([])
    }).pipe(inOrganization({ users }))
  )

  it.effect("writes down each batch before and after it is sent", () => {
    const machine = new Machine()
    return Effect.gen(function* () {
      const made = yield* plan
      yield* Apply.run(made, { ...quietly, batchSize: 3, owner: "me" })
      const lines = machine.lines(path)
      expect(lines.map(({ _tag }) => _tag)).toEqual(["Opened", "Sending", "Answered", "Sending", "Answered", "Closed"])
      expect(lines[0]).toMatchObject({ version: 2, owner: "me", plan: yield* Plan.checksum(made), takesOver: [] })
      expect(lines.filter(({ _tag }) => _tag === "Sending").flatMap(({ changes }) => changes)).toEqual(made.changes)
    }).pipe(inOrganization({ users }, { machine }))
  })

  it.effect("does nothing at all for a plan without changes", () => {
    const machine = new Machine()
    return Effect.gen(function* () {
      const { counts } = yield* Apply.run(yield* Planning.make({ assignments: [], exactly: [] }), quietly)
      expect(counts.done).toBe(0)
      expect(machine.files.size).toBe(0)
    }).pipe(inOrganization({ users }, { machine }))
  })

  it.effect("sends nothing a second time", () =>
    Effect.gen(function* () {
      const made = yield* plan
      yield* Apply.run(made, quietly)
      const again = yield* Apply.run(made, quietly)
      expect(again).toMatchObject({ counts: { done: 4 }, doneBefore: 4 })
      expect(yield* writes).toBe(1)
    }).pipe(inOrganization({ users }))
  )

  it.effect("reads back what is done, and tells what is not so any more", () =>
    Effect.gen(function* () {
      const made = yield* plan
      yield* Apply.run(made, quietly)
      yield* change("a", "cloudCX2", false)
      yield* change("c", "communicate", true)
      const again = yield* Apply.run(made, quietly)
      expect(again.counts).toEqual({ done: 2, alreadySo: 0, reversed: 2, refused: 0, unknown: 0, notSent: 0 })
      expect(again.doneBefore).toBe(2)
      expect(again.outcomes[0]).toEqual({
        userId: "a",
        licenseId: "cloudCX2",
        change: "add",
        standing: "reversed",
        detail: "done by an earlier run, reversed since then"
      })
      expect(yield* writes).toBe(1)
    }).pipe(inOrganization({ users }))
  )

  it.effect("goes on with what is left, and tells what was reversed meanwhile of what is done", () =>
    Effect.gen(function* () {
      const made = yield* plan
      let calls = 0
      yield* Apply.run(made, { ...quietly, batchSize: 1 }).pipe(
        Effect.updateService(LicenseService, (license) => ({
          ...license,
          updateAssignments: (...args: Parameters<typeof license.updateAssignments>) =>
            ++calls === 3 ? failing : license.updateAssignments(...args)
        }))
      )
      yield* change("a", "cloudCX2", false)
      const { counts } = yield* Apply.run(made, quietly)
      expect(counts).toEqual({ done: 3, alreadySo: 0, reversed: 1, refused: 0, unknown: 0, notSent: 0 })
    }).pipe(inOrganization({ users }))
  )

  it.effect("does not call reversed what a user lost who has left, but what they were given", () =>
    Effect.gen(function* () {
      const made = yield* plan
      yield* Apply.run(made, quietly)
      const { organization } = yield* Emulator
      yield* organization.updateUsers((users) => users.filter(({ id }) => id !== "a" && id !== "c"))
      expect((yield* Apply.run(made, quietly)).counts).toMatchObject({ done: 3, reversed: 1 })
    }).pipe(inOrganization({ users }))
  )

  it.effect("works on real files", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const file = `${folder}/plan.json`
      yield* Plan.save(file, yield* plan)
      const made = yield* Plan.load(file)
      const options = { ...quietly, journal: `${folder}/journal.ndjson` }
      expect((yield* Apply.run(made, options)).counts.done).toBe(4)
      // A line that a killed run has left.
      yield* fs.writeFileString(options.journal, `{"_tag":"Sen`, { flag: "a" })
      expect((yield* Apply.run(made, options)).counts.done).toBe(4)
      expect((yield* Journal.load(options.journal)).sessions).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer), inOrganization({ users }))
  )
})
