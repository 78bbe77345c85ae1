import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { type Answer, json, late, reply, type Sent } from "../support/StubApi.ts"
import { failureOf, withStub } from "./clients.ts"

const asked = ({ body }: Sent): ReadonlyArray<string> => JSON.parse(body)
/** Knows everybody whose id does not begin with `x`. */
const lookup = (sent: Sent): Answer =>
  late(
    "10 millis",
    json(
      Object.fromEntries(asked(sent).flatMap((id) => (id.startsWith("x") ? [] : [[id, { licenses: [`of ${id}`] }]])))
    )
  )
const ids = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`)
const together = { concurrency: "unbounded" } as const

describe("UserBatch", () => {
  describe("getUserLicenses", () => {
    it.effect("asks for 250 at the same time in requests of 100, 100 and 50", () =>
      withStub({ api: lookup }, function* (license, server) {
        const found = yield* Effect.forEach(ids(250), license.getUserLicenses, together)
        expect(found).toEqual(ids(250).map((id) => Option.some([`of ${id}`])))
        expect(server.api.map((sent) => asked(sent).length).sort()).toEqual([100, 100, 50])
      })
    )

    it.effect("asks for the same user once", () =>
      withStub({ api: lookup }, function* (license, server) {
        const found = yield* Effect.forEach(["a", "b", "a", "a"], license.getUserLicenses, together)
        expect(found.map(Option.getOrNull)).toEqual([["of a"], ["of b"], ["of a"], ["of a"]])
        expect(server.api.map(asked)).toEqual([["a", "b"]])
      })
    )

    it.effect("is None for somebody whom the server leaves out, and does not spoil the others", () =>
      withStub({ api: lookup }, function* (license) {
        const found = yield* Effect.forEach(["a", "x", "b"], license.getUserLicenses, together)
        expect(found).toEqual([Option.some(["of a"]), Option.none(), Option.some(["of b"])])
      })
    )

    it.effect("takes the names of an object's own parts for ids", () =>
      withStub({ api: [json({})] }, function* (license) {
        const names = ["constructor", "toString", "hasOwnProperty", "__proto__"]
        const found = yield* Effect.forEach(names, license.getUserLicenses, together)
        expect(found).toEqual(names.map(() => Option.none()))
      })
    )

    it.effect("fails for all who share a request, and asks again for those who come later", () =>
      withStub({ api: (sent, attempt) => (attempt === 1 ? reply(403) : lookup(sent)) }, function* (license, server) {
        const exits = yield* Effect.forEach(["a", "b"], (id) => Effect.exit(license.getUserLicenses(id)), together)
        expect(exits.every(Exit.isFailure)).toBe(true)
        expect(yield* license.getUserLicenses("a")).toEqual(Option.some(["of a"]))
        expect(server.api).toHaveLength(2)
      })
    )

    it.effect("asks again each time: nothing is kept", () =>
      withStub({ api: lookup }, function* (license, server) {
        yield* license.getUserLicenses("a")
        yield* license.getUserLicenses("a")
        expect(server.api).toHaveLength(2)
      })
    )

    it.effect("fails only for those in the request that failed", () =>
      withStub({ api: (sent) => (asked(sent).includes("u0") ? reply(403) : lookup(sent)) }, function* (license) {
        const exits = yield* Effect.forEach(ids(250), (id) => Effect.exit(license.getUserLicenses(id)), together)
        expect(exits.filter(Exit.isFailure)).toHaveLength(100)
      })
    )

    it.effect("fails only for the id that the server refuses, which it finds in few requests", () =>
      withStub(
        { api: (sent) => (asked(sent).includes("u42") ? reply(400) : lookup(sent)) },
        function* (license, server) {
          const exits = yield* Effect.forEach(ids(100), (id) => Effect.exit(license.getUserLicenses(id)), together)
          expect(exits.flatMap((exit, n) => (Exit.isFailure(exit) ? [n] : []))).toEqual([42])
          expect(server.api.length).toBeLessThanOrEqual(1 + 2 * Math.ceil(Math.log2(100)))
        }
      )
    )
  })

  describe("getUsers", () => {
    it.effect.each([0, 1, 99, 100, 101, 1_050])("takes %i ids, in requests of 100", (count) =>
      withStub({ api: lookup }, function* (license, server) {
        const found = yield* license.getUsers(ids(count))
        expect([...found.keys()]).toEqual(ids(count))
        expect(server.api.flatMap(asked).sort()).toEqual(ids(count).sort())
        expect(server.api).toHaveLength(Math.ceil(count / 100))
        expect(server.api.every((sent) => asked(sent).length <= 100)).toBe(true)
      })
    )

    it.effect("asks for the same user once, and leaves out whom nobody knows", () =>
      withStub({ api: lookup }, function* (license, server) {
        const found = yield* license.getUsers(["a", "x", "a", "b"])
        expect(found).toEqual(
          new Map([
            ["a", ["of a"]],
            ["b", ["of b"]]
          ])
        )
        expect(server.api.map(asked)).toEqual([["a", "x", "b"]])
      })
    )

    it.effect("leaves out whom it did not ask for", () =>
      withStub({ api: [json({ a: ["l"], stranger: ["l"] })] }, function* (license) {
        expect([...(yield* license.getUsers(["a"])).keys()]).toEqual(["a"])
      })
    )

    it.effect("sends 4 requests at once", () =>
      withStub({ api: lookup }, function* (license, server) {
        yield* license.getUsers(ids(1_000))
        expect(server.times).toEqual([0, 0, 0, 0, 10, 10, 10, 10, 20, 20])
      })
    )

    it.effect("fails when one of its requests does", () =>
      withStub({ api: (sent, attempt) => (attempt === 2 ? reply(404) : lookup(sent)) }, function* (license) {
        expect(yield* failureOf(license.getUsers(ids(300)))).toMatchObject({ operation: "postLicenseUsers" })
      })
    )
  })
})
