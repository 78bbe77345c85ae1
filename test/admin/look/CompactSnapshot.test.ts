/** A snapshot read, written and compared as it comes is the one that is held as a whole. */
import { describe, expect, it } from "@effect/vitest"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import fc from "fast-check"
import { writeFileSync } from "node:fs"
import * as Document from "../../../packages/admin/src/files/Document.ts"
import * as Compare from "../../../packages/admin/src/look/Compare.ts"
import * as CompactSnapshot from "../../../packages/admin/src/look/CompactSnapshot.ts"
import { HoldingList } from "../../../packages/admin/src/look/HoldingList.ts"
import * as Snapshot from "../../../packages/admin/src/look/Snapshot.ts"
import { folder } from "../../cli/run.ts"
import { inOrganization, run, user } from "../organization.ts"

/** Ids that are nearly the same, in capitals, too, and others that are no UUIDs. */
const id = fc.oneof(
  fc.uuid(),
  fc.constantFrom("0a1b2c3d-1111-4222-8333-aaaaaaaaaaa4", "0A1B2C3D-1111-4222-8333-AAAAAAAAAAA4"),
  fc.constantFrom("ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000000"),
  fc.constantFrom("", "u1", "__proto__", "a,b]}", 'say "users": [', "\ud800", "Zoë 😀")
)
const licenses = fc.array(fc.constantFrom("a", "b", "toString", '"', "[1]"), { maxLength: 4 })
const users = (maxLength: number) =>
  fc.uniqueArray(fc.record({ id, licenses }), { selector: ({ id }) => id, maxLength })

const snapshot: fc.Arbitrary<Snapshot.Snapshot> = fc.record(
  {
    takenAt: fc.constant("2026-01-31T00:00:00.000Z"),
    organization: fc.constantFrom("__proto__", { id: "o1", name: "users", host: "api.example" }),
    users: users(12)
  },
  { requiredKeys: ["takenAt", "users"] }
)

const inOrder = (users: ReadonlyArray<Snapshot.Holding>) => users.toSorted((a, b) => (a.id < b.id ? -1 : 1))

const compact = (users: ReadonlyArray<Snapshot.Holding>) => {
  const list = new HoldingList()
  for (const { id, licenses } of users) list.push(id, licenses)
  list.sort()
  return list
}

/** A text in parts of a length. */
const cut = (text: string, length: number) => text.match(new RegExp(`[^]{1,${length}}`, "g")) ?? []

const read = (text: string, length: number) =>
  CompactSnapshot.decode(Stream.fromIterable(cut(text, length)), { source: "a.json" })

/** What both readers make of a text: the snapshot, or the words in which it is refused. */
const outcomes = async (text: string, length: number) => {
  const plain = await run(Effect.result(Snapshot.decode(text, { source: "a.json" })))
  const streamed = await run(Effect.result(read(text, length)))
  const told = <A extends { readonly users: Iterable<Snapshot.Holding> }>(
    result: Result.Result<A, { readonly message: string }>
  ) =>
    Result.isSuccess(result) ? { ...result.success, users: inOrder([...result.success.users]) } : result.failure.message
  return [told(streamed), told(plain)] as const
}

