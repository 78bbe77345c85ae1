import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Apply from "../../../packages/admin/src/change/Apply.ts"
import * as Journal from "../../../packages/admin/src/change/Journal.ts"
import * as Plan from "../../../packages/admin/src/change/Plan.ts"
import * as Planning from "../../../packages/admin/src/change/Planning.ts"
import { Machine } from "../Machine.ts"
import { held, inOrganization, reasonOf } from "../organization.ts"
import { path, quietly, users, plan, applied, change, writes, answering, lost } from "./applying.ts"

describe("Apply refuses", () => {
  it.effect.each<[what: string, userId: string, licenseId: string, isHeld: boolean, since: string]>([
    ["was given what they shall be given", "a", "cloudCX2", true, "gained"],
    ["lost what they shall lose", "c", "communicate", false, "lost"],
    ["was given something else", "a", "wallboardUser", true, "gained"],
    ["lost something else", "b", "wallboardUser", false, "lost"]
  ])("a plan one of whose users %s since", ([, userId, licenseId, isHeld, since]) => {
    const machine = new Machine()
    return Effect.gen(function* () {
      const made = yield* plan
      yield* change(userId, licenseId, isHeld)
      const reason = yield* reasonOf(Apply.run(made, quietly))
      expect(reason).toMatchObject({ _tag: "StalePlan", changes: [{ userId, licenseId, since }] })
      expect(reason.message).toBe(
        `The plan is stale: since it was made, user ${userId} ${since} ${licenseId}. Make a new plan.`
      )
      expect(yield* writes).toBe(0)
      expect(machine.files.size).toBe(0)
    }).pipe(inOrganization({ users }, { machine }))
  })

  it.effect("a plan that is stale, and names its users as the plan does", () =>
    Effect.gen(function* () {
      const named = Plan.withPeople(yield* plan, [{ userId: "a", name: "Ann", email: "ann@example.com" }])
      yield* change("a", "cloudCX2", true)
      yield* change("c", "communicate", false)
      expect((yield* reasonOf(Apply.run(named, quietly))).message).toBe(
        "The plan is stale: since it was made, Ann (user a) gained cloudCX2, user c lost communicate. Make a new plan."
      )
    }).pipe(inOrganization({ users }))
  )

  it.effect("a plan one of whose users has left since", () =>
    Effect.gen(function* () {
      const made = yield* plan
      const { organization } = yield* Emulator
      yield* organization.updateUsers((users) => users.filter(({ id }) => id !== "c"))
      expect(yield* reasonOf(Apply.run(made, quietly))).toMatchObject({
        changes: [{ userId: "c", licenseId: "communicate", since: "left" }]
      })
    }).pipe(inOrganization({ users }))
  )

  it.effect("a plan that is stale by the time it is agreed to", () =>
    Effect.gen(function* () {
      const made = yield* plan
      const services = yield* Effect.context<Emulator>()
      const confirm = () => Effect.as(Effect.provide(change("a", "cloudCX2", true), services), true)
      expect(yield* reasonOf(Apply.run(made, { journal: path, confirm }))).toMatchObject({ _tag: "StalePlan" })
      expect(yield* writes).toBe(0)
      // A new plan may use the same journal: nothing was sent.
      expect((yield* Apply.run(yield* plan, quietly)).counts.done).toBe(3)
    }).pipe(inOrganization({ users }))
  )

  it.effect("a plan with more changes, or more removals, than are allowed", () =>
    Effect.gen(function* () {
      const made = yield* plan
      expect(yield* reasonOf(Apply.run(made, { ...quietly, maxChanges: 3 }))).toMatchObject({
        _tag: "TooManyChanges",
        of: "changes",
        planned: 4,
        allowed: 3
      })
      expect(yield* reasonOf(Apply.run(made, { ...quietly, maxRemovals: 0 }))).toMatchObject({
        of: "removals",
        planned: 1
      })
      expect(yield* writes).toBe(0)
      expect((yield* Apply.run(made, { ...quietly, maxChanges: 4, maxRemovals: 1 })).counts.done).toBe(4)
    }).pipe(inOrganization({ users }))
  )

  it.effect.each([{ maxChanges: -1 }, { maxRemovals: Number.NaN }, { batchSize: 0 }, { batchSize: 1.5 }])(
    "options that make no sense: %o",
    (options) =>
      Effect.gen(function* () {
        expect(yield* reasonOf(Apply.run(yield* plan, { ...quietly, ...options }))).toMatchObject({
          _tag: "InvalidInput"
        })
      }).pipe(inOrganization({ users }))
  )

  it.effect("to change anything when that is not agreed to, and asks with all that it would do", () => {
    const machine = new Machine()
    return Effect.gen(function* () {
      const made = yield* plan
      const asked: Array<Apply.Proposal> = []
      const confirm = (proposal: Apply.Proposal) => Effect.sync(() => asked.push(proposal) < 0)
      const reason = yield* reasonOf(Apply.run(made, { journal: path, confirm }))
      expect(reason).toMatchObject({ _tag: "NotConfirmed", additions: 3, removals: 1 })
      expect(reason.message).toBe("Nothing was changed: giving 3 licenses and taking away 1 license was not confirmed.")
      expect(asked).toEqual([{ ...Plan.summary(made.changes), changes: made.changes }])
      expect(yield* writes).toBe(0)
      expect(machine.files.size).toBe(0)
    }).pipe(inOrganization({ users }, { machine }))
  })

  it.effect("to give licenses when that is not agreed to", () =>
    Effect.gen(function* () {
      const made = yield* Planning.make({
        assignments: [{ userId: "a", licenseId: "cloudCX2", state: "present" }],
        exactly: []
      })
      const reason = yield* reasonOf(Apply.run(made, { journal: path, confirm: () => Effect.succeed(false) }))
      expect(reason.message).toBe("Nothing was changed: giving 1 license was not confirmed.")
      expect(yield* writes).toBe(0)
    }).pipe(inOrganization({ users }))
  )

  it.effect("nothing for want of an answer when there is nothing left to send", () =>
    Effect.gen(function* () {
      const made = yield* plan
      yield* Apply.run(made, quietly)
      const confirm = () => Effect.die(new Error("asked"))
      expect((yield* Apply.run(made, { journal: path, confirm })).counts.done).toBe(4)
    }).pipe(inOrganization({ users }))
  )

  it.effect("the journal of another plan", () =>
    Effect.gen(function* () {
      const made = yield* plan
      yield* Apply.run(made, quietly)
      const other = yield* Planning.make({
        assignments: [{ userId: "a", licenseId: "wallboardUser", state: "present" }],
        exactly: []
      })
      expect(yield* reasonOf(Apply.run(other, quietly))).toMatchObject({ _tag: "JournalMismatch", path })
      expect((yield* Apply.run(other, { ...quietly, journal: "other.ndjson" })).counts.done).toBe(1)
    }).pipe(inOrganization({ users }))
  )

  it.effect("a file that is no journal, and leaves it as it is", () => {
    const machine = new Machine()
    machine.write(path, "userId,licenseId\n")
    return Effect.gen(function* () {
      expect(yield* reasonOf(Apply.run(yield* plan, quietly))).toMatchObject({ _tag: "Corrupted", document: "journal" })
      expect(machine.text(path)).toBe("userId,licenseId\n")
    }).pipe(inOrganization({ users }, { machine }))
  })

  it.effect("to send what it cannot write down", () => {
    const machine = new Machine()
    return Effect.gen(function* () {
      const made = yield* plan
      // Enough for one line and a half.
      machine.room = 330
      expect(yield* reasonOf(Apply.run(made, quietly))).toMatchObject({ _tag: "DiskFull", path })
      expect(machine.text(path)).toMatch(/"Opened".*\n.*"Sending"/)
      expect(yield* writes).toBe(0)

      machine.room = Number.POSITIVE_INFINITY
      const result = yield* Apply.run(made, { ...quietly, takeOver: true })
      expect(result.counts).toMatchObject({ done: 4 })
      expect(yield* held).toEqual(applied)
    }).pipe(inOrganization({ users }, { machine }))
  })
})

