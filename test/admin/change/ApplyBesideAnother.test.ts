import { LicenseService } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import fc from "fast-check"
import * as Apply from "../../../packages/admin/src/change/Apply.ts"
import * as Journal from "../../../packages/admin/src/change/Journal.ts"
import { Machine } from "../Machine.ts"
import { held, inOrganization, reasonOf, run } from "../organization.ts"
import { path, quietly, users, plan, applied, change, writes, answering } from "./applying.ts"

describe("Apply, beside another", () => {
  it.effect("is refused while the other runs, and says who that is", () =>
    Effect.gen(function* () {
      const made = yield* plan
      const sending = yield* Deferred.make<void>()
      const first = yield* Apply.run(made, { ...quietly, owner: "7@host" }).pipe(
        answering(() => Effect.andThen(Deferred.succeed(sending, undefined), Effect.never)),
        Effect.forkChild
      )
      yield* Deferred.await(sending)
      const reason = yield* reasonOf(Apply.run(made, quietly))
      expect(reason).toMatchObject({ _tag: "JournalInUse", path, owner: "7@host", since: "1970-01-01T00:00:00.000Z" })
      expect(
        yield* reasonOf(Apply.run(made, { ...quietly, isAlive: (owner) => Effect.succeed(owner === "7@host") }))
      ).toEqual(reason)
      yield* Fiber.interrupt(first)
      expect((yield* Apply.run(made, quietly)).counts.done).toBe(4)
    }).pipe(inOrganization({ users }))
  )

  it.effect("is refused for the other, and not for what the other changes meanwhile", () => {
    const machine = new Machine()
    return Effect.gen(function* () {
      const made = yield* plan
      const sending = yield* Deferred.make<void>()
      const first = yield* Apply.run(made, { ...quietly, batchSize: 1 }).pipe(
        answering(() => Effect.andThen(Deferred.succeed(sending, undefined), Effect.never)),
        Effect.forkChild
      )
      yield* Deferred.await(sending)
      // As far as this run sees, nobody has sent that.
      yield* change("b", "cloudCX2", true)
      expect(yield* reasonOf(Apply.run(made, quietly))).toMatchObject({ _tag: "JournalInUse" })
      yield* Fiber.interrupt(first)
    }).pipe(inOrganization({ users }, { machine }))
  })

  it.effect("that has taken the journal over, sends nothing more", () =>
    Effect.gen(function* () {
      const made = yield* plan
      const sending = yield* Deferred.make<void>()
      const answer = yield* Deferred.make<void>()
      const license = yield* LicenseService
      let sent = 0
      const first = yield* Apply.run(made, { ...quietly, batchSize: 1, owner: "the first" }).pipe(
        Effect.provideService(LicenseService, {
          ...license,
          // Its second change is on its way while the other run begins.
          updateAssignments: (...args) =>
            ++sent === 2
              ? Deferred.succeed(sending, undefined).pipe(
                  Effect.andThen(Deferred.await(answer)),
                  Effect.andThen(license.updateAssignments(...args))
                )
              : license.updateAssignments(...args)
        }),
        Effect.result,
        Effect.forkChild
      )
      yield* Deferred.await(sending)
      const second = yield* Apply.run(made, { ...quietly, batchSize: 1, owner: "the second", takeOver: true })
      expect(second).toMatchObject({ counts: { done: 4 }, doneBefore: 1 })
      yield* Deferred.succeed(answer, undefined)
      const lost = yield* Fiber.join(first)
      expect(lost).toMatchObject({ failure: { reason: { _tag: "JournalTakenOver", path, owner: "the second" } } })
      expect(sent).toBe(2)
      const { sessions, standings } = yield* Journal.load(path)
      expect(sessions).toEqual([])
      expect([...standings.values()].map(({ standing }) => standing)).toEqual(["done", "done", "done", "done"])
    }).pipe(inOrganization({ users }))
  )

  it("sends again no more than what was on its way, however often runs take over from each other", () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 40 }), async (pauses) => {
        const machine = new Machine()
        let step = 0
        machine.pause = Effect.suspend(() => Effect.repeat(Effect.yieldNow, { times: pauses[step++ % pauses.length]! }))
        await Effect.gen(function* () {
          const made = yield* plan
          const runs = yield* Effect.all(
            Array.from({ length: 3 }, (_, n) =>
              Effect.repeat(Effect.yieldNow, { times: 20 * n * (pauses[0]! + 1) }).pipe(
                Effect.andThen(Apply.run(made, { ...quietly, batchSize: 1, takeOver: true })),
                Effect.result
              )
            ),
            { concurrency: "unbounded" }
          )
          for (const run of runs) {
            if (run._tag === "Failure") {
              expect(["JournalInUse", "JournalTakenOver", "StalePlan"]).toContain((run.failure as any).reason._tag)
            }
          }
          const takenOver = machine.lines(path).filter(({ takesOver }) => takesOver?.length > 0).length
          expect(yield* writes).toBeLessThanOrEqual(4 + takenOver)
          // Who comes last finds everything done, and the journal says so.
          expect((yield* Apply.run(made, { ...quietly, takeOver: true })).counts.done).toBe(4)
          expect(yield* held).toEqual(applied)
          const { standings } = yield* Journal.load(path)
          expect([...standings.values()].every(({ standing }) => standing === "done")).toBe(true)
        }).pipe(inOrganization({ users }, { machine }), run)
      }),
      { seed: 6, numRuns: 60 }
    ))

  it("sends nothing twice, however the steps of several runs fall together", () =>
    fc
      .assert(
        fc.asyncProperty(fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 40 }), async (pauses) => {
          const machine = new Machine()
          let step = 0
          machine.pause = Effect.suspend(() =>
            Effect.repeat(Effect.yieldNow, { times: pauses[step++ % pauses.length]! })
          )
          await Effect.gen(function* () {
            const made = yield* plan
            const runs = yield* Effect.all(
              Array.from({ length: 4 }, () => Effect.result(Apply.run(made, { ...quietly, batchSize: 1 }))),
              { concurrency: "unbounded" }
            )
            for (const run of runs) {
              if (run._tag === "Failure") expect(run.failure).toMatchObject({ reason: { _tag: "JournalInUse" } })
            }
            expect(runs.some(({ _tag }) => _tag === "Success")).toBe(true)
            expect(yield* writes).toBe(4)
            expect(yield* held).toEqual(applied)
            // Those who gave way said that they ended.
            expect((yield* Journal.load(path)).sessions).toEqual([])
            races += machine.lines(path).filter(({ _tag }) => _tag === "Opened").length > 1 ? 1 : 0
          }).pipe(inOrganization({ users }, { machine }), run)
        }),
        { seed: 6, numRuns: 40 }
      )
      .then(() => expect(races).toBeGreaterThan(0)))
  let races = 0
})