describe("CompactSnapshot", () => {
  it("is written byte by byte as Snapshot is, and read back in the order of the ids", () =>
    fc.assert(
      fc.asyncProperty(snapshot, fc.integer({ min: 1, max: 90 }), async (given, length) => {
        const sorted = { ...given, users: inOrder(given.users) }
        const text = (
          await run(Stream.runCollect(CompactSnapshot.encode({ ...given, users: compact(given.users) })))
        ).join("")
        expect(text).toBe(await run(Snapshot.encode(sorted)))
        const { users, ...found } = await run(read(text, length))
        expect({ ...found, users: [...users] }).toEqual(sorted)
      }),
      { seed: 6, numRuns: 100 }
    ))

  it("reads and refuses what Snapshot does, with the same words, however the file is formatted, edited or torn", () =>
    fc.assert(
      fc.asyncProperty(
        snapshot,
        fc.constantFrom(undefined, 1, "\t"),
        fc.boolean(),
        fc.nat(),
        fc.constantFrom("keep", "cut", "", "x", "0", " ", '"', ",", "]", "}", "{"),
        fc.integer({ min: 1, max: 90 }),
        async (given, space, isReversed, at, change, length) => {
          const document = JSON.parse(await run(Snapshot.encode(given)))
          const entries = Object.entries(document)
          const text = JSON.stringify(Object.fromEntries(isReversed ? entries.reverse() : entries), null, space)
          const place = at % text.length
          const changed =
            change === "keep"
              ? text
              : change === "cut"
                ? text.slice(0, place)
                : text.slice(0, place) + change + text.slice(place + 1)
          const [streamed, plain] = await outcomes(changed, length)
          expect(streamed).toEqual(plain)
        }
      ),
      { seed: 6, numRuns: 400 }
    ))

  it.each<[what: string, change: (document: any) => object]>([
    ["whose users have more to tell", (it) => ({ ...it, users: [{ note: 1, ...user("b") }, user("a", "x")] })],
    ["with more in it", (it) => ({ ...it, aNote: [1], zNote: { users: [1] } })],
    ["with a user twice", (it) => ({ ...it, users: [user("a"), user("b"), user("a", "x")] })],
    ["with a user who is none", (it) => ({ ...it, users: [user("a"), user("b"), { id: 7 }] })],
    ["with a license that is none", (it) => ({ ...it, users: [user("a"), { id: "b", licenses: ["x", null] }] })],
    ["with nobody in it", (it) => ({ ...it, users: [] })],
    ["whose users are no list", (it) => ({ ...it, users: { a: [1] } })],
    ["without users", ({ users: _users, ...it }) => it],
    ["without a time", ({ takenAt: _takenAt, ...it }) => it]
  ])("is what Snapshot makes of a file %s and a right checksum", async (_, change) => {
    const { checksum, ...whole } = JSON.parse(
      await run(Snapshot.encode({ takenAt: "2026-01-31T00:00:00.000Z", users: [user("a")] }))
    )
    expect(checksum).toMatch(/^sha256:/)
    const { kind: name, version, ...content } = change(whole) as Record<string, unknown>
    const { createHash } = await import("node:crypto")
    const right = createHash("sha256")
      .update(Document.canonical({ kind: name, version, ...content }))
      .digest("hex")
    for (const text of [
      JSON.stringify({ kind: name, version, checksum: `sha256:${right}`, ...content }),
      JSON.stringify({ ...content, kind: name, version, checksum: `sha256:${right}` }, null, 2)
    ]) {
      const [streamed, plain] = await outcomes(text, 7)
      expect(streamed).toEqual(plain)
    }
  })

  it.each([",", ", ", "x", "}", "] ["])("refuses what is no JSON where the list ends: %s", async (more) => {
    for (const users of [[user("a")], []]) {
      const text = await run(Snapshot.encode({ takenAt: "2026-01-31T00:00:00.000Z", users }))
      const [streamed, plain] = await outcomes(text.replace(/\]\n\}\n$/, `${more}]\n}\n`), 9)
      expect(streamed).toEqual(plain)
      expect(streamed).toContain("it is not valid JSON")
    }
  })

  it("with its list of users twice is refused, where JSON would take the second", async () => {
    const text = await run(Snapshot.encode({ takenAt: "2026-01-31T00:00:00.000Z", users: [user("a")] }))
    const twice = text.replace('  "users"', '  "users": [],\n  "users"')
    expect(await run(Effect.result(read(twice, 10)))).toMatchObject({
      failure: { message: expect.stringContaining("is not a valid snapshot") }
    })
  })

  it("is compared as lists in any order are", () =>
    fc.assert(
      fc.property(users(12), users(12), (before, after) => {
        expect(Compare.compare({ users: compact(before) }, { users: compact(after) })).toEqual(
          Compare.compare({ users: before }, { users: after })
        )
      }),
      { seed: 6 }
    ))

  it.effect("is taken as Snapshot is", () =>
    Effect.gen(function* () {
      const plain = yield* Snapshot.take()
      const { users, ...about } = yield* CompactSnapshot.take()
      expect({ ...about, users: [...users] }).toEqual(plain)
      expect(users.length).toBe(1600)
    }).pipe(inOrganization({ users: 1600 }))
  )

  it.effect("is read from a file of any encoding", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const text = yield* Snapshot.encode({ takenAt: "2026-01-31T00:00:00.000Z", users: [user("Zoë 😀", "a")] })
      writeFileSync(at("utf8.json"), `\uFEFF${text}`)
      writeFileSync(at("utf16.json"), `\uFEFF${text}`, "utf16le")
      for (const name of ["utf8.json", "utf16.json"]) {
        expect([...(yield* CompactSnapshot.load(at(name))).users]).toEqual([user("Zoë 😀", "a")])
      }
      const missing = yield* Effect.flip(CompactSnapshot.load(at("missing.json")))
      expect(missing.reason).toMatchObject({ _tag: "FileFailed", action: "read", code: "ENOENT" })
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )
})