describe("Apply, in another organization", () => {
  const here = { id: "o1", name: "Here", host: "api.example" }
  const planHere = Effect.map(plan, (made) => ({ ...made, organization: here }))

  it.effect.each([
    ["with another id", { ...here, id: "o2", name: "There" }, "There (o2) at api.example"],
    ["without an id, at another host", { host: "api.elsewhere" }, "api.elsewhere"]
  ] as const)("%s, refuses the plan before it asks anything", ([, organization, described]) => {
    const machine = new Machine()
    return Effect.gen(function* () {
      const { journal } = yield* Emulator
      const made = yield* planHere
      const before = (yield* journal.requests).length
      const reason = yield* reasonOf(Apply.run(made, { ...quietly, organization }))
      expect(reason).toMatchObject({ _tag: "WrongOrganization", document: "plan", recorded: here })
      expect(reason.message).toBe(
        `The plan belongs to another organization: Here (o1) at api.example. You are connected to ${described}. Connect to the organization of the plan.`
      )
      expect((yield* journal.requests).length).toBe(before)
      expect(machine.files.size).toBe(0)
    }).pipe(inOrganization({ users }, { machine }))
  })

  it.effect("refuses to go on with the journal, and leaves it as it is", () => {
    const machine = new Machine()
    return Effect.gen(function* () {
      // The plan does not say of which organization it is.
      const made = yield* plan
      yield* Apply.run(made, { ...quietly, organization: here }).pipe(
        answering(() => Effect.succeed([lost("a", "cloudCX2", "add")]))
      )
      const before = machine.text(path)
      const organization = { ...here, id: "o2" }
      const reason = yield* reasonOf(Apply.run(made, { ...quietly, organization }))
      expect(reason).toMatchObject({ _tag: "WrongOrganization", document: "journal", recorded: here })
      expect(machine.text(path)).toBe(before)
    }).pipe(inOrganization({ users }, { machine }))
  })

  it.effect.each([
    ["with the same id at another host", { ...here, host: "gateway.example" }],
    ["at the same host, when the id cannot be read", { host: here.host }],
    ["when nobody says which one this is", undefined]
  ] as const)("is not one %s: it is carried out, and the question names it", ([, organization]) =>
    Effect.gen(function* () {
      const asked: Array<Apply.Proposal> = []
      const confirm = (proposal: Apply.Proposal) => Effect.sync(() => asked.push(proposal) > 0)
      const { counts } = yield* Apply.run(yield* planHere, { journal: path, confirm, organization })
      expect(counts.done).toBe(4)
      expect(asked.map(({ organization }) => organization)).toEqual([organization])
      expect((yield* Journal.load(path)).organization).toEqual(organization)
    }).pipe(inOrganization({ users }))
  )
})
