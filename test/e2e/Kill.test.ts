import { describe, expect, it } from "@effect/vitest"
import { Journal } from "@genesys-license/admin"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { environment, folder } from "../cli/run.ts"
import * as AwakeClock from "../support/AwakeClock.ts"
import * as Processes from "../support/processes.ts"

const { timeout } = Processes
const main = "packages/cli/src/main.ts"

const changes = 5_000
const kills = 20
/** What changes with each user: most gain a license, some lose one. */
const gained = "examplePremiumAppUserLicense"

interface Change {
  readonly userId: string
  readonly licenseId: string
  readonly change: "add" | "remove"
}

const keyOf = ({ change, licenseId, userId }: Change) => `${change} ${licenseId} ${userId}`

/** The organization of the test, the plan for it, and the state it is in. */
const planned = Effect.gen(function* () {
  const at = yield* folder
  const env = yield* environment
  const { journal: wire, organization } = yield* Emulator
  const users = yield* organization.users
  const desired = users.map(({ id, licenses }, index): Change => {
    const [held] = licenses
    return index % 5 === 0 && held !== undefined
      ? { userId: id, licenseId: held, change: "remove" }
      : { userId: id, licenseId: gained, change: "add" }
  })
  writeFileSync(
    at("desired.csv"),
    [
      "userId,licenseId,state",
      ...desired.map(
        ({ change, licenseId, userId }) => `${userId},${licenseId},${change === "add" ? "present" : "absent"}`
      )
    ].join("\n")
  )
  const planning = yield* Processes.runFile(main, ["plan", at("desired.csv"), "--output", at("plan.json")], { env })
  expect(planning.exitCode).toBe(2)

  const held = Effect.map(organization.users, (users) => new Map(users.map(({ id, licenses }) => [id, licenses])))
  const isSo = (held: ReadonlyMap<string, ReadonlyArray<string>>, { change, licenseId, userId }: Change) =>
    (held.get(userId)?.includes(licenseId) ?? false) === (change === "add")
  const writes = Effect.map(
    wire.requests,
    (requests) => requests.filter(({ operation }) => operation === "postLicenseOrganization").length
  )
  const apply = [
    "apply",
    at("plan.json"),
    "--yes",
    "--journal",
    at("journal"),
    "--batch-size",
    "50",
    "--format",
    "json"
  ]
  return { apply, at, desired, env, held, isSo, wire, writes }
})

/** What a journal tells of each change. */
const standings = (path: string) =>
  Effect.map(Journal.load(path), ({ standings }) => [...standings.values()]).pipe(Effect.provide(NodeServices.layer))

const server = (latency: string) =>
  Server.layer({
    users: changes,
    seed: "kill",
    rateLimit: { requests: 999_999, window: "60 seconds" },
    faults: [{ operation: "postLicenseOrganization", fault: { type: "latency", duration: latency } }]
  })

