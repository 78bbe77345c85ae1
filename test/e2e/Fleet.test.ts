/**
 * The command for many organizations as a process: some are well, and some are not.
 */
import { describe, expect, it } from "@effect/vitest"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { folder } from "../cli/run.ts"
import * as Canary from "../support/Canary.ts"
import * as Processes from "../support/processes.ts"

const timeout = 240_000
const main = "packages/cli/src/main.ts"

const client = { id: "00000000-0000-4000-8000-00000000f1ee", secret: Canary.clientSecret }
const wrong = `${Canary.clientSecret}-wrong`

const listed = (id: string, gateway: string) => ({
  id,
  gateway,
  clientId: client.id,
  secret: `SECRET_OF_${id.toUpperCase()}`
})

/** An organization on a socket, and how it is listed. */
const organization = Effect.fnUntraced(function* (id: string, options: EmulatorOptions = {}) {
  const services = yield* Layer.build(Server.layer({ seed: id, users: 30, clients: [client], ...options }))
  const { url } = yield* Effect.provide(Server, services)
  const { faults, journal } = yield* Effect.provide(Emulator, services)
  return {
    id,
    listed: listed(id, url),
    works: faults.clear,
    requests: Effect.map(journal.requests, ({ length }) => length)
  }
})

/** Answers 429 to everybody who asks for users, and tells them to wait. */
const forEver = {
  faults: [{ operation: "getLicenseUsers", fault: { type: "status", status: 429, retryAfter: 30 } }]
} as const

/** How each organization ended, as the folder with the results tells it. */
const ended = (path: string): Readonly<Record<string, string>> =>
  existsSync(path)
    ? Object.fromEntries(
        readFileSync(path, "utf8")
          .split("\n")
          .filter((line) => line.endsWith("}"))
          .map((line) => JSON.parse(line))
          .map(({ id, state }: { id: string; state: string }) => [id, state])
      )
    : {}

/** Waits until something is so, which nothing tells. */
const until = (isSo: () => boolean) =>
  Effect.repeat(Effect.sync(isSo), { until: (so) => so, schedule: Schedule.spaced("20 millis") })

/** What everybody on this machine can see: the arguments of all processes. */
const allArguments = () =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8")
      } catch {
        return ""
      }
    })
    .join("\n")

