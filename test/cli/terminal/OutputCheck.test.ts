/**
 * Whatever is read or written beside it: an output never takes its place, and nothing
 * is sent before that is clear.
 */
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { existsSync, linkSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { folder, runHere, withoutChance } from "../run.ts"

const organization = Server.layer({ users: 40, seed: "golden" })

/** A folder with a desired state, a plan of it, and facts. */
const prepared = Effect.gen(function* () {
  const at = yield* folder
  const { stdout } = yield* runHere("users", "--unlicensed", "--format", "ndjson")
  const { userId } = JSON.parse(stdout.split("\n")[0]!)
  writeFileSync(at("desired.json"), JSON.stringify({ assignments: [{ userId, licenseId: "cloudCX2" }] }))
  writeFileSync(at("facts.csv"), `userId,name\n${userId},Jane\n`)
  yield* runHere("plan", at("desired.json"), "--output", at("plan.json"))
  yield* runHere("snapshot", "--output", at("before.json"))
  yield* Effect.flatMap(Emulator, ({ journal }) => journal.clear)
  return at
})

/** Refused with 1, with the file as it was and without a request. */
const refused = Effect.fnUntraced(function* (file: string, ...args: ReadonlyArray<string>) {
  const { journal } = yield* Emulator
  const before = existsSync(file) ? readFileSync(file, "utf8") : undefined
  const { exitCode, stderr, stdout } = yield* runHere(...args)
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
  expect(existsSync(file) ? readFileSync(file, "utf8") : undefined).toBe(before)
  expect(yield* journal.requests).toEqual([])
  return withoutChance(stderr)
})

describe("An output that is also", () => {
  it.live("the desired state, is refused", () =>
    Effect.gen(function* () {
      const at = yield* prepared
      expect(yield* refused(at("desired.json"), "plan", at("desired.json"), "-o", at("desired.json"))).toBe(
        "--output <folder>/desired.json is the same file as the desired state, which would be lost. Nothing was written or sent. Choose another file.\n"
      )
    }).pipe(Effect.provide(organization))
  )

  it.live("the plan, its journal, or a journal that does not exist yet, is refused", () =>
    Effect.gen(function* () {
      const at = yield* prepared
      const apply = ["apply", at("plan.json"), "--yes"]
      expect(yield* refused(at("plan.json"), ...apply, "-o", at("plan.json"))).toContain("the same file as the plan")
      const journal = ["--journal", at("j.ndjson")]
      expect(
        yield* refused(at("j.ndjson"), ...apply, ...journal, "-o", at("j.ndjson").replace("/j.", "/./j."))
      ).toContain("the same file as the journal")
      writeFileSync(at("j.ndjson"), "")
      expect(
        yield* refused(at("j.ndjson"), ...apply, ...journal, "-o", at("j.ndjson").replace("/j.", "/./j."))
      ).toContain("the same file as the journal")
      expect(yield* refused(at("plan.json"), ...apply, "--journal", at("plan.json"))).toContain(
        "the journal <folder>/plan.json is the same file as the plan"
      )
    }).pipe(Effect.provide(organization))
  )

  it.live("the facts, is refused, for users as for an audit", () =>
    Effect.gen(function* () {
      const at = yield* prepared
      for (const command of ["users", "audit"]) {
        const stderr = yield* refused(at("facts.csv"), command, "--facts", at("facts.csv"), "-o", at("facts.csv"))
        expect(stderr).toContain("the same file as the facts")
      }
    }).pipe(Effect.provide(organization))
  )

  it.live("a snapshot that is compared, is refused", () =>
    Effect.gen(function* () {
      const at = yield* prepared
      const before = at("before.json")
      expect(yield* refused(before, "compare", before, "-o", before)).toContain("the same file as the snapshot before")
      writeFileSync(at("after.json"), readFileSync(before))
      expect(yield* refused(at("after.json"), "compare", before, at("after.json"), "-o", at("after.json"))).toContain(
        "the same file as the snapshot after"
      )
    }).pipe(Effect.provide(organization))
  )

  it.live("the journal that is undone, is refused", () =>
    Effect.gen(function* () {
      const at = yield* prepared
      yield* runHere("apply", at("plan.json"), "--yes", "--journal", at("journal"))
      yield* Effect.flatMap(Emulator, ({ journal }) => journal.clear)
      expect(yield* refused(at("journal"), "undo", at("journal"), "-o", at("journal"))).toContain(
        "the same file as the journal"
      )
    }).pipe(Effect.provide(organization))
  )

  it.live("one of them by a link, a second name, or a link that leads nowhere yet, is refused", () =>
    Effect.gen(function* () {
      const at = yield* prepared
      symlinkSync(at("desired.json"), at("link.json"))
      linkSync(at("desired.json"), at("second.json"))
      for (const name of ["link.json", "second.json"]) {
        expect(yield* refused(at("desired.json"), "plan", at("desired.json"), "-o", at(name))).toContain(
          "the same file as the desired state"
        )
        expect(yield* refused(at("desired.json"), "plan", at(name), "-o", at("desired.json"))).toContain(
          "the same file as the desired state"
        )
      }
      symlinkSync("later.ndjson", at("link.ndjson"))
      const apply = ["apply", at("plan.json"), "--yes", "--journal", at("later.ndjson"), "-o", at("link.ndjson")]
      expect(yield* refused(at("later.ndjson"), ...apply)).toContain("the same file as the journal")
    }).pipe(Effect.provide(organization))
  )
})

describe("An output that is another file", () => {
  it.live("is written, also beside one of the same content", () =>
    Effect.gen(function* () {
      const at = yield* prepared
      writeFileSync(at("copy.json"), readFileSync(at("desired.json")))
      expect((yield* runHere("plan", at("desired.json"), "-o", at("copy.json"))).exitCode).toBe(2)
      expect(JSON.parse(readFileSync(at("copy.json"), "utf8"))).toMatchObject({ kind: "genesys-license plan" })
    }).pipe(Effect.provide(organization))
  )
})
