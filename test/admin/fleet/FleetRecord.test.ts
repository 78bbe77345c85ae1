import { describe, expect, it } from "@effect/vitest"
import { FleetRecord } from "@genesys-license/admin"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { folder } from "../../cli/run.ts"

const entry = {
  command: "audit",
  id: "acme",
  state: "done",
  at: "2026-11-27T00:00:00.000Z",
  task: "task",
  numbers: { users: 7 },
  notes: []
} as const

/** A folder with a file of an organization, and a record that tells of it. */
const written = Effect.gen(function* () {
  const at = yield* folder
  const record = yield* FleetRecord.open(at("out"), "audit")
  writeFileSync(at("out/acme.json"), "{}")
  const file = { name: "acme.json", checksum: yield* FleetRecord.checksum(new TextEncoder().encode("{}")) }
  yield* record.add({ ...entry, file })
  return { at, record, file }
})

const isDone = (path: string, task = "task") =>
  Effect.flatMap(FleetRecord.open(path, "audit"), (record) => record.isDone("acme", task))

describe("the record of a fleet", () => {
  it.effect("tells the next run what is done, for its owner's eyes only", () =>
    Effect.gen(function* () {
      const { at } = yield* written
      expect(yield* isDone(at("out"))).toBe(true)
      expect(statSync(at("out")).mode & 0o777).toBe(0o700)
      expect(statSync(at("out/fleet.ndjson")).mode & 0o777).toBe(0o600)
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )

  it.effect("takes nothing for done that is another task, or whose file is gone, changed or never was", () =>
    Effect.gen(function* () {
      const { at, file, record } = yield* written
      expect(yield* isDone(at("out"), "another")).toBe(false)
      writeFileSync(at("out/acme.json"), "{ }")
      expect(yield* isDone(at("out"))).toBe(false)
      writeFileSync(at("out/acme.json"), "{}")
      expect(yield* isDone(at("out"))).toBe(true)
      for (const state of ["failed", "partly", "timedOut"] as const) {
        yield* record.add({ ...entry, state, file })
        expect(yield* isDone(at("out"))).toBe(false)
      }
      yield* record.add(entry)
      expect(yield* isDone(at("out"))).toBe(false)
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )

  it.effect("is read past a line that a crash has torn, and goes on behind it", () =>
    Effect.gen(function* () {
      const { at } = yield* written
      appendFileSync(at("out/fleet.ndjson"), '{"command":"audit","id":"glo')
      expect(yield* isDone(at("out"))).toBe(true)
      const record = yield* FleetRecord.open(at("out"), "audit")
      yield* record.add({ ...entry, id: "globex", state: "failed" })
      expect(readFileSync(at("out/fleet.ndjson"), "utf8").trimEnd().split("\n")).toHaveLength(3)
      const again = yield* FleetRecord.open(at("out"), "audit")
      expect([again.of("acme")?.state, again.of("globex")?.state]).toEqual(["done", "failed"])
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )

  it.effect("is that of one command", () =>
    Effect.gen(function* () {
      const { at } = yield* written
      const error = yield* Effect.flip(FleetRecord.open(at("out"), "snapshot"))
      expect(error.message).toMatch(/out: it already has results of `fleet audit`\. Use another folder/)
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )
})
