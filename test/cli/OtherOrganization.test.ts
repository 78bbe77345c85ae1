/**
 * Documents of one organization, and a command that is connected to another one.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Plan from "@genesys-license/admin/change/Plan"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { environment, folder, run } from "./run.ts"

/** An organization, the command in it, and what was changed there. */
const organization = Effect.fnUntraced(function* (options: EmulatorOptions) {
  const services = yield* Layer.build(Server.layer({ users: 40, ...options }))
  const env = yield* Effect.provide(environment, services)
  const writes = Effect.gen(function* () {
    const { journal } = yield* Emulator
    return (yield* journal.requests).filter(({ operation }) => operation === "postLicenseOrganization").length
  }).pipe(Effect.provide(services))
  const users = Effect.flatMap(Emulator, ({ organization }) => organization.users).pipe(Effect.provide(services))
  return { gl: (...args: ReadonlyArray<string>) => run(args, env), host: hostOf(env), users, writes }
})

const hostOf = (env: { readonly GENESYSCLOUD_GATEWAY_HOST: string; readonly GENESYSCLOUD_GATEWAY_PORT: string }) =>
  `${env.GENESYSCLOUD_GATEWAY_HOST}:${env.GENESYSCLOUD_GATEWAY_PORT}`

type Organization = Effect.Success<ReturnType<typeof organization>>

/** A plan that gives a license to three users. */
const planned = Effect.fnUntraced(function* ({ gl, users }: Organization) {
  const at = yield* folder
  const some = (yield* users).filter(({ licenses }) => !licenses.includes("wallboardUser")).slice(0, 3)
  writeFileSync(at("desired.csv"), ["userId,licenseId", ...some.map(({ id }) => `${id},wallboardUser`)].join("\n"))
  const plan = yield* gl("plan", at("desired.csv"), "--output", at("plan.json"))
  expect(plan.exitCode).toBe(2)
  return { at, stderr: plan.stderr }
})

const refusal =
  /^The (plan|journal) belongs to another organization: one \(emulated\) \([0-9a-f-]{36}\) at [\d.:]+\. You are connected to two \(emulated\) \([0-9a-f-]{36}\) at [\d.:]+\. Connect to the organization of the \1\.\n$/

describe("in another organization", () => {
  it.live("a plan is not applied, nor gone on with, nor undone", () =>
    Effect.gen(function* () {
      const one = yield* organization({ seed: "one" })
      const two = yield* organization({ seed: "two" })
      const { at } = yield* planned(one)
      const apply = ["apply", at("plan.json"), "--journal", at("journal")]

      const first = yield* two.gl(...apply)
      expect(first).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringMatching(refusal) })
      expect(existsSync(at("journal"))).toBe(false)

      expect(yield* one.gl(...apply)).toMatchObject({ exitCode: 0, stderr: "" })
      const journal = readFileSync(at("journal"), "utf8")
      for (const args of [apply, ["undo", at("journal"), "--output", at("undo.json")]]) {
        expect(yield* two.gl(...args)).toMatchObject({
          exitCode: 1,
          stdout: "",
          stderr: expect.stringMatching(refusal)
        })
      }
      expect(readFileSync(at("journal"), "utf8")).toBe(journal)
      expect(existsSync(at("undo.json"))).toBe(false)
      expect(yield* two.writes).toBe(0)

      expect(yield* one.gl("undo", at("journal"), "--output", at("undo.json"))).toMatchObject({
        exitCode: 2,
        stderr: ""
      })
      expect((yield* two.gl("apply", at("undo.json"), "--yes")).stderr).toMatch(refusal)
    }).pipe(Effect.scoped)
  )

  it.live("a snapshot is compared, which is said, and is never the same", () =>
    Effect.gen(function* () {
      const users = [{ id: "u1", licenses: ["cloudCX2"] }]
      const one = yield* organization({ seed: "one", users })
      const two = yield* organization({ seed: "two", users })
      const at = yield* folder
      yield* one.gl("snapshot", "--output", at("one.json"))
      yield* two.gl("snapshot", "--output", at("two.json"))
      const said =
        /^These are different organizations: \S+one\.json is from one \(emulated\) .*, .* is from two \(emulated\) .*\.\n$/
      for (const format of ["table", "csv", "json", "ndjson"]) {
        for (const after of [[], [at("two.json")]]) {
          const compared = yield* two.gl("compare", at("one.json"), ...after, "--format", format)
          expect(compared).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(said) })
        }
      }
      for (const after of [[], [at("two.json")]]) {
        expect(yield* two.gl("compare", at("one.json"), ...after, "--no-exit-code")).toMatchObject({ exitCode: 2 })
      }
      expect(yield* one.gl("compare", at("one.json"))).toMatchObject({ exitCode: 0, stderr: "" })
    }).pipe(Effect.scoped)
  )
})

