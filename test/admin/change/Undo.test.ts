import { LicenseService } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Catalog from "@genesys-license/emulator/organization/Catalog"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import * as Apply from "../../../packages/admin/src/change/Apply.ts"
import type { Desired } from "../../../packages/admin/src/change/Desired.ts"
import * as Journal from "../../../packages/admin/src/change/Journal.ts"
import * as Pair from "../../../packages/admin/src/licenses/Pair.ts"
import * as Planning from "../../../packages/admin/src/change/Planning.ts"
import * as Undo from "../../../packages/admin/src/change/Undo.ts"
import { Machine } from "../Machine.ts"
import { held, inOrganization, reasonOf, run, user } from "../organization.ts"

const quietly = { journal: "journal.ndjson", confirm: Apply.withoutAsking }

const plan = Planning.make({
  assignments: [
    { userId: "a", licenseId: "cloudCX2", state: "present" },
    { userId: "b", licenseId: "cloudCX2", state: "present" },
    { userId: "c", licenseId: "communicate", state: "absent" }
  ],
  exactly: []
})
const users = [user("a"), user("b", "cloudCX2"), user("c", "communicate")]

describe("Undo", () => {
  it.effect("reverses what was done, and nothing that was so before", () =>
    Effect.gen(function* () {
      yield* Apply.run(yield* plan, quietly)
      const undo = yield* Undo.plan("journal.ndjson")
      expect(undo.plan.changes).toEqual([
        { userId: "c", licenseId: "communicate", change: "add" },
        { userId: "a", licenseId: "cloudCX2", change: "remove" }
      ])
      yield* Apply.run(undo.plan, { ...quietly, journal: "undo.ndjson" })
      expect(yield* held).toEqual({ a: [], b: ["cloudCX2"], c: ["communicate"] })
    }).pipe(inOrganization({ users }))
  )

  it.effect("leaves alone what has been reversed since", () =>
    Effect.gen(function* () {
      yield* Apply.run(yield* plan, quietly)
      const { organization } = yield* Emulator
      yield* organization.assign([{ licenseId: "cloudCX2", userIdsAdd: [], userIdsRemove: ["a"] }])
      expect((yield* Undo.plan("journal.ndjson")).plan.changes).toEqual([
        { userId: "c", licenseId: "communicate", change: "add" }
      ])
    }).pipe(inOrganization({ users }))
  )

  it.effect("reads back what the journal does not tell, before it plans anything", () =>
    Effect.gen(function* () {
      const lost = (userId: string) => ({ userId, licenseId: "cloudCX2", change: "add" }) as const
      const standings = new Map(
        [lost("a"), lost("b"), lost("gone")].map((change) => [
          Pair.key(change),
          { change, standing: "unknown" as const }
        ])
      )
      const undo = yield* Undo.ofJournal({ ...Journal.empty, standings })
      expect(undo.readBack).toEqual([
        { change: lost("a"), isSo: false },
        { change: lost("b"), isSo: true },
        { change: lost("gone"), isSo: false }
      ])
      expect(undo.plan.changes).toEqual([{ userId: "b", licenseId: "cloudCX2", change: "remove" }])
    }).pipe(inOrganization({ users }))
  )

  it.effect("does not take what a user had before, as the server said", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      const license = yield* LicenseService
      const result = yield* Apply.run(yield* plan, quietly).pipe(
        Effect.provideService(LicenseService, {
          ...license,
          updateAssignments: () =>
            // Somebody else was quicker.
            organization.assign([{ licenseId: "cloudCX2", userIdsAdd: ["a"], userIdsRemove: [] }]).pipe(
              Effect.as([
                {
                  _tag: "Done",
                  userId: "a",
                  licenseId: "cloudCX2",
                  change: "add",
                  result: "AlreadyAssigned",
                  alreadySo: true
                } as const,
                { _tag: "Refused", userId: "c", licenseId: "communicate", change: "remove", result: "denied" } as const
              ])
            )
        })
      )
      expect(result.counts).toMatchObject({ done: 0, alreadySo: 1, refused: 1 })
      expect((yield* Undo.plan("journal.ndjson")).plan.changes).toEqual([])
    }).pipe(inOrganization({ users }))
  )

  it.effect("cannot give back what the organization does not have any more, and warns of it", () =>
    Effect.gen(function* () {
      const retired = yield* Planning.make({
        assignments: [
          { userId: "a", licenseId: "retired", state: "absent" },
          { userId: "b", licenseId: "communicate", state: "absent" }
        ],
        exactly: []
      })
      const license = yield* LicenseService
      const { organization } = yield* Emulator
      yield* Apply.run(retired, quietly).pipe(
        Effect.provideService(LicenseService, {
          ...license,
          updateAssignments: (assignments) =>
            Effect.gen(function* () {
              yield* organization.updateUsers((users) => users.map(({ id }) => ({ id, licenses: [] })))
              return assignments.flatMap(({ licenseId, userIdsRemove }) =>
                userIdsRemove.map(
                  (userId) => ({ _tag: "Done", userId, licenseId, change: "remove", result: "ok" }) as const
                )
              )
            })
        })
      )
      const undo = yield* Undo.plan("journal.ndjson")
      expect(undo.plan.changes).toEqual([{ userId: "b", licenseId: "communicate", change: "add" }])
      expect(undo.plan.warnings).toEqual([{ _tag: "NoDefinition", licenseId: "retired", userIds: ["a"] }])
    }).pipe(inOrganization({ users: [user("a", "retired"), user("b", "communicate")] }))
  )

  it.effect("refuses the journal of another organization, and plans for the one that it is of", () =>
    Effect.gen(function* () {
      const organization = { id: "o1", host: "api.example" }
      yield* Apply.run(yield* plan, { ...quietly, organization })
      const reason = yield* reasonOf(Undo.plan("journal.ndjson", { organization: { id: "o2", host: "api.example" } }))
      expect(reason).toMatchObject({ _tag: "WrongOrganization", document: "journal", recorded: organization })
      const undo = yield* Undo.plan("journal.ndjson", { organization: { ...organization, host: "gateway.example" } })
      expect(undo.plan.changes).toHaveLength(2)
      expect(undo.plan.organization).toEqual({ id: "o1", host: "gateway.example" })
    }).pipe(inOrganization({ users }))
  )

  it.effect("needs a journal", () =>
    Effect.gen(function* () {
      expect(yield* reasonOf(Undo.plan("none.ndjson"))).toMatchObject({
        _tag: "FileFailed",
        path: "none.ndjson",
        code: "ENOENT"
      })
    }).pipe(inOrganization({ users }))
  )
})

