import { describe, expect, it } from "@effect/vitest"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import fc from "fast-check"
import { InvalidInput } from "../../../packages/admin/src/AdminError.ts"
import * as Desired from "../../../packages/admin/src/change/Desired.ts"
import * as UserIdCell from "../../../packages/admin/src/people/UserIdCell.ts"
import { reasonOf, run } from "../organization.ts"

const csv = (text: string, options?: Desired.CsvOptions) => Desired.parseCsv(text, options)
const one = { userId: "u1", licenseId: "cloudCX2", state: "present" }

describe("Desired, from CSV", () => {
  it.effect.each<[how: string, text: string]>([
    ["as it is", "userId,licenseId,state\nu1,cloudCX2,present\n"],
    ["with a byte order mark", "\uFEFFuserId,licenseId,state\nu1,cloudCX2,present\n"],
    ["with Windows line ends", "userId,licenseId,state\r\nu1,cloudCX2,present\r\n"],
    ["without an end of the last line", "userId,licenseId,state\nu1,cloudCX2,present"],
    ["with quotes", `"userId","licenseId","state"\n"u1","cloudCX2","present"\n`],
    ["with semicolons", "userId;licenseId;state\nu1;cloudCX2;present\n"],
    ["with tabs", "userId\tlicenseId\tstate\nu1\tcloudCX2\tpresent\n"],
    ["with its columns in another order", "state,licenseId,userId\npresent,cloudCX2,u1\n"],
    ["with other names and capitals", "USER,License,State\nu1,cloudCX2,Present\n"],
    ["with names as people write them", "User ID,license_id,STATE\nu1,cloudCX2,present\n"],
    ["below the line that tells Excel its separator", "sep=;\r\nuserId;licenseId\r\nu1;cloudCX2\r\n"],
    ["below the line that PowerShell writes", '#TYPE Selected.User\r\n"userId","licenseId"\r\n"u1","cloudCX2"\r\n'],
    ["below empty lines, with semicolons", "\r\n;;\r\nuserId;licenseId\r\nu1;cloudCX2\r\n"],
    ["with a comma in a name in quotes", 'userId;licenseId;"name"\nu1;cloudCX2;"Doe, Jane, Dr."\n'],
    ["with empty columns at the end", "userId,licenseId,,\r\nu1,cloudCX2,,\r\nu1,cloudCX2\r\n"],
    [
      "with what is known of the user",
      "userId,licenseId,email,name,division,lastLogin,userState\nu1,cloudCX2,a,b,c,d,e"
    ],
    ["with white space and empty lines", "userId , licenseId,state\n\n  u1 ,cloudCX2, present\n\n,,\n"],
    ["without a state", "userId,licenseId\nu1,cloudCX2\n"],
    ["with the same row twice", "userId,licenseId,state\nu1,cloudCX2,present\nu1,cloudCX2,present\n"]
  ])("is read %s", ([, text]) =>
    Effect.gen(function* () {
      expect(yield* csv(text)).toEqual({ assignments: [one], exactly: [] })
    })
  )

  it.effect.each<[how: string, cell: string]>([
    ["in capitals", "0A1B2C3D-1111-4222-8333-AAAAAAAAAAA1"],
    ["in braces", "{0a1b2c3d-1111-4222-8333-aaaaaaaaaaa1}"],
    ["after a byte order mark", "\uFEFF0a1b2c3d-1111-4222-8333-aaaaaaaaaaa1"],
    ["between no-break spaces", "\u00A00a1b2c3d-1111-4222-8333-aaaaaaaaaaa1\u00A0"],
    ["with a zero width space and a soft hyphen", "\u200B0a1b2c3d-1111-\u00AD4222-8333-aaaaaaaaaaa1"]
  ])("knows a GUID that is written %s", ([, cell]) =>
    Effect.gen(function* () {
      const assignment = { userId: "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa1", licenseId: "cloudCX2", state: "present" }
      const expected = { assignments: [assignment], exactly: [] }
      expect(yield* csv(`userId,licenseId\n"${cell}","\u200BcloudCX2\u00A0"\n`)).toEqual(expected)
      const row = { userId: cell, licenseId: "\u200BcloudCX2" }
      expect(yield* Desired.parseJson(JSON.stringify({ assignments: [row] }))).toEqual(expected)
      expect(yield* Desired.parseNdjson(JSON.stringify(row))).toEqual(expected)
      expect(yield* Desired.parseJson(JSON.stringify({ exactly: { cloudCX2: [cell, assignment.userId] } }))).toEqual({
        assignments: [],
        exactly: [{ licenseId: "cloudCX2", userIds: [assignment.userId] }]
      })
    })
  )

  it.effect("is contradicted by a row that spells the same user in capitals", () =>
    Effect.gen(function* () {
      const id = "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa1"
      const text = `userId,licenseId,state\n${id},cloudCX2,present\n${id.toUpperCase()},cloudCX2,absent\n`
      expect(yield* reasonOf(csv(text))).toMatchObject({ line: 3, problem: expect.stringContaining("on line 2") })
    })
  )

  it.effect("has no user where nothing is to be seen", () =>
    Effect.gen(function* () {
      const reason = { _tag: "InvalidInput" }
      expect(yield* reasonOf(csv("userId,licenseId\n\u200B,cloudCX2\n"))).toMatchObject({ ...reason, column: "userId" })
      expect(yield* reasonOf(Desired.parseJson(`{"exactly":{"a":["\u200B"]}}`))).toMatchObject(reason)
    })
  )

  it.effect("is nothing when there is only a header", () =>
    Effect.gen(function* () {
      expect(yield* csv("userId,licenseId\n")).toEqual({ assignments: [], exactly: [] })
    })
  )

  it.effect.each<[problem: string, text: string, reason: object]>([
    ["is empty", "", { problem: expect.stringContaining("empty") }],
    ["lacks a column", "userId,state\nu1,present\n", { line: 1, problem: expect.stringContaining("licenseId") }],
    ["has a column that is not known", "userId,licenseId,stat\nu1,cloudCX2,absent\n", { line: 1, column: "stat" }],
    [
      "has a column without a name that is used",
      "sep=,\nuserId,licenseId,\nu1,cloudCX2,absent\n",
      { line: 2, column: "column 3" }
    ],
    ["has a column twice", "userId,licenseId,user\nu1,cloudCX2,u2\n", { line: 1, column: 3 }],
    ["has a row that is too short", "userId,licenseId\nu1,cloudCX2\nu2\n", { line: 3 }],
    ["has a row that is too long", "userId,licenseId\nu1,cloudCX2,absent\n", { line: 2 }],
    ["has a row without a user", "userId,licenseId\n,cloudCX2\n", { line: 2, column: "userId" }],
    ["has a row without a license", "userId,licenseId\nu1,\n", { line: 2, column: "licenseId" }],
    ["has a state of its own", "userId,licenseId,state\nu1,cloudCX2,yes\n", { line: 2, column: "state" }],
    [
      "has no state where there is a column for it",
      "userId,licenseId,state\nu1,cloudCX2,\n",
      { line: 2, column: "state" }
    ],
    [
      "has a quote that does not end",
      `sep=,\nuserId,licenseId\nu1,a\nu2,"b\n${"u3,c\n".repeat(9)}`,
      { line: 4, problem: expect.stringContaining("never closed") }
    ],
    [
      "has a quote that does not end, far from its end",
      `userId,licenseId\nu1,"a\n${"u3,c\n".repeat(300_000)}`,
      { line: 2, problem: expect.stringContaining("quote") }
    ],
    ["has a quote that does not end", `userId,licenseId\n"u1,cloudCX2\n`, { line: 2, column: 1 }],
    ["has a quote in the middle", `userId,licenseId\nu1,cloud"CX2\n`, { line: 2, column: 2 }],
    [
      "contradicts itself",
      "userId,licenseId,state\nu1,cloudCX2,present\nu2,cloudCX2,present\nu1,cloudCX2,absent\n",
      { line: 4, problem: expect.stringContaining("present on line 2") }
    ],
    [
      "is wrong after a cell of several lines",
      `userId,licenseId\n"u\r\n1\n",cloudCX2\nu2,\n`,
      { line: 5, column: "licenseId" }
    ]
  ])("is refused where it %s", ([, text, reason]) =>
    Effect.gen(function* () {
      const found = yield* reasonOf(csv(text, { source: "desired.csv" }))
      expect(found).toBeInstanceOf(InvalidInput)
      expect(found).toMatchObject({ source: "desired.csv", ...reason })
    })
  )

  it.effect("names the place and the problem in one line", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(
        csv('userId,licenseId,state\nu1,cloudCX2,"ye\u001b[31m\ns"\n', { source: "desired.csv" })
      )
      expect(reason.message).toBe(`desired.csv, line 2, column state: must be present or absent, not "ye [31m s".`)
    })
  )

  it.effect("can be all who shall have a license", () =>
    Effect.gen(function* () {
      const text = "userId,licenseId,state\nu1,a,present\nu2,a,present\nu3,a,absent\nu1,b,absent\n"
      expect(yield* csv(text, { exact: true })).toEqual({
        assignments: [{ userId: "u1", licenseId: "b", state: "absent" }],
        exactly: [{ licenseId: "a", userIds: ["u1", "u2"] }]
      })
    })
  )

  it("is read back from whatever a spreadsheet would write", () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.record({
            userId: fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }).filter(isPlain),
            licenseId: fc.constantFrom("a", "b", 'say "c"', "d,e", "f;g"),
            state: fc.constantFrom("present" as const, "absent" as const)
          }),
          { selector: ({ licenseId, userId }) => JSON.stringify([userId, licenseId]) }
        ),
        async (assignments) => {
          const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`
          const rows = assignments.map(({ licenseId, state, userId }) => [userId, licenseId, state].map(quote).join())
          const text = ["userId,licenseId,state", ...rows].join("\r\n")
          expect((await run(csv(text))).assignments).toEqual(assignments)
        }
      ),
      { seed: 6, numRuns: 100 }
    ))
})

/** White space and braces around a cell are not part of it, nor is what nobody sees. */
const isPlain = (text: string) => UserIdCell.read(text) === text && text !== ""

describe("Desired, from JSON", () => {
  const json = (value: unknown) => Desired.parseJson(JSON.stringify(value), { source: "desired.json" })

  it.effect("has assignments, and users who shall have exactly a license", () =>
    Effect.gen(function* () {
      const assignments = [
        { userId: "u1", licenseId: "a" },
        { userId: "u1", licenseId: "b", state: "absent" }
      ]
      expect(yield* json({ assignments, exactly: { c: ["u2", "u2", "u3"] } })).toEqual({
        assignments: [
          { userId: "u1", licenseId: "a", state: "present" },
          { userId: "u1", licenseId: "b", state: "absent" }
        ],
        exactly: [{ licenseId: "c", userIds: ["u2", "u3"] }]
      })
      expect(yield* json({})).toEqual({ assignments: [], exactly: [] })
    })
  )

  it.effect.each<[problem: string, value: unknown, problem: string]>([
    ["is no object", [], "object"],
    ["has a field that is not known", { assignment: [] }, "assignment"],
    ["has another state", { assignments: [{ userId: "u", licenseId: "a", state: "no" }] }, "assignments[0].state"],
    ["has a user who is none", { exactly: { a: ["u", ""] } }, "exactly.a[1]"],
    [
      "contradicts itself",
      {
        assignments: [
          { userId: "u", licenseId: "a" },
          { userId: "u", licenseId: "a", state: "absent" }
        ]
      },
      "absent here, but present elsewhere"
    ],
    [
      "takes from a user what they shall have exactly",
      { assignments: [{ userId: "u", licenseId: "a", state: "absent" }], exactly: { a: ["u"] } },
      "absent here, but present elsewhere"
    ],
    [
      "gives to a user what others shall have exactly",
      { assignments: [{ userId: "u", licenseId: "a" }], exactly: { a: ["v"] } },
      "missing from its list"
    ]
  ])("is refused where it %s", ([, value, problem]) =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(json(value))
      expect(reason).toBeInstanceOf(InvalidInput)
      expect(reason).toMatchObject({ source: "desired.json", problem: expect.stringContaining(problem) })
    })
  )

  it.effect("is refused at the place where it is no JSON", () =>
    Effect.gen(function* () {
      expect(yield* reasonOf(Desired.parseJson(`{\n  "exactly": {]\n}`))).toMatchObject({ line: 2, column: 15 })
      expect(yield* reasonOf(Desired.parseJson(""))).toMatchObject({ problem: "it is not valid JSON" })
      expect(yield* reasonOf(Desired.parseJson(`[{"userId":"u1","licenseId":"a"}]`))).toMatchObject({
        problem: expect.stringContaining("not a list")
      })
    })
  )
})

describe("Desired, from NDJSON", () => {
  it.effect("has an assignment on each line", () =>
    Effect.gen(function* () {
      const text = `{"userId":"u1","licenseId":"a","name":"Jane"}\n\n{"userId":"u2","licenseId":"a","state":"absent"}\n`
      expect(yield* Desired.parseNdjson(text)).toEqual({
        assignments: [
          { userId: "u1", licenseId: "a", state: "present" },
          { userId: "u2", licenseId: "a", state: "absent" }
        ],
        exactly: []
      })
      expect(yield* Desired.parseNdjson(text, { exact: true })).toEqual({
        assignments: [],
        exactly: [{ licenseId: "a", userIds: ["u1"] }]
      })
    })
  )

  it.effect.each<[problem: string, text: string, reason: object]>([
    ["is no JSON", `{"userId":"u","licenseId":"a"}\n{"userId`, { line: 2 }],
    ["has a field that is not known", `{"userId":"u","licenseId":"a","stat":"absent"}`, { line: 1 }],
    [
      "contradicts itself",
      `{"userId":"u","licenseId":"a"}\n{"userId":"u","licenseId":"a","state":"absent"}`,
      { line: 2, problem: expect.stringContaining("present on line 1") }
    ]
  ])("is refused where it %s", ([, text, reason]) =>
    Effect.gen(function* () {
      const found = yield* reasonOf(Desired.parseNdjson(text, { source: "desired.ndjson" }))
      expect(found).toMatchObject({ _tag: "InvalidInput", source: "desired.ndjson", ...reason })
    })
  )
})

