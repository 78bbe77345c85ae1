/**
 * A week of an administrator who looks after two organizations, and what goes wrong in
 * it. Read it as a diary: each step is a sentence, and a step that fails says its own.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { folder } from "../cli/run.ts"
import * as OrganizationProcess from "../support/organizationProcess.ts"
import * as Processes from "../support/processes.ts"

const { timeout } = Processes
const main = "packages/cli/src/main.ts"

/** A step of the week. Where it fails, its sentence stands before what is wrong. */
const step = <A, E, R>(sentence: string, does: Effect.Effect<A, E, R>) =>
  Effect.tapDefect(does, (defect) =>
    Effect.sync(() => {
      if (defect instanceof Error) defect.message = `${sentence}: ${defect.message}`
    })
  )

/** A desired state, of changes such as `+ cloudCX3 some-user`. */
const list = (changes: ReadonlyArray<string>) =>
  [
    "userId,licenseId,state",
    ...changes.map((change) => {
      const [sign, licenseId, userId] = change.split(" ")
      return `${userId},${licenseId},${sign === "+" ? "present" : "absent"}`
    })
  ].join("\r\n")

/** A spreadsheet's "Unicode text": UTF-16 with a byte order mark. */
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le")

/**
 * Runs a command in the place of the one that wrote the journal and was killed, with its
 * process id: in a container each process has the id of the one before. `exec` keeps the
 * id that the shell has, so nobody needs to be root to be given one.
 */
const inTheNextContainer = (journal: string, args: ReadonlyArray<string>, env: Readonly<Record<string, string>>) =>
  Processes.run(
    "/bin/sh",
    [
      "-ec",
      'sed "s/process [0-9]* on/process $$ on/" "$0" > "$0.same" && cat "$0.same" > "$0" && rm "$0.same" && exec "$@"',
      journal,
      process.execPath,
      main,
      ...args
    ],
    { env: { ...env, PATH: process.env["PATH"] ?? "" } }
  )

