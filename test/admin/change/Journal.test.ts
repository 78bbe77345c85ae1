import { GenesysError, RateLimited } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import * as Journal from "../../../packages/admin/src/change/Journal.ts"
import * as Pair from "../../../packages/admin/src/licenses/Pair.ts"
import { reasonOf, run } from "../organization.ts"

const at = "2026-01-31T00:00:00.000Z"
const change = { userId: "u", licenseId: "cloudCX2", change: "add" } as const
const opened = (session: string, ...takesOver: ReadonlyArray<string>): Journal.Entry => ({
  _tag: "Opened",
  version: 2,
  plan: "sha256:0",
  session,
  owner: `owner of ${session}`,
  takesOver,
  at
})
const closed = (session: string): Journal.Entry => ({ _tag: "Closed", session, at })
const sending: Journal.Entry = { _tag: "Sending", changes: [change], at }
const checked = (isSo: boolean): Journal.Entry => ({ _tag: "Checked", found: [{ change, isSo }], at })
const error = new GenesysError({
  operation: "postLicenseOrganization",
  reason: new RateLimited({ retryAfter: Duration.seconds(5) }),
  attempts: 6
})
const done: Journal.Entry = { _tag: "Answered", outcomes: [{ _tag: "Done", ...change, result: "ok" }], at }
const refused: Journal.Entry = { _tag: "Answered", outcomes: [{ _tag: "Refused", ...change, result: "no" }], at }
const unknown: Journal.Entry = { _tag: "Answered", outcomes: [{ _tag: "Unknown", ...change }], at }
const notSent: Journal.Entry = { _tag: "Answered", outcomes: [{ _tag: "NotSent", ...change, error }], at }

/** A line that tells which run wrote it. */
const by = (session: string, entry: Journal.Entry): Journal.Entry =>
  entry._tag === "Opened" || entry._tag === "Closed" ? entry : { ...entry, session }

const text = (...entries: ReadonlyArray<Journal.Entry>) => entries.map(Journal.line).join("")
const standing = (journal: Journal.Journal) => journal.standings.get(Pair.key(change))?.standing

