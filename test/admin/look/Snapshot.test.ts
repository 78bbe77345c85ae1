import { describe, expect, it } from "@effect/vitest"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import * as Compare from "../../../packages/admin/src/look/Compare.ts"
import * as Document from "../../../packages/admin/src/files/Document.ts"
import * as Snapshot from "../../../packages/admin/src/look/Snapshot.ts"
import { Machine } from "../Machine.ts"
import { inOrganization, reasonOf, run, user } from "../organization.ts"

const organization = { id: "o1", name: "Example", host: "api.example" }

const snapshot: Snapshot.Snapshot = {
  takenAt: "2026-01-31T00:00:00.000Z",
  organization,
  users: [user("u1", "cloudCX2"), user("u2")]
}

describe("Snapshot", () => {
  it.effect("is the users in the order of their ids, with the time at which it was taken", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 31))
      expect(yield* Snapshot.take({ organization })).toEqual({
        ...snapshot,
        users: [user("u1", "a", "b"), user("u2")],
        drift: expect.objectContaining({ users: 2, total: 2 })
      })
    }).pipe(inOrganization({ users: [user("u2"), user("u1", "b", "a")] }))
  )

  it.effect("taken twice of an organization that stands still is the same", () =>
    Effect.gen(function* () {
      expect(Compare.isSame(Compare.compare(yield* Snapshot.take(), yield* Snapshot.take()))).toBe(true)
    }).pipe(inOrganization({ users: 250 }))
  )

  it.effect("has one line for each user", () =>
    Effect.gen(function* () {
      const text = yield* Snapshot.encode(snapshot)
      expect(text.split("\n")).toEqual([
        "{",
        `  "kind": "genesys-license snapshot",`,
        `  "version": 1,`,
        expect.stringMatching(/^ {2}"checksum": "sha256:[0-9a-f]{64}",$/),
        `  "takenAt": "2026-01-31T00:00:00.000Z",`,
        `  "organization": {"id":"o1","name":"Example","host":"api.example"},`,
        `  "users": [`,
        `    {"id":"u1","licenses":["cloudCX2"]},`,
        `    {"id":"u2","licenses":[]}`,
        "  ]",
        "}",
        ""
      ])
    })
  )

  it("is read back as it was written, whatever the ids", () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.record({ id: fc.string({ unit: "binary" }), licenses: fc.array(fc.string()) }), {
          selector: ({ id }) => id
        }),
        fc.constantFrom("__proto__", "Example"),
        async (users, organization) => {
          const given = { takenAt: "2026-01-31T00:00:00.000Z", organization, users }
          expect(await run(Effect.flatMap(Snapshot.encode(given), Snapshot.decode))).toEqual(given)
        }
      ),
      { seed: 6, numRuns: 100 }
    ))

  it.effect("may be formatted anew", () =>
    Effect.gen(function* () {
      const { kind, ...rest } = JSON.parse(yield* Snapshot.encode(snapshot))
      expect(yield* Snapshot.decode(JSON.stringify({ ...rest, kind }, null, 8))).toEqual(snapshot)
    })
  )

  it("that lost or gained a character is refused, or is the same", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom("", "x", "0", " ", '"'), async (at, instead) => {
        const text = await run(Snapshot.encode(snapshot))
        const position = at % text.length
        const spoilt = text.slice(0, position) + instead + text.slice(position + 1)
        const result = await run(Effect.result(Snapshot.decode(spoilt, { source: "a.json" })))
        if (result._tag === "Success") expect(result.success).toEqual(snapshot)
        else expect(result.failure.message).toContain("a.json")
      }),
      { seed: 6, numRuns: 200 }
    ))

  it.effect.each<[problem: string, change: (document: any) => unknown, reason: object]>([
    ["is cut off", () => undefined, { problem: "it is not valid JSON" }],
    ["is no object", () => [], {}],
    [
      "has another kind",
      (document) => ({ ...document, kind: "genesys-license plan" }),
      { problem: 'its kind is "genesys-license plan"' }
    ],
    [
      "has no checksum",
      (document) => ({ ...document, checksum: undefined }),
      { problem: expect.stringContaining("checksum") }
    ],
    [
      "was edited",
      (document) => ({ ...document, users: document.users.slice(1) }),
      { problem: expect.stringContaining("edited or cut off") }
    ],
    [
      "has more in it",
      (document) => ({ ...document, note: "" }),
      { problem: expect.stringContaining("edited or cut off") }
    ]
  ])("is refused when it %s", ([, change, reason]) =>
    Effect.gen(function* () {
      const text = yield* Snapshot.encode(snapshot)
      const changed = JSON.stringify(change(JSON.parse(text))) ?? text.slice(0, -3)
      const found = yield* reasonOf(Snapshot.decode(changed, { source: "a.json" }))
      expect(found).toMatchObject({ _tag: "Corrupted", document: "snapshot", source: "a.json", ...reason })
      expect(found.message).toMatch(/^a\.json is not a valid snapshot: .*\. Take a new snapshot/)
    })
  )

  it.effect("of a later version asks for a later program, whatever is in it", () =>
    Effect.gen(function* () {
      const later = JSON.stringify({ kind: "genesys-license snapshot", version: 2, checksum: "md9:", content: 1 })
      const reason = yield* reasonOf(Snapshot.decode(later, { source: "a.json" }))
      expect(reason).toMatchObject({ _tag: "NewerVersion", version: 2, supported: 1 })
      expect(reason.message).toContain("Update the program")
    })
  )

  it.effect("with a user twice is refused, however right its checksum", () =>
    Effect.gen(function* () {
      const schema = Schema.Struct({ takenAt: Schema.String, users: Schema.Array(Snapshot.Holding) })
      const text = yield* Document.make({ kind: "snapshot", version: 1, schema }).encode({
        takenAt: snapshot.takenAt,
        users: [user("u1"), user("u1")]
      })
      expect(yield* reasonOf(Snapshot.decode(text))).toMatchObject({
        _tag: "Corrupted",
        problem: expect.stringContaining("a user occurs twice")
      })
    })
  )
})

