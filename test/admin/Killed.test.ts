/**
 * Runs that end at any step: in the middle of a line of the journal, before it is on
 * the disk, before a change arrives and after it was made.
 */
import { describe, expect, it } from "@effect/vitest"
import type { LicenseService } from "@genesys-license/client"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as FileSystem from "effect/FileSystem"
import fc from "fast-check"
import * as Apply from "../../packages/admin/src/change/Apply.ts"
import * as Journal from "../../packages/admin/src/change/Journal.ts"
import type * as Plan from "../../packages/admin/src/change/Plan.ts"
import * as Planning from "../../packages/admin/src/change/Planning.ts"
import * as Undo from "../../packages/admin/src/change/Undo.ts"
import { type End, Machine } from "./Machine.ts"
import { held, inOrganization, run, user } from "./organization.ts"

const path = "journal.ndjson"
/** Whoever was killed does not run any more. */
const options = { journal: path, confirm: Apply.withoutAsking, batchSize: 3, isAlive: () => Effect.succeed(false) }

const users = Array.from({ length: 8 }, (_, n) => (n % 2 === 0 ? user(`u${n}`) : user(`u${n}`, "communicate")))
const plan = Planning.make({
  assignments: [],
  exactly: [
    { licenseId: "cloudCX2", userIds: users.map(({ id }) => id) },
    { licenseId: "communicate", userIds: ["u0"] }
  ]
})
/** 9 gains and 4 losses, in 5 batches. */
const changes = 13

/** One run, which ends at that step at the latest. */
const runUntil = (machine: Machine, made: Plan.Plan, step: number, end: End) =>
  Effect.suspend(() => {
    machine.restart()
    machine.endAt(step, end)
    return Effect.exit(Apply.run(made, options))
  })

/** Which changes the organization was asked for, each as often as it was. */
const asked = Effect.gen(function* () {
  const { journal } = yield* Emulator
  return (yield* journal.requests).filter(({ operation }) => operation === "postLicenseOrganization").length
})

/** Kills run after run, and lets the last one come to its end. */
const survive = (kills: ReadonlyArray<{ readonly step: number; readonly end: End }>) => {
  const machine = new Machine()
  return Effect.gen(function* () {
    const before = yield* held
    const made = yield* plan
    expect(made.changes).toHaveLength(changes)
    for (const { end, step } of kills) {
      const exit = yield* runUntil(machine, made, step, end)
      machine.restart()
      // What was sent was announced before, and what is known is so.
      const { standings } = machine.files.has(path) ? yield* Journal.load(path) : Journal.empty
      const now = yield* held
      for (const { change, standing } of standings.values()) {
        if (standing === "done") expect(now[change.userId]!.includes(change.licenseId)).toBe(change.change === "add")
      }
      for (const { change, licenseId, userId } of made.changes) {
        const isSo = now[userId]!.includes(licenseId) === (change === "add")
        if (isSo)
          expect([...standings.values()]).toContainEqual(
            expect.objectContaining({ change: { change, licenseId, userId } })
          )
      }
      if (Exit.isSuccess(exit)) break
    }
    const sentBefore = yield* asked
    machine.restart()
    const result = yield* Apply.run(made, options)
    expect(result.counts).toEqual({ done: changes, alreadySo: 0, reversed: 0, refused: 0, unknown: 0, notSent: 0 })
    // Only the batch whose outcome was unknown may have been sent once more.
    expect(yield* asked).toBeLessThanOrEqual(sentBefore + Math.ceil((changes - result.doneBefore) / 3))

    const after = yield* held
    expect(after).toEqual(
      Object.fromEntries(users.map(({ id }) => [id, id === "u0" ? ["cloudCX2", "communicate"] : ["cloudCX2"]]))
    )
    const undo = yield* Undo.plan(path)
    expect(undo.readBack).toEqual([])
    yield* Apply.run(undo.plan, { ...options, journal: "undo.ndjson" })
    expect(yield* held).toEqual(before)
  }).pipe(inOrganization({ users }, { machine }))
}