describe("Whatever an organization is and shall be", () => {
  const licenseId = fc.constantFrom(...Catalog.definitions.map(({ id }) => id))
  const userIds = ["a", "b", "c", "d", "e", "f", "__proto__"]
  const userId = fc.constantFrom(...userIds)
  const organization = fc.uniqueArray(
    fc.record({ id: userId, licenses: fc.uniqueArray(licenseId, { maxLength: 4 }) }),
    {
      selector: ({ id }) => id,
      minLength: 1
    }
  )
  const desired: fc.Arbitrary<Desired> = fc
    .record({
      assignments: fc.uniqueArray(
        fc.record({ userId, licenseId, state: fc.constantFrom("present" as const, "absent" as const) }),
        { selector: ({ licenseId, userId }) => `${userId} ${licenseId}`, maxLength: 30 }
      ),
      exactly: fc.uniqueArray(fc.record({ licenseId, userIds: fc.uniqueArray(userId) }), {
        selector: ({ licenseId }) => licenseId,
        maxLength: 3
      })
    })
    .map(({ assignments, exactly }) => ({
      assignments: assignments.filter(({ licenseId }) => !exactly.some((all) => all.licenseId === licenseId)),
      exactly
    }))

  const property = (test: (desired: Desired, batchSize: number, machine: Machine) => Effect.Effect<void, any, any>) =>
    fc.assert(
      fc.asyncProperty(organization, desired, fc.integer({ min: 1, max: 10 }), (users, desired, batchSize) => {
        const machine = new Machine()
        return run(inOrganization({ users }, { machine })(test(desired, batchSize, machine)))
      }),
      { seed: 6, numRuns: 40 }
    )

  it("a plan that was applied leaves nothing to be planned", () =>
    property(
      Effect.fnUntraced(function* (desired, batchSize) {
        const made = yield* Planning.make(desired, { unknownUsers: "leaveOut" })
        const { counts } = yield* Apply.run(made, { ...quietly, batchSize })
        expect(counts.done).toBe(made.changes.length)
        expect((yield* Planning.make(desired, { unknownUsers: "leaveOut" })).changes).toEqual([])
      })
    ))

  it("undoing a plan restores what was", () =>
    property(
      Effect.fnUntraced(function* (desired, batchSize, machine) {
        const before = yield* held
        yield* Apply.run(yield* Planning.make(desired, { unknownUsers: "leaveOut" }), { ...quietly, batchSize })
        if (!machine.files.has("journal.ndjson")) return
        const undo = yield* Undo.plan("journal.ndjson")
        yield* Apply.run(undo.plan, { ...quietly, journal: "undo.ndjson", batchSize })
        expect(yield* held).toEqual(before)
      })
    ))

  it("batches hold every change once, and no batch more than it may", () =>
    property(
      Effect.fnUntraced(function* (desired, batchSize, machine) {
        const made = yield* Planning.make(desired, { unknownUsers: "leaveOut" })
        yield* Apply.run(made, { ...quietly, batchSize })
        const batches = machine.files.has("journal.ndjson")
          ? machine.lines("journal.ndjson").filter(({ _tag }) => _tag === "Sending")
          : []
        expect(batches.flatMap(({ changes }) => changes)).toEqual(made.changes)
        expect(batches.every(({ changes }) => changes.length <= batchSize)).toBe(true)
        expect(batches).toHaveLength(Math.ceil(made.changes.length / batchSize))
      })
    ))
})