describe("fleet as a process", () => {
  it.live(
    "is held up by nobody who refuses, hangs or answers 429 for ever; stopped, it goes on with what is left",
    () =>
      Effect.gen(function* () {
        const healthy = [yield* organization("acme"), yield* organization("globex"), yield* organization("initech")]
        const refused = yield* organization("refused")
        const limited = yield* organization("limited", forEver)
        const silence = yield* Processes.silence
        const at = yield* folder
        const all = [...healthy, refused, limited].map(({ listed }) => listed)
        const hanging = listed("hanging", `http://127.0.0.1:${silence.port}`)
        // Those who are not well come first, and take as many places as there are but one.
        writeFileSync(at("orgs.json"), JSON.stringify({ organizations: [hanging, ...all.toReversed()] }))
        const env = Object.fromEntries(
          [...all, hanging].map(({ id, secret }) => [secret, id === "refused" ? wrong : client.secret])
        )
        const args = [main, "fleet", "snapshot", at("orgs.json"), "--output-dir", at("out"), "--parallel", "3"]
        const record = at("out/fleet.ndjson")
        const wellDone = { acme: "done", globex: "done", initech: "done" }

        const first = yield* Processes.start(process.execPath, args, { env })
        yield* silence.connected
        yield* until(() => Object.keys(ended(record)).length === 4)
        expect(ended(record)).toEqual({ ...wellDone, refused: "failed" })
        expect(allArguments()).not.toContain(Canary.mark)
        yield* first.signal("SIGINT")
        const stopped = yield* first.outcome
        expect(stopped).toMatchObject({ exitCode: 130, stdout: "" })
        expect(stopped.stderr).toMatch(
          /^Stopped: 3 of 6 organizations are done\. Run the same command again to do the rest\.\n$/m
        )
        expect(stopped.stderr).toMatch(/^refused: failed\. authenticate: Genesys Cloud refused the credentials/m)
        expect(ended(record)).toEqual({ ...wellDone, refused: "failed" })

        const files = healthy.map(({ id }) => at(`out/${id}.json`))
        const before = files.map((file) => readFileSync(file, "utf8"))
        const asked = yield* Effect.forEach(healthy, ({ requests }) => requests)
        yield* limited.works
        const back = yield* organization("hanging")
        writeFileSync(at("orgs.json"), JSON.stringify({ organizations: [...all, back.listed] }))
        const second = yield* Processes.run(process.execPath, [...args, "--format", "json"], {
          env: { ...env, SECRET_OF_REFUSED: client.secret }
        })
        expect(second.exitCode).toBe(0)
        const { counts, organizations } = JSON.parse(second.stdout)
        expect(counts).toMatchObject({ done: 6 })
        expect(
          organizations
            .filter((row: { isDoneBefore: boolean }) => row.isDoneBefore)
            .map((row: { id: string }) => row.id)
        ).toEqual(["acme", "globex", "initech"])
        expect(yield* Effect.forEach(healthy, ({ requests }) => requests)).toEqual(asked)
        expect(files.map((file) => readFileSync(file, "utf8"))).toEqual(before)

        const written = readdirSync(at("out")).map((name) => readFileSync(at(`out/${name}`), "utf8"))
        for (const text of [...written, stopped.stdout, stopped.stderr, second.stdout, second.stderr]) {
          expect(text).not.toContain(Canary.mark)
        }
      }).pipe(Effect.scoped),
    timeout
  )

  it.live(
    "gives up an organization that takes too long, says so, and ends with 2",
    () =>
      Effect.gen(function* () {
        const silence = yield* Processes.silence
        const limited = yield* organization("limited", forEver)
        const at = yield* folder
        const hanging = listed("hanging", `http://127.0.0.1:${silence.port}`)
        writeFileSync(at("orgs.json"), JSON.stringify({ organizations: [hanging, limited.listed] }))
        const outcome = yield* Processes.runFile(
          main,
          ["fleet", "audit", at("orgs.json"), "--output-dir", at("out"), "--timeout", "3 seconds"],
          { env: { SECRET_OF_HANGING: client.secret, SECRET_OF_LIMITED: client.secret } }
        )
        expect(outcome.exitCode).toBe(2)
        expect(outcome.stdout).toContain("0 of 2 organizations done, 2 timed out")
        expect(outcome.stderr).toContain("hanging: timed out. It took longer than 3s.")
        expect(readdirSync(at("out"))).toEqual(["fleet.ndjson"])
      }).pipe(Effect.scoped),
    timeout
  )

  it.live(
    "that is killed loses nothing that was recorded, and ends with the same files",
    () =>
      Effect.gen(function* () {
        const first = yield* organization("first")
        const slow = yield* organization("slow", {
          faults: [{ operation: "getLicenseUsers", fault: { type: "hang" } }]
        })
        const last = yield* organization("last")
        const at = yield* folder
        writeFileSync(
          at("orgs.json"),
          JSON.stringify({ organizations: [first, slow, last].map(({ listed }) => listed) })
        )
        const env = { SECRET_OF_FIRST: client.secret, SECRET_OF_SLOW: client.secret, SECRET_OF_LAST: client.secret }
        const args = [main, "fleet", "snapshot", at("orgs.json"), "--output-dir", at("out"), "--parallel", "1"]
        const running = yield* Processes.start(process.execPath, args, { env })
        yield* Effect.repeat(slow.requests, { until: (count) => count > 0, schedule: Schedule.spaced("20 millis") })
        yield* running.signal("SIGKILL")
        expect(yield* running.outcome).toMatchObject({ signal: "SIGKILL" })
        expect(ended(at("out/fleet.ndjson"))).toEqual({ first: "done" })

        yield* slow.works
        const [requests, { mtimeMs }] = [yield* first.requests, statSync(at("out/first.json"))]
        expect(yield* Processes.run(process.execPath, args, { env })).toMatchObject({ exitCode: 0 })
        expect(ended(at("out/fleet.ndjson"))).toEqual({ first: "done", slow: "done", last: "done" })
        expect([yield* first.requests, statSync(at("out/first.json")).mtimeMs]).toEqual([requests, mtimeMs])
        expect(readdirSync(at("out")).sort()).toEqual(["first.json", "fleet.ndjson", "last.json", "slow.json"])
      }).pipe(Effect.scoped),
    timeout
  )
})