describe("in the same organization", () => {
  it.live("at another host, a plan is applied and undone, and that is said", () =>
    Effect.gen(function* () {
      const one = yield* organization({ seed: "one" })
      const again = yield* organization({ seed: "one" })
      const { at } = yield* planned(one)
      const said = (path: string) =>
        `${path} was made at the host ${one.host}. This is the same organization, at ${again.host}.\n`
      const applied = yield* again.gl("apply", at("plan.json"), "--journal", at("journal"))
      expect(applied).toMatchObject({ exitCode: 0, stderr: said(at("plan.json")) })
      expect(yield* one.gl("undo", at("journal"))).toMatchObject({
        exitCode: 0,
        stderr: `${at("journal")} was made at the host ${again.host}. This is the same organization, at ${one.host}.\n`
      })
      yield* one.gl("snapshot", "--output", at("one.json"))
      expect((yield* again.gl("compare", at("one.json"))).stderr).toContain("They are the same organization.")
    }).pipe(Effect.scoped)
  )

  for (const status of [403, 404]) {
    it.live(`whose id cannot be read (${status}), the hosts are compared, and that is said`, () =>
      Effect.gen(function* () {
        const faults = [{ operation: "getOrganizationsMe", fault: { type: "status", status } }] as const
        const one = yield* organization({ seed: "one", faults })
        const two = yield* organization({ seed: "one", faults })
        const { at, stderr } = yield* planned(one)
        const said = (host: string) =>
          `The id of the organization cannot be read. It is identified by its host ${host} only. `
        expect(stderr).toContain(said(one.host))
        expect(yield* two.gl("apply", at("plan.json"))).toMatchObject({
          exitCode: 1,
          stderr: expect.stringContaining(`another organization: ${one.host}. You are connected to ${two.host}.`)
        })
        expect(yield* two.writes).toBe(0)
        const applied = yield* one.gl("apply", at("plan.json"))
        expect(applied).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(said(one.host)) })
      }).pipe(Effect.scoped)
    )
  }

  it.live("a document of before, which only has the host, is read, and that is said", () =>
    Effect.gen(function* () {
      const one = yield* organization({ seed: "one" })
      const { at } = yield* planned(one)
      const plan = yield* Plan.load(at("plan.json")).pipe(Effect.provide(NodeFileSystem.layer))
      const write = (recorded: string) =>
        Effect.map(Plan.encode({ ...plan, organization: recorded }), (text) => writeFileSync(at("plan.json"), text))
      const apply = one.gl("apply", at("plan.json"), "--journal", at("journal"))

      yield* write("another.example")
      expect((yield* apply).stderr).toContain(
        "another organization: another.example. You are connected to one (emulated)"
      )
      yield* write(one.host)
      expect(yield* apply).toMatchObject({
        exitCode: 0,
        stderr: `${at("plan.json")} does not record the id of its organization. Only the hosts were compared.\n`
      })
      const { organization: _, ...unsaid } = plan
      writeFileSync(at("plan.json"), yield* Plan.encode(unsaid))
      expect((yield* one.gl("apply", at("plan.json"))).stderr).toContain(
        "plan.json does not record its organization.\n"
      )
    }).pipe(Effect.scoped)
  )
})
