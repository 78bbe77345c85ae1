import { describe, expect, it } from "@effect/vitest"
import * as Snapshot from "@genesys-license/admin/look/Snapshot"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { readFileSync, writeFileSync } from "node:fs"
import { folder, run, runHere } from "./run.ts"

const ada = "11111111-1111-4111-8111-111111111111"
const grace = "22222222-2222-4222-8222-222222222222"

const organization = Effect.provide(
  Server.layer({
    seed: "changes",
    users: [
      { id: ada, licenses: ["cloudCX3"] },
      { id: grace, licenses: [] }
    ],
    people: [
      { id: ada, name: "Ada", department: "Research", manager: { id: grace }, division: { id: "d1", name: "North" } },
      { id: grace, name: "Grace Hopper" }
    ]
  })
)

const snapshot = (path: string, takenAt: string, licenses: ReadonlyArray<string>, id?: string) =>
  Effect.map(
    Snapshot.encode({
      takenAt,
      organization: { ...(id !== undefined && { id }), name: "Example & Sons", host: "api.mypurecloud.de" },
      users: [
        { id: ada, licenses },
        { id: grace, licenses: [] }
      ]
    }),
    (text) => writeFileSync(path, text)
  )

/** What somebody reads. */
const textOf = (html: string) =>
  html
    .replace(/<(style|script)>[^]*?<\/\1>/g, "")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/\s+/g, " ")

describe("the page of a comparison", () => {
  it.live("shows who gained and who lost what, by license and division, with names and managers", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const { organization } = yield* Emulator
      yield* snapshot(at("before.json"), "2026-11-01T08:00:00.000Z", ["cloudCX2"], organization.identity.id)
      const outcome = yield* runHere("compare", at("before.json"), "--output", at("changes.html"))
      expect(outcome).toMatchObject({ exitCode: 2, stdout: "" })
      const shown = textOf(readFileSync(at("changes.html"), "utf8"))
      expect(shown).toContain("License changes of changes (emulated)")
      expect(shown).toContain("From 2026-11-01 08:00 UTC to ")
      expect(shown).toMatch(/By division .* North cloudCX2 0 1 .*North cloudCX3 1 0 /)
      expect(shown).toMatch(/cloudCX2 1 user .*Ada .*lost Research North Grace Hopper/)
      expect(shown).toMatch(/cloudCX3 1 user .*Ada .*gained Research North Grace Hopper/)

      const csv = (yield* runHere("compare", at("before.json"), "--format", "csv")).stdout.split("\r\n")
      const json = JSON.parse((yield* runHere("compare", at("before.json"), "--format", "json")).stdout)
      expect(csv[0]!.split(",")).toEqual(Object.keys(json.changes[0]))
    }).pipe(organization)
  )

  it.live("names the users of two snapshots by a CSV, and shows ids without one", () =>
    Effect.gen(function* () {
      const at = yield* folder
      yield* snapshot(at("before.json"), "2026-11-01T08:00:00.000Z", ["cloudCX2"])
      yield* snapshot(at("after.json"), "2026-11-08T08:00:00.000Z", [])
      writeFileSync(at("people.csv"), `userId,name,division\n${ada},Ada <b>,South\n`)
      const page = (...args: ReadonlyArray<string>) =>
        Effect.map(run(["compare", at("before.json"), at("after.json"), "--format", "html", ...args]), ({ stdout }) =>
          textOf(stdout)
        )
      const named = yield* page("--facts", at("people.csv"))
      expect(named).toContain("License changes of Example &amp; Sons")
      expect(named).toContain("Ada &lt;b&gt;")
      expect(named).toContain("South cloudCX2 0 1")
      const ids = yield* page()
      expect(ids).toContain(ada)
      expect(ids).not.toContain("By division")
    })
  )

  it.live("says that nobody gained or lost anything", () =>
    Effect.gen(function* () {
      const at = yield* folder
      yield* snapshot(at("a.json"), "2026-11-01T08:00:00.000Z", ["cloudCX2"])
      const { exitCode, stdout } = yield* run(["compare", at("a.json"), at("a.json"), "--format", "html"])
      expect(exitCode).toBe(0)
      expect(textOf(stdout)).toContain("Nobody gained or lost a license.")
    })
  )
})
