import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { describe, expect, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import type { Recorded } from "../../../packages/admin/src/organization/OrganizationIdentity.ts"
import * as Snapshot from "../../../packages/admin/src/look/Snapshot.ts"
import * as SnapshotFolder from "../../../packages/admin/src/look/SnapshotFolder.ts"
import { folder } from "../../cli/run.ts"
import { reasonOf, user } from "../organization.ts"

const here = { id: "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa4", name: "Acme", host: "api.mypurecloud.de" }
const other = { ...here, id: "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa5", name: "Other" }

const save = (path: string, takenAt: string, organization: Recorded | undefined = here) =>
  Effect.map(
    Snapshot.encode({ takenAt, ...(organization !== null && { organization }), users: [user("u1", "a")] }),
    (text) => writeFileSync(path, text)
  )

const choose = (path: string, until: string, organization: Recorded | undefined = here) =>
  SnapshotFolder.choose(path, { until: DateTime.makeUnsafe(until), organization })

const withFiles = Effect.provide(NodeFileSystem.layer)

describe("the snapshot of a folder", () => {
  it.effect("is the last one up to a moment, whatever the files are called", () =>
    Effect.gen(function* () {
      const at = yield* folder
      yield* save(at("z.json"), "2026-11-20T06:00:00.000Z")
      yield* save(at("a.json"), "2026-11-23T06:00:00.000Z")
      yield* save(at("m.json"), "2026-11-25T06:00:00.000Z")
      writeFileSync(at("notes.txt"), "no snapshot, and not looked at")
      for (const [until, file] of [
        ["2026-11-23T05:59:59.999Z", "z.json"],
        ["2026-11-23T06:00:00Z", "a.json"],
        ["2026-11-24T23:59:59Z", "a.json"],
        ["2027-01-01T00:00:00Z", "m.json"]
      ] as const) {
        for (const path of [at(""), `${at("")}/`]) {
          expect(yield* choose(path, until)).toMatchObject({ path: at(file), skipped: [] })
        }
      }
    }).pipe(withFiles, Effect.scoped)
  )

  it.effect("is whole and of the organization that is asked; others are passed over, and told", () =>
    Effect.gen(function* () {
      const at = yield* folder
      yield* save(at("1-good.json"), "2026-11-20T06:00:00.000Z", { ...here, host: "gateway.example" })
      yield* save(at("2-cut.json"), "2026-11-21T06:00:00.000Z")
      writeFileSync(at("2-cut.json"), readFileSync(at("2-cut.json"), "utf8").slice(0, -20))
      yield* save(at("3-edited.json"), "2026-11-22T06:00:00.000Z")
      writeFileSync(at("3-edited.json"), readFileSync(at("3-edited.json"), "utf8").replace('"u1"', '"u2"'))
      yield* save(at("4-other.json"), "2026-11-23T06:00:00.000Z", other)
      // Many organizations are behind one host.
      yield* save(at("5-host.json"), "2026-11-24T06:00:00.000Z", here.host)
      writeFileSync(at("6-plan.json"), '{"kind": "genesys-license plan"}')
      writeFileSync(at("7-empty.json"), "")
      mkdirSync(at("8-folder.json"))

      const { path, skipped, snapshot } = yield* choose(at(""), "2026-11-27T00:00:00Z")
      expect(path).toBe(at("1-good.json"))
      expect([...snapshot.users]).toEqual([user("u1", "a")])
      expect(skipped.map(({ why }) => why.replace(`${at("")}/`, ""))).toEqual([
        "6-plan.json is not a snapshot.",
        "7-empty.json is not a snapshot.",
        "8-folder.json is not a snapshot.",
        "5-host.json may be of another organization, because the id of an organization is missing.",
        `4-other.json is of another organization: Other (${other.id}) at api.mypurecloud.de.`,
        expect.stringMatching(/^3-edited\.json is not a valid snapshot: its checksum does not match/),
        "2-cut.json is not a valid snapshot: it is not valid JSON. Take a new snapshot, or use a backup copy."
      ])
    }).pipe(withFiles, Effect.scoped)
  )

  it.effect("is none where the organization that is asked is not known by its id", () =>
    Effect.gen(function* () {
      const at = yield* folder
      yield* save(at("a.json"), "2026-11-20T06:00:00.000Z")
      const reason = yield* reasonOf(choose(at(""), "2026-11-27T00:00:00Z", { host: here.host }))
      expect(reason.message).toContain("there is no snapshot of this organization taken up to 2026-11-27T00:00:00.000Z")
      expect(reason.message).toContain(
        "a.json may be of another organization, because the id of an organization is missing."
      )
    }).pipe(withFiles, Effect.scoped)
  )

  it.effect("is none before the first one, which is named, nor in an empty folder, nor where there is none", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const until = "2026-11-01T00:00:00Z"
      const empty = yield* reasonOf(choose(at(""), until))
      expect(empty.message).toMatch(
        /: there is no snapshot of this organization taken up to 2026-11-01T00:00:00\.000Z\.$/
      )
      yield* save(at("b.json"), "2026-11-21T06:00:00.000Z")
      yield* save(at("a.json"), "2026-11-20T06:00:00.000Z")
      const early = yield* reasonOf(choose(at(""), until))
      expect(early.message).toMatch(/; the first snapshot is \S+a\.json, taken at 2026-11-20T06:00:00\.000Z\.$/)
      expect((yield* reasonOf(choose(at("nowhere"), until)))._tag).toBe("FileFailed")
    }).pipe(withFiles, Effect.scoped)
  )
})