describe("Desired, from a file", () => {
  it.effect.each<[name: string, text: string]>([
    ["desired", "userId,licenseId\nu1,cloudCX2\n"],
    ["desired.txt", '{ "assignments": [{ "userId": "u1", "licenseId": "cloudCX2" }] }'],
    ["desired.txt", '{\n  "assignments": [{ "userId": "u1", "licenseId": "cloudCX2" }]\n}\n'],
    ["-", '{"userId":"u1","licenseId":"cloudCX2"}\r\n{"userId":"u1","licenseId":"cloudCX2"}\r\n'],
    ["desired.jsonl", '{"userId":"u1","licenseId":"cloudCX2"}']
  ])("is what %s looks like: %s", ([name, text]) =>
    Effect.gen(function* () {
      const files = FileSystem.makeNoop({ readFile: () => Effect.succeed(new TextEncoder().encode(text)) })
      const desired = yield* Effect.provideService(Desired.load(name), FileSystem.FileSystem, files)
      expect(desired).toEqual({ assignments: [one], exactly: [] })
    })
  )

  it.effect("in JSON is not made exact from outside", () =>
    Effect.gen(function* () {
      const readFile = () => Effect.succeed(new TextEncoder().encode(JSON.stringify({ assignments: [one] })))
      const load = Desired.load("desired.json", { exact: true })
      const reason = yield* reasonOf(
        Effect.provideService(load, FileSystem.FileSystem, FileSystem.makeNoop({ readFile }))
      )
      expect(reason).toMatchObject({ _tag: "InvalidInput", problem: expect.stringContaining('"exactly"') })
    })
  )

  it.effect("is JSON or CSV by the name of the file", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      yield* fs.writeFileString(`${folder}/desired.JSON`, JSON.stringify({ assignments: [one] }))
      yield* fs.writeFileString(`${folder}/desired.csv`, "\uFEFFuserId,licenseId\r\nu1,cloudCX2\r\n")
      const assignments = [one]
      expect(yield* Desired.load(`${folder}/desired.JSON`)).toEqual({ assignments, exactly: [] })
      expect(yield* Desired.load(`${folder}/desired.csv`)).toEqual({ assignments, exactly: [] })
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )

  it.effect("names the file that is not there, is no text, or is wrong", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const path = `${folder}/desired.csv`
      expect(yield* reasonOf(Desired.load(path))).toMatchObject({
        _tag: "FileFailed",
        path,
        action: "read",
        code: "ENOENT"
      })
      // "userId\nü", as older spreadsheets save it.
      yield* fs.writeFile(path, Uint8Array.of(0x75, 0x73, 0x65, 0x72, 0x49, 0x64, 0x0a, 0xfc))
      expect(yield* reasonOf(Desired.load(path))).toMatchObject({
        source: path,
        line: 2,
        problem: expect.stringContaining("UTF-8")
      })
      yield* fs.writeFileString(path, "userId\nu1\n")
      expect(yield* reasonOf(Desired.load(path))).toMatchObject({ source: path, line: 1 })
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )
})