describe("a bad week", () => {
  it.live(
    "ends with every license where it was on Monday, and each mistake is said when it is made",
    () =>
      Effect.gen(function* () {
        const at = yield* folder
        const north = yield* OrganizationProcess.start({ seed: "north" })
        const south = yield* OrganizationProcess.start({ seed: "south" })
        const command = (env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) =>
          Processes.runFile(main, args, { env })
        const inNorth = (...args: ReadonlyArray<string>) => command(north.env, ...args)
        const inSouth = (...args: ReadonlyArray<string>) => command(south.env, ...args)
        const apply = (plan: string, ...more: ReadonlyArray<string>) => ["apply", at(plan), "--format", "json", ...more]

        const onMonday = { north: yield* north.users, south: yield* south.users }
        const holders = (licenseId: string) => onMonday.north.filter(({ licenses }) => licenses.includes(licenseId))
        const given = holders("cloudCX2").filter(({ licenses }) => !licenses.includes("gcSTAupgrade"))
        const first = given.slice(0, 6).map(({ id }) => `+ gcSTAupgrade ${id}`)
        const second = [
          ...given.slice(0, 8).map(({ id }) => `+ agentAssistLicense ${id}`),
          ...holders("communicate").map(({ id }) => `- communicate ${id}`)
        ].sort()
        const journals: Array<string> = []

        yield* step(
          "Monday: the job starts without its secrets, names the variable, and saves nothing",
          Effect.gen(function* () {
            const secretless = { ...north.env, GENESYSCLOUD_OAUTHCLIENT_SECRET: "" }
            const empty = Object.fromEntries(Object.keys(north.env).map((name) => [name, ""]))
            for (const env of [secretless, empty]) {
              const { exitCode, stderr, stdout } = yield* command(env, "snapshot", "--output", at("north.json"))
              expect({ exitCode, stdout, saved: existsSync(at("north.json")) }).toEqual({
                exitCode: 1,
                stdout: "",
                saved: false
              })
              expect(stderr).toMatch(/GENESYSCLOUD_\w+.* set but empty/)
            }
          })
        )
        yield* step(
          "Monday: with its secrets it saves both organizations, and takes none for the other",
          Effect.gen(function* () {
            expect(yield* inNorth("snapshot", "--output", at("north.json"))).toMatchObject({ exitCode: 0 })
            expect(yield* inSouth("snapshot", "--output", at("south.json"))).toMatchObject({ exitCode: 0 })
            const compared = yield* inNorth("compare", at("south.json"), "--no-exit-code")
            expect(compared.exitCode).toBe(2)
            expect(compared.stderr).toMatch(/^These are different organizations: /)
          })
        )

        yield* step(
          "Tuesday: a spreadsheet saves the list in UTF-16, which is read and said",
          Effect.gen(function* () {
            writeFileSync(at("desired.csv"), utf16(list(first)))
            const planned = yield* inNorth("plan", at("desired.csv"), "--output", at("plan.json"))
            expect(planned.exitCode).toBe(2)
            expect(planned.stderr).toMatch(/desired\.csv is in UTF-16/)
            expect(planned.stdout).toMatch(/^6 changes/)
          })
        )
        yield* step(
          "Tuesday: the plan is applied",
          Effect.gen(function* () {
            const applied = yield* inNorth(...apply("plan.json"))
            expect(applied).toMatchObject({ exitCode: 0, stderr: "" })
            expect(yield* north.changesSent).toEqual(first)
            journals.push(JSON.parse(applied.stdout).journal)
          })
        )

        const goOn = apply("plan.json", "--yes", "--batch-size", "5")
        yield* step(
          "Wednesday: the second plan has the names of the first, takes licenses away, and so is not applied unasked",
          Effect.gen(function* () {
            writeFileSync(at("desired.csv"), list(second))
            expect((yield* inNorth("plan", at("desired.csv"), "--output", at("plan.json"))).exitCode).toBe(2)
            const applied = yield* inNorth(...apply("plan.json"))
            expect(applied).toMatchObject({ exitCode: 1, stdout: "" })
            expect(applied.stderr).toContain("pass --yes")
            expect(yield* north.changesSent).toEqual([])
          })
        )
        yield* step(
          "Wednesday: the container is killed while it waits for an answer",
          Effect.gen(function* () {
            yield* north.neverAnswers(2)
            const running = yield* Processes.start(process.execPath, [main, ...goOn], { env: north.env })
            yield* Effect.raceFirst(
              north.somebodyWaits,
              Effect.flatMap(running.outcome, (outcome) =>
                Effect.die(new Error(`It ended: ${JSON.stringify(outcome)}`))
              )
            )
            yield* running.signal("SIGKILL")
            expect(yield* running.outcome).toMatchObject({ signal: "SIGKILL", stdout: "" })
            yield* north.hasSeen(2)
            yield* north.works
          })
        )
        yield* step(
          "Wednesday: a colleague wants to go on in the wrong organization, and changes nothing, nor the journal",
          Effect.gen(function* () {
            const names = readdirSync(at("")).filter((name) => name.endsWith(".journal.ndjson"))
            const added = names.map(at).filter((path) => !journals.includes(path))
            expect(added).toHaveLength(1)
            journals.push(...added)
            const before = readFileSync(journals[1]!, "utf8")
            const applied = yield* inSouth(...goOn)
            expect(applied).toMatchObject({ exitCode: 1, stdout: "" })
            expect(applied.stderr).toMatch(/^The plan is of another organization: it is of north .* this is south /)
            expect(readFileSync(journals[1]!, "utf8")).toBe(before)
          })
        )
        yield* step(
          "Wednesday: the next container has the process id of the killed one, and sends only what was not sent",
          Effect.gen(function* () {
            const applied = yield* inTheNextContainer(journals[1]!, goOn, north.env)
            expect(applied).toMatchObject({ exitCode: 0, stderr: "" })
            const { counts, journal } = JSON.parse(applied.stdout)
            expect(counts).toMatchObject({ done: second.length })
            expect(journal).toBe(journals[1])
            expect(yield* north.changesSent).toEqual(second)
          })
        )

        yield* step(
          "Thursday: a list of e-mail addresses would take a license from all who hold it, and is refused",
          Effect.gen(function* () {
            writeFileSync(at("holders.csv"), "userId,licenseId\r\nann@example.com,cloudCX2\r\n")
            const planned = yield* inNorth("plan", at("holders.csv"), "--exact", "--output", at("exact.json"))
            expect(planned).toMatchObject({ exitCode: 1, stdout: "" })
            expect(planned.stderr).toContain("look like e-mail addresses")
            expect(existsSync(at("exact.json"))).toBe(false)
          })
        )
        yield* step(
          "Thursday: a result is sent to where the plan, the snapshot or the list is, which stay as they are",
          Effect.gen(function* () {
            for (const [file, ...args] of [
              ["plan.json", "apply", at("plan.json"), "--yes"],
              ["north.json", "compare", at("north.json"), "--format", "json"],
              ["desired.csv", "plan", at("desired.csv")]
            ] as const) {
              const before = readFileSync(at(file))
              const written = yield* inNorth(...args, "--output", at(file))
              expect(written).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(file) })
              expect(readFileSync(at(file)).equals(before)).toBe(true)
            }
          })
        )
        yield* step(
          "Thursday: the way back is planned in the wrong organization, and is not planned",
          Effect.gen(function* () {
            const undone = yield* inSouth("undo", journals[1]!, "--output", at("undo.json"))
            expect(undone).toMatchObject({ exitCode: 1, stdout: "" })
            expect(undone.stderr).toMatch(/^The journal is of another organization: /)
            expect(existsSync(at("undo.json"))).toBe(false)
            expect(yield* north.changesSent).toEqual([])
          })
        )

        yield* step(
          "Friday: both plans are undone under one name, the last one first",
          Effect.gen(function* () {
            for (const [journal, changes] of [
              [journals[1]!, second],
              [journals[0]!, first]
            ] as const) {
              expect((yield* inNorth("undo", journal, "--output", at("undo.json"))).exitCode).toBe(2)
              expect(yield* inNorth(...apply("undo.json", "--yes"))).toMatchObject({ exitCode: 0, stderr: "" })
              const back = changes.map((change) => (change.startsWith("+") ? "-" : "+") + change.slice(1))
              expect(yield* north.changesSent).toEqual(back.sort())
            }
          })
        )
        yield* step(
          "Friday: somebody runs Wednesday's command once more, which says that it is no longer so",
          Effect.gen(function* () {
            const applied = yield* inNorth(...goOn)
            expect(applied.exitCode).toBe(2)
            expect(JSON.parse(applied.stdout).counts).toMatchObject({ done: 0, reversed: second.length })
            expect(yield* north.changesSent).toEqual([])
          })
        )
        yield* step(
          "Friday: every license is where it was on Monday, in both organizations, and the south was never asked for a change",
          Effect.gen(function* () {
            expect(yield* inNorth("compare", at("north.json"))).toMatchObject({ exitCode: 0, stderr: "" })
            expect(yield* inSouth("compare", at("south.json"))).toMatchObject({ exitCode: 0, stderr: "" })
            expect({ north: yield* north.users, south: yield* south.users }).toEqual(onMonday)
            expect(yield* south.changesSent).toEqual([])
          })
        )
      }),
    timeout
  )
})