describe("A file of a snapshot", () => {
  it.effect("is read back as it was written", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      yield* Snapshot.save(`${folder}/a.json`, snapshot)
      expect(yield* Snapshot.load(`${folder}/a.json`)).toEqual(snapshot)
      expect(yield* fs.readDirectory(folder)).toEqual(["a.json"])
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )

  it.effect("stays as it was when the disk is full, and leaves nothing beside it", () => {
    const machine = new Machine()
    return Effect.gen(function* () {
      yield* Snapshot.save("a.json", snapshot)
      machine.room = 20
      const reason = yield* reasonOf(Snapshot.save("a.json", { ...snapshot, users: [] }))
      expect(reason).toMatchObject({ _tag: "DiskFull", path: "a.json" })
      expect(yield* Snapshot.load("a.json")).toEqual(snapshot)
      expect([...machine.files.keys()]).toEqual(["a.json"])
    }).pipe(Effect.provide(machine.layerFiles))
  })

  it("is the old one or the new one, wherever writing it ends", () =>
    fc.assert(
      fc.asyncProperty(fc.nat({ max: 3 }), fc.constantFrom("kill" as const, "powerCut" as const), async (step, end) => {
        const machine = new Machine()
        const now = { ...snapshot, users: [] }
        await run(Effect.provide(Snapshot.save("a.json", snapshot), machine.layerFiles))
        machine.endAt(step, end)
        await run(Effect.exit(Effect.provide(Snapshot.save("a.json", now), machine.layerFiles)))
        machine.restart()
        const found = await run(Effect.provide(Snapshot.load("a.json"), machine.layerFiles))
        expect([snapshot, now]).toContainEqual(found)
      }),
      { seed: 6, numRuns: 20 }
    ))
})
