import { describe, expect, it } from "@effect/vitest"
import { aToken, failure, overEachClient } from "../support/Attack.ts"
import { json } from "../support/HostileServer.ts"

/** Ids that would leave their path segment. */
const refused: ReadonlyArray<readonly [label: string, id: string]> = [
  ["two dots", ".."],
  ["a dot", "."],
  ["encoded dots", "%2e%2e"],
  ["dots encoded twice", "%252e%252e"],
  ["half encoded dots", ".%2E"],
  ["nothing", ""],
  ["a lone surrogate", "\ud800"],
  ["a lone low surrogate", "a\udc00"]
]

/** Ids that arrive unchanged in their path segment. */
const encoded: ReadonlyArray<readonly [label: string, id: string]> = [
  ["a path with ..", "../../users"],
  ["an encoded path with ..", "..%2f..%2fusers"],
  ["an encoded slash", "%2f"],
  ["a slash", "a/b"],
  ["a slash at the beginning", "/a"],
  ["two slashes and a host", "//127.0.0.1/a"],
  ["a query", "?x=1"],
  ["a fragment", "#x"],
  ["a parameter", ";a=b"],
  ["a backslash", "\\"],
  ["a path with .. and backslashes", "..\\..\\users"],
  ["a NUL", "a\0b"],
  ["a line break", "a\r\nx-evil: 1"],
  ["a request", " HTTP/1.1\r\nhost: evil\r\n\r\nGET /"],
  ["spaces", " a b "],
  ["a tab between dots", ".\t."],
  ["a plus", "a+b"],
  ["a right-to-left mark", "\u200f\u202eabc"],
  ["an emoji", "\ud83d\ude00"],
  ["letters with accents in two forms", "\u00e9e\u0301"],
  ["a full-width dot", "\uff0e\uff0e"],
  ["a template", ":userId*"],
  ["a percent sign", "100%"],
  ["a colon", "javascript:alert(1)"],
  ["10 kB", "a".repeat(10_240)],
  ["three dots", "..."],
  ["a name in Object.prototype", "__proto__"]
]

const base = "/api/v2/license/"

overEachClient("An id of", (attack) => {
  describe("a path", () => {
    it.live.each(refused)("that is %s is refused, and nothing is sent", ([, id]) =>
      attack(function* (server, license) {
        for (const call of [
          license.getUser(id),
          license.getDefinition(id),
          license.getToggle(id),
          license.switchToggle(id)
        ] as const) {
          expect((yield* failure<unknown>(call)).reason._tag).toBe("InvalidRequest")
        }
        expect(server.requests).toHaveLength(0)
      })
    )

    it.live.each(encoded)("that is %s stays in its segment", ([, id]) =>
      attack({ credentials: aToken }, function* (server, license) {
        server.always(json({ id: "a" }))
        yield* license.getUser(id)
        yield* license.getDefinition(id)
        yield* license.getToggle(id)
        yield* license.switchToggle(id)
        const operations = ["users", "definitions", "toggles", "toggles"]
        expect(server.calls).toHaveLength(4)
        for (const [index, request] of server.calls.entries()) {
          const segment = request.path.slice(`${base}${operations[index]}/`.length)
          expect(request.path.startsWith(`${base}${operations[index]}/`)).toBe(true)
          expect(segment).not.toMatch(/[/?#\\\s]/)
          expect(decodeURIComponent(segment)).toBe(id)
          expect(request.headers["x-evil"]).toBeUndefined()
        }
      })
    )
  })

  describe("a body", () => {
    const all = [...refused, ...encoded].map(([, id]) => id)

    it.live("arrives unchanged, whatever it is", () =>
      attack({ credentials: aToken }, function* (server, license) {
        server.next(json({}), json([]), json([]), json([]))
        yield* license.getUsers(all)
        yield* license.inferFromRoles(all)
        yield* license.inferFromPermissions(all)
        const named = all.filter((id) => id !== "" && id.isWellFormed())
        yield* license.updateAssignments([{ licenseId: "..", userIdsAdd: named, userIdsRemove: [] }])
        const bodies = server.calls.map((request) => JSON.parse(request.body))
        expect(bodies).toEqual([
          all,
          all,
          all,
          { assignments: [{ licenseId: "..", userIdsAdd: named, userIdsRemove: [] }] }
        ])
        expect(server.calls.map((request) => request.path)).toEqual([
          `${base}users`,
          `${base}infer`,
          `${base}infer/permissions`,
          `${base}organization`
        ])
      })
    )
  })

  describe("a change", () => {
    it.live.each(["", "\ud800", "a\udc00"])("that is %j is refused, and nothing is sent", (id) =>
      attack(function* (server, license) {
        for (const [licenseId, userId] of [
          ["cloudCX2", id],
          [id, "a"]
        ] as const) {
          for (const userIds of [
            { userIdsAdd: [userId], userIdsRemove: [] },
            { userIdsAdd: [], userIdsRemove: [userId] }
          ]) {
            const failed = yield* failure(license.updateAssignments([{ licenseId, ...userIds }]))
            expect(failed.reason._tag).toBe("InvalidRequest")
            expect(failed.message).toMatch(/assignments\[0\]\.\w+(\[0\])?: must not/)
          }
        }
        expect(server.requests).toHaveLength(0)
      })
    )
  })

  describe("a page", () => {
    it.live.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 1e21])("%d is refused", (number) =>
      attack(function* (server, license) {
        for (const page of [
          { pageNumber: number, pageSize: 25 },
          { pageNumber: 1, pageSize: number }
        ]) {
          expect((yield* failure(license.getUsersPage(page))).reason._tag).toBe("InvalidRequest")
        }
        expect(server.requests).toHaveLength(0)
      })
    )
  })
})
