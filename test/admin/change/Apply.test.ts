import { Forbidden, GenesysError, LicenseService } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import fc from "fast-check"
import * as Apply from "../../../packages/admin/src/change/Apply.ts"
import * as Journal from "../../../packages/admin/src/change/Journal.ts"
import * as Plan from "../../../packages/admin/src/change/Plan.ts"
import * as Planning from "../../../packages/admin/src/change/Planning.ts"
import { Machine } from "../Machine.ts"
import { held, inOrganization, reasonOf, run, user } from "../organization.ts"

const path = "journal.ndjson"
const quietly = { journal: path, confirm: Apply.withoutAsking }

const users = [user("a"), user("b", "wallboardUser"), user("c", "communicate"), user("d")]
/** Gives cloudCX2 to a, b and d, takes communicate from c. */
const plan = Planning.make({
  assignments: [
    ...["a", "b", "d"].map((userId) => ({ userId, licenseId: "cloudCX2", state: "present" as const })),
    { userId: "c", licenseId: "communicate", state: "absent" }
  ],
  exactly: []
})
const applied = { a: ["cloudCX2"], b: ["cloudCX2", "wallboardUser"], c: [], d: ["cloudCX2"] }

const change = (userId: string, licenseId: string, isHeld: boolean) =>
  Effect.gen(function* () {
    const { organization } = yield* Emulator
    yield* organization.updateUsers((users) =>
      users.map((user) =>
        user.id !== userId
          ? user
          : {
              ...user,
              licenses: isHeld ? [...user.licenses, licenseId] : user.licenses.filter((id) => id !== licenseId)
            }
      )
    )
  })

const writes = Effect.gen(function* () {
  const { journal } = yield* Emulator
  return (yield* journal.requests).filter(({ operation }) => operation === "postLicenseOrganization").length
})

/** The service, but for the answers to changes. */
const answering = (answer: LicenseService["Service"]["updateAssignments"]) =>
  Effect.updateService(LicenseService, (license) => ({ ...license, updateAssignments: answer }))

const forbidden = new GenesysError({
  operation: "postLicenseOrganization",
  reason: new Forbidden({ permissions: ["authorization:grant:add"] })
})
const failing = Effect.fail(forbidden)

const lost = (userId: string, licenseId: string, change: "add" | "remove") =>
  ({ _tag: "Unknown", userId, licenseId, change }) as const

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
        detail: "done before, and not so now"
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
        `The plan is of another organization: it is of Here (o1) at api.example, and this is ${described}. Connect to the organization that it is of.`
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

describe("Apply, when the answers are not what one hopes for", () => {
  it.effect("reads back what is unknown, and tells what it still does not know", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      const result = yield* Apply.run(yield* plan, quietly).pipe(
        answering(() =>
          // The server does one of the four, and its answer is lost.
          organization
            .assign([{ licenseId: "cloudCX2", userIdsAdd: ["a"], userIdsRemove: [] }])
            .pipe(
              Effect.as([
                lost("a", "cloudCX2", "add"),
                lost("b", "cloudCX2", "add"),
                lost("d", "cloudCX2", "add"),
                lost("c", "communicate", "remove")
              ])
            )
        )
      )
      expect(result.counts).toEqual({ done: 1, alreadySo: 0, reversed: 0, refused: 0, unknown: 3, notSent: 0 })
      expect(result.outcomes[0]).toMatchObject({ userId: "a", standing: "done" })
      // The next run sends the rest.
      expect(yield* Apply.run(yield* plan, { ...quietly, journal: "other" })).toMatchObject({ counts: { done: 3 } })
    }).pipe(inOrganization({ users }))
  )

  it.effect("sends again what is unknown and not there, and what was refused", () =>
    Effect.gen(function* () {
      const made = yield* plan
      yield* Apply.run(made, quietly).pipe(
        answering(() =>
          Effect.succeed([
            { _tag: "Done", userId: "a", licenseId: "cloudCX2", change: "add", result: "ok" },
            lost("b", "cloudCX2", "add"),
            { _tag: "Refused", userId: "d", licenseId: "cloudCX2", change: "add", result: "denied" },
            { _tag: "Refused", userId: "c", licenseId: "communicate", change: "remove", result: "denied" }
          ])
        )
      )
      yield* change("a", "cloudCX2", true)
      // Somebody helps by hand.
      yield* change("c", "communicate", false)
      const result = yield* Apply.run(made, quietly)
      expect(result.outcomes.map(({ standing, userId }) => [userId, standing])).toEqual([
        ["a", "done"],
        ["b", "done"],
        ["d", "done"],
        ["c", "alreadySo"]
      ])
      expect(result.doneBefore).toBe(1)
    }).pipe(inOrganization({ users }))
  )

  it.effect("tells what the server said of each change that it refused", () =>
    Effect.gen(function* () {
      const made = yield* plan
      const { organization } = yield* Emulator
      const result = yield* Apply.run(made, quietly).pipe(
        Effect.updateService(LicenseService, (license) => ({
          ...license,
          updateAssignments: (...args: Parameters<typeof license.updateAssignments>) =>
            Effect.andThen(
              organization.updateUsers((users) => users.filter(({ id }) => id !== "b")),
              license.updateAssignments(...args)
            )
        }))
      )
      expect(result.counts).toEqual({ done: 3, alreadySo: 0, reversed: 0, refused: 1, unknown: 0, notSent: 0 })
      expect(result.outcomes[1]).toMatchObject({ userId: "b", standing: "refused", detail: "User not found" })
    }).pipe(inOrganization({ users }))
  )

  it.effect("stops where the organization lets nothing in any more, and tells why", () =>
    Effect.gen(function* () {
      const made = yield* plan
      let calls = 0
      const stopped = Apply.run(made, { ...quietly, batchSize: 1 }).pipe(
        Effect.updateService(LicenseService, (license) => ({
          ...license,
          updateAssignments: (...args: Parameters<typeof license.updateAssignments>) =>
            ++calls === 2 ? failing : license.updateAssignments(...args)
        }))
      )
      const { counts, error } = yield* stopped
      expect(counts).toMatchObject({ done: 1, notSent: 3 })
      expect(error).toBe(forbidden)
      expect(calls).toBe(2)
      expect(yield* Apply.run(made, quietly)).toMatchObject({ counts: { done: 4 }, doneBefore: 1 })
    }).pipe(inOrganization({ users }))
  )

  it.effect("fails when nothing at all was let in", () =>
    Effect.gen(function* () {
      const made = yield* plan
      const error = yield* Effect.flip(Apply.run(made, quietly).pipe(answering(() => failing)))
      expect(error).toBe(forbidden)
      expect((yield* Apply.run(made, quietly)).counts.done).toBe(4)
    }).pipe(inOrganization({ users }))
  )
})