describe("Journal", () => {
  it.effect.each<[standing: string, entries: ReadonlyArray<Journal.Entry>]>([
    ["unknown", [sending]],
    ["done", [sending, done]],
    ["refused", [sending, refused]],
    ["unknown", [sending, unknown]],
    ["notSent", [sending, notSent]],
    ["done", [sending, checked(true)]],
    ["unknown", [sending, checked(false)]],
    ["done", [sending, unknown, checked(true)]],
    ["done", [sending, done, checked(true)]],
    ["alreadySo", [sending, refused, checked(true)]],
    ["alreadySo", [sending, notSent, checked(true)]],
    ["done", [sending, refused, sending, done]],
    ["unknown", [sending, notSent, sending]]
  ])("tells that a change is %s", ([expected, entries]) =>
    Effect.gen(function* () {
      expect(standing(yield* Journal.parse(text(opened("s"), ...entries)))).toBe(expected)
    })
  )

  it.effect("tells that a change was so before, where the server says it", () =>
    Effect.gen(function* () {
      const outcomes = [{ _tag: "Done", ...change, result: "Already assigned", alreadySo: true }] as const
      expect(standing(yield* Journal.parse(text(opened("s"), sending, { _tag: "Answered", outcomes, at })))).toBe(
        "alreadySo"
      )
    })
  )

  it.effect.each<[standing: string, what: string, entries: ReadonlyArray<Journal.Entry>]>([
    ["done", "announces", [by("b", done), by("a", sending)]],
    ["done", "hears that a change was refused which the other has made", [by("b", done), by("a", refused)]],
    ["unknown", "hears that its change was not let in", [by("a", notSent)]],
    ["done", "hears that its change was made", [by("a", done)]],
    ["refused", "finds something", [by("b", refused), by("a", checked(true))]]
  ])("tells that a change is %s when a run that was taken over %s", ([expected, , entries]) =>
    Effect.gen(function* () {
      const lines = [opened("a"), by("a", sending), opened("b", "a"), by("b", sending), ...entries]
      expect(standing(yield* Journal.parse(text(...lines)))).toBe(expected)
    })
  )

  it.effect("of the version before, which did not tell who wrote a line, is read", () =>
    Effect.gen(function* () {
      const lines = [opened("a"), sending, opened("b", "a"), sending, done].map((entry) =>
        entry._tag === "Opened" ? { ...entry, version: 1 } : entry
      )
      expect(standing(yield* Journal.parse(text(...lines)))).toBe("done")
    })
  )

  it.effect("keeps what was heard, errors included", () =>
    Effect.gen(function* () {
      const journal = yield* Journal.parse(text(opened("s"), sending, notSent))
      const heard = journal.standings.get(Pair.key(change))?.outcome
      expect(heard).toEqual({ _tag: "NotSent", ...change, error })
      expect(heard?._tag === "NotSent" && heard.error.message).toBe(error.message)
    })
  )

  it.effect("tells which runs have not ended", () =>
    Effect.gen(function* () {
      const sessions = (...entries: ReadonlyArray<Journal.Entry>) =>
        Effect.map(Journal.parse(text(...entries)), ({ sessions }) => sessions.map(({ session }) => session))
      expect(yield* sessions(opened("a"))).toEqual(["a"])
      expect(yield* sessions(opened("a"), closed("a"))).toEqual([])
      expect(yield* sessions(opened("a"), opened("b", "a"))).toEqual(["b"])
      expect(yield* sessions(opened("a"), opened("b"), closed("b"))).toEqual(["a"])
    })
  )

  it.effect("is empty when the file is, or has no whole line", () =>
    Effect.gen(function* () {
      expect(yield* Journal.parse("")).toEqual(Journal.empty)
      // The first run has not come far, nor the second.
      expect(yield* Journal.parse(`{"_ta`)).toEqual(Journal.empty)
      expect(yield* Journal.parse(`{"_tag":"Opened","pla\n{"_tag":"Ope`)).toEqual(Journal.empty)
    })
  )

  it("that ends anywhere is read up to its last whole line", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), async (cut) => {
        const lines = [opened("s"), sending, unknown, checked(true), closed("s")].map(Journal.line)
        const whole = lines.join("")
        const length = lines[0]!.length + (cut % (whole.length - lines[0]!.length))
        const expected = lines.filter((_, index) => lines.slice(0, index + 1).join("").length <= length + 1)
        const found = await run(Journal.parse(whole.slice(0, length)))
        expect(found).toEqual(await run(Journal.parse(expected.join(""))))
      }),
      { seed: 6, numRuns: 200 }
    ))

  it.effect("passes over a line that a run has torn before it ended, or before the next began", () =>
    Effect.gen(function* () {
      const torn = Journal.line(sending).slice(0, 20)
      for (const next of [opened("b", "s"), closed("s")]) {
        expect((yield* Journal.parse(`${text(opened("s"))}${torn}\n${text(next)}`)).standings.size).toBe(0)
      }
    })
  )

  it.effect.each<[what: string, text: string, line: number]>([
    ["has a torn line in the middle of a run", `${text(opened("s"))}{"_tag":"Send\n${text(done)}`, 2],
    ["has a line of another kind in it", `${text(opened("s"))}{"_tag":"Paused"}\n${text(done)}`, 2],
    ["ends with a line of another kind", `${text(opened("s"))}{"_tag":"Paused"}`, 2],
    ["is something else", "userId,licenseId\nu,cloudCX2\n", 1],
    ["begins with something else", `\n${text(opened("s"))}`, 1]
  ])("that %s is refused, with the line", ([, text, line]) =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(Journal.parse(text, { source: "journal.ndjson" }))
      expect(reason).toMatchObject({ _tag: "Corrupted", document: "journal", source: "journal.ndjson" })
      expect(reason.message).toContain(`line ${line}`)
    })
  )

  it.effect("of a later version asks for a later program", () =>
    Effect.gen(function* () {
      const later = text(opened("s")).replace(`"version":2`, `"version":3`)
      for (const text of [later, later.replace("session", "run")]) {
        expect(yield* reasonOf(Journal.parse(text))).toMatchObject({ _tag: "NewerVersion", version: 3, supported: 2 })
      }
    })
  )
})