describe("an apply that is killed", () => {
  // By this clock the server answers no faster than this test looks.
  it.live(
    `at ${kills} points of ${changes} changes goes on each time, ends as desired, and reports no change wrongly`,
    () =>
      Effect.gen(function* () {
        const { apply, at, desired, env, held, isSo, writes } = yield* planned
        expect(desired).toHaveLength(changes)

        let lastDone = 0
        let unknown = 0
        for (let kill = 0; kill < kills; kill++) {
          const before = yield* writes
          // Some at the first request and some at the third; some before its answer, some while or after it is written down.
          const requests = 1 + (yield* Random.nextIntBetween(0, 2))
          const later = yield* Random.nextIntBetween(0, 45)
          const running = yield* Processes.start(process.execPath, [main, ...apply], { env })
          yield* Effect.raceFirst(
            Effect.repeat(writes, { until: (now) => now >= before + requests, schedule: Schedule.spaced("3 millis") }),
            Effect.flatMap(running.outcome, (outcome) => Effect.die(new Error(`It ended: ${JSON.stringify(outcome)}`)))
          )
          yield* Effect.sleep(later)
          yield* running.signal("SIGKILL")
          expect(yield* running.outcome).toMatchObject({ signal: "SIGKILL", stdout: "" })

          // What it believed to be done is done; of the rest it claims nothing.
          const now = yield* held
          const told = yield* standings(at("journal"))
          const done = told.filter(({ standing }) => standing === "done")
          expect(done.filter(({ change }) => !isSo(now, change))).toEqual([])
          expect(told.filter(({ standing }) => standing === "refused" || standing === "alreadySo")).toEqual([])
          expect(done.length).toBeGreaterThanOrEqual(lastDone)
          lastDone = done.length
          unknown += told.filter(({ standing }) => standing === "unknown").length
        }
        // Kills have hit between a request and its answer, and the last run still had something to do.
        expect(unknown).toBeGreaterThan(0)
        expect(lastDone).toBeLessThan(changes)

        const last = yield* Processes.runFile(main, apply, { env })
        expect(last).toMatchObject({ exitCode: 0, stderr: "" })
        const result = JSON.parse(last.stdout)
        expect(result.counts).toEqual({ done: changes, alreadySo: 0, reversed: 0, refused: 0, unknown: 0, notSent: 0 })
        const reported = result.outcomes.map((outcome: Change) => keyOf(outcome))
        expect(reported.sort()).toEqual(desired.map(keyOf).sort())
        const after = yield* held
        expect(desired.filter((change) => !isSo(after, change))).toEqual([])

        // Nothing that was known to be done was sent again.
        const known = new Set<string>()
        const repeated: Array<string> = []
        for (const line of readFileSync(at("journal"), "utf8").split("\n")) {
          const entry = parse(line)
          if (entry?._tag === "Sending") repeated.push(...entry.changes.map(keyOf).filter((key) => known.has(key)))
          if (entry?._tag === "Answered") {
            for (const outcome of entry.outcomes) if (outcome._tag === "Done") known.add(keyOf(outcome))
          }
          if (entry?._tag === "Checked") {
            for (const { change, isSo } of entry.found) if (isSo) known.add(keyOf(change))
          }
        }
        expect(repeated).toEqual([])
      }).pipe(Random.withSeed("kill"), Effect.provide(server("30 millis")), AwakeClock.provide),
    timeout
  )
})

/** A line that was torn by a kill is none. */
const parse = (line: string): Journal.Entry | undefined => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

describe("two applies at once", () => {
  it.live(
    "with one journal: the second gives way, and the first is not disturbed",
    () =>
      Effect.gen(function* () {
        const { apply, at, desired, env, held, isSo, writes } = yield* planned
        const first = yield* Processes.start(process.execPath, [main, ...apply], { env })
        yield* Effect.repeat(writes, { until: (now) => now >= 1, schedule: Schedule.spaced("5 millis") })
        expect(existsSync(at("journal"))).toBe(true)
        const second = yield* Processes.runFile(main, apply, { env })
        expect(second).toMatchObject({ exitCode: 1, stdout: "" })
        expect(second.stderr).toMatch(/journal has been in use by process \d+ on .* since .*\(--take-over\)\n$/)

        const outcome = yield* first.outcome
        expect(outcome).toMatchObject({ exitCode: 0, stderr: "" })
        expect(JSON.parse(outcome.stdout).counts.done).toBe(changes)
        const after = yield* held
        expect(desired.filter((change) => !isSo(after, change))).toEqual([])
      }).pipe(Effect.provide(server("80 millis")), AwakeClock.provide),
    timeout
  )

  it.live(
    "with a journal each: every change is made, and both tell the truth",
    () =>
      Effect.gen(function* () {
        const { apply, at, desired, env, held, isSo } = yield* planned
        const other = apply.map((arg) => (arg === at("journal") ? at("other") : arg))
        const outcomes = yield* Effect.forEach([apply, other], (args) => Processes.runFile(main, args, { env }), {
          concurrency: 2
        })
        // The one that comes later may find that the plan is stale; then it has changed nothing.
        for (const { exitCode, stderr, stdout } of outcomes) {
          if (exitCode === 0) expect(JSON.parse(stdout).counts.done).toBe(changes)
          else expect({ exitCode, stderr: stderr.slice(0, 18) }).toEqual({ exitCode: 1, stderr: "The plan is stale:" })
        }
        expect(outcomes.map(({ exitCode }) => exitCode)).toContain(0)
        const after = yield* held
        expect(desired.filter((change) => !isSo(after, change))).toEqual([])
      }).pipe(Effect.provide(server("10 millis"))),
    timeout
  )
})