describe("Apply, killed", () => {
  it("takes 35 steps when it is not", () => {
    const machine = new Machine()
    return Effect.gen(function* () {
      yield* Apply.run(yield* plan, options)
      // Two to open, one until the directory names the journal, and two to close;
      // and for each batch two lines and a change, of two steps each.
      expect(machine.steps).toBe(2 + 1 + 5 * 6 + 2)
    }).pipe(inOrganization({ users }, { machine }), run)
  })

  it.each(Array.from({ length: 35 }, (_, step) => step))("at step %i goes on, and can be undone", async (step) => {
    for (const end of ["kill", "powerCut"] as const) await run(survive([{ step, end }]))
  })

  it("again and again goes on, and can be undone", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ step: fc.nat({ max: 20 }), end: fc.constantFrom("kill" as const, "powerCut" as const) }), {
          minLength: 2,
          maxLength: 6
        }),
        (kills) => run(survive(kills))
      ),
      { seed: 6, numRuns: 40 }
    ))

  it("is in use for those who cannot tell that it does not run any more, until they take over", () => {
    const machine = new Machine()
    return Effect.gen(function* () {
      const made = yield* plan
      yield* runUntil(machine, made, 8, "kill")
      machine.restart()
      const { isAlive: _, ...cautious } = options
      expect(yield* Effect.flip(Apply.run(made, cautious))).toMatchObject({ reason: { _tag: "JournalInUse" } })
      expect((yield* Apply.run(made, { ...cautious, takeOver: true })).counts.done).toBe(changes)
      expect((yield* Journal.load(path)).sessions).toEqual([])
    }).pipe(inOrganization({ users }, { machine }), run)
  })
})

describe("Apply, after one that was killed", () => {
  /** A run that has sent its first batch and no more, and somebody who changes something by hand. */
  const meanwhile = (userId: string, licenses: ReadonlyArray<string>) => {
    const machine = new Machine()
    return Effect.gen(function* () {
      const made = yield* plan
      yield* runUntil(machine, made, 8, "kill")
      machine.restart()
      const { organization } = yield* Emulator
      yield* organization.updateUsers((users) =>
        users.map((user) => (user.id === userId ? { ...user, licenses } : user))
      )
      return yield* Effect.result(Apply.run(made, options))
    }).pipe(inOrganization({ users }, { machine }), run)
  }

  it("is refused when something has changed that it was still to change", async () => {
    expect(await meanwhile("u7", [])).toMatchObject({
      failure: { reason: { _tag: "StalePlan", changes: [{ userId: "u7", licenseId: "communicate", since: "lost" }] } }
    })
  })

  it("goes on when something else has changed, as the server may do for its own reasons", async () => {
    const result = await meanwhile("u7", ["communicate", "wallboardUser"])
    expect(result).toMatchObject({ success: { counts: { done: changes } } })
  })

  it("sends nothing that a third has sent meanwhile", () => {
    const machine = new Machine()
    return Effect.gen(function* () {
      // Only gains, so that nobody is asked in between.
      const made = yield* Planning.make({
        assignments: ["u0", "u1"].map((userId) => ({ userId, licenseId: "cloudCX2", state: "present" })),
        exactly: []
      })
      yield* runUntil(machine, made, 4, "kill")
      machine.restart()
      const services = yield* Effect.context<LicenseService | FileSystem.FileSystem>()
      const isAlive = () =>
        Apply.run(made, { ...options, takeOver: true }).pipe(Effect.orDie, Effect.as(false), Effect.provide(services))
      const { counts, doneBefore } = yield* Apply.run(made, { ...options, isAlive })
      expect({ done: counts.done, doneBefore }).toEqual({ done: 2, doneBefore: 2 })
      expect(yield* asked).toBe(1)
    }).pipe(inOrganization({ users }, { machine }), run)
  })
})

describe("Apply, interrupted", () => {
  it.each([0, 1, 2, 3])("while change %i is on its way goes on without asking who runs", async (batch) => {
    const machine = new Machine()
    const { isAlive: _, ...cautious } = options
    await Effect.gen(function* () {
      const made = yield* plan
      let sent = 0
      const journal = yield* Emulator
      yield* Apply.run(made, {
        ...cautious,
        onProgress: () => (sent++ === batch ? Effect.interrupt : Effect.void)
      }).pipe(Effect.exit)
      expect((yield* journal.journal.requests).length).toBeGreaterThan(0)
      const result = yield* Apply.run(made, cautious)
      expect(result).toMatchObject({ counts: { done: changes }, doneBefore: (batch + 1) * 3 })
    }).pipe(inOrganization({ users }, { machine }), run)
  })
})
