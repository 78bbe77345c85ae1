import { describe, expect, it } from "@effect/vitest"
import { defaultClient } from "@genesys-license/emulator/oauth/OAuthClient"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { Sent } from "../../support/Wire.ts"
import type { LicenseService } from "@genesys-license/client"
import * as RequestSize from "../../../packages/client/src/license/RequestSize.ts"
import { error, late, reply } from "../answers.ts"
import { failureOf, withAnswers } from "../clients.ts"

const asked = ({ body }: Sent): ReadonlyArray<string> => JSON.parse(body)
const ids = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`)
const together = { concurrency: "unbounded" } as const

/** Knows `a`, `b` and those of `ids`. */
const organization = { users: ["a", "b", ...ids(1_050)].map((id) => ({ id, licenses: [`of ${id}`] })) }
const lookup = late("10 millis")

describe("UserBatch", () => {
  describe("getUserLicenses", () => {
    it.effect("asks for 250 at the same time in requests of 100, 100 and 50", () =>
      withAnswers({ api: [lookup], emulator: organization }, function* (license, server) {
        const found = yield* Effect.forEach(ids(250), license.getUserLicenses, together)
        expect(found).toEqual(ids(250).map((id) => Option.some([`of ${id}`])))
        expect(server.api.map((sent) => asked(sent).length).sort()).toEqual([100, 100, 50])
      })
    )

    it.effect("asks for the same user once", () =>
      withAnswers({ api: [lookup], emulator: organization }, function* (license, server) {
        const found = yield* Effect.forEach(["a", "b", "a", "a"], license.getUserLicenses, together)
        expect(found.map(Option.getOrNull)).toEqual([["of a"], ["of b"], ["of a"], ["of a"]])
        expect(server.api.map(asked)).toEqual([["a", "b"]])
      })
    )

    it.effect("is None for somebody whom the server leaves out, and does not spoil the others", () =>
      withAnswers({ api: [lookup], emulator: organization }, function* (license) {
        const found = yield* Effect.forEach(["a", "x", "b"], license.getUserLicenses, together)
        expect(found).toEqual([Option.some(["of a"]), Option.none(), Option.some(["of b"])])
      })
    )

    it.effect("takes the names of an object's own parts for ids", () =>
      withAnswers({ emulator: organization }, function* (license, server) {
        const names = ["constructor", "toString", "hasOwnProperty", "__proto__"]
        const found = Effect.forEach(names, license.getUserLicenses, together)
        expect(yield* found).toEqual(names.map(() => Option.none()))
        yield* server.organization.updateUsers(() => names.map((id) => ({ id, licenses: [`of ${id}`] })))
        expect(yield* found).toEqual(names.map((id) => Option.some([`of ${id}`])))
      })
    )

    it.effect("fails for all who share a request, and asks again for those who come later", () =>
      withAnswers(
        { api: [lookup], emulator: { ...organization, clients: [{ ...defaultClient, permissions: [] }] } },
        function* (license, server) {
          const exits = yield* Effect.forEach(["a", "b"], (id) => Effect.exit(license.getUserLicenses(id)), together)
          expect(exits.every(Exit.isFailure)).toBe(true)
          yield* server.oauth.replace({ clients: [defaultClient] })
          expect(yield* license.getUserLicenses("a")).toEqual(Option.some(["of a"]))
          expect(server.api).toHaveLength(2)
        }
      )
    )

    it.effect("asks again each time: nothing is kept", () =>
      withAnswers({ api: [lookup], emulator: organization }, function* (license, server) {
        yield* license.getUserLicenses("a")
        yield* license.getUserLicenses("a")
        expect(server.api).toHaveLength(2)
      })
    )

    it.effect("fails only for those in the request that failed", () =>
      withAnswers({ api: [error(403), lookup], emulator: organization }, function* (license, server) {
        const exits = yield* Effect.forEach(ids(250), (id) => Effect.exit(license.getUserLicenses(id)), together)
        const failed = ids(250).filter((_, n) => Exit.isFailure(exits[n]!))
        expect(failed).toHaveLength(100)
        expect(failed).toEqual(asked(server.api[0]!))
      })
    )

    it.effect("fails only for the id that the server refuses, which it finds in few requests", () =>
      withAnswers({ api: [lookup], emulator: organization }, function* (license, server) {
        // Larger than a request may be, whoever else it is about.
        const users = ids(100).with(42, "u".repeat(512_000))
        const exits = yield* Effect.forEach(users, (id) => Effect.exit(license.getUserLicenses(id)), together)
        expect(exits.flatMap((exit, n) => (Exit.isFailure(exit) ? [n] : []))).toEqual([42])
        expect(server.api.length).toBeLessThanOrEqual(1 + 2 * Math.ceil(Math.log2(100)))
      })
    )
  })

  describe("a server that does not take what is asked", () => {
    const failures = (exits: ReadonlyArray<Exit.Exit<unknown, unknown>>) => exits.filter(Exit.isFailure).length
    const all = (license: LicenseService["Service"]) =>
      Effect.forEach(ids(100), (id) => Effect.exit(license.getUserLicenses(id)), together)

    it.effect.each([
      ["404 and HTML", reply(404, "<html>no such route</html>")],
      ["404 and nothing", reply(404)],
      ["404 and JSON without a code", reply(404, `{"message":"no Route matched with those values"}`)],
      ["400 and HTML", reply(400, "<html>")]
    ] as const)("is asked once when it is no Genesys Cloud: %s", ([, answer]) =>
      withAnswers({ api: [answer] }, function* (license, server) {
        expect(failures(yield* all(license))).toBe(100)
        expect(server.api).toHaveLength(1)
      })
    )

    it.effect("is not asked for ever smaller parts, even if it is Genesys Cloud", () =>
      withAnswers({ api: [error(404)] }, function* (license, server) {
        expect(failures(yield* all(license))).toBe(100)
        expect(server.api.length).toBeLessThanOrEqual(1 + 2 * RequestSize.maxSplits(100))
      })
    )

    it.effect.each([
      ["413", error(413)],
      ["413 of a proxy", reply(413, "<html>")],
      ["400, because there are too many", error(400, "max.user.ids")]
    ] as const)("is asked for halves after %s, and then for no more than it takes", ([, answer]) =>
      withAnswers({ api: [answer, answer, lookup], emulator: organization }, function* (license, server) {
        expect([...(yield* license.getUsers(ids(100))).keys()]).toEqual(ids(100))
        expect(server.api.map((sent) => asked(sent).length)).toEqual([100, 50, 25, 25, 25, 25])
        expect(failures(yield* all(license))).toBe(0)
        expect(server.api.slice(6).map((sent) => asked(sent).length)).toEqual([25, 25, 25, 25])
      })
    )
  })

  describe("getUsers", () => {
    it.effect.each([0, 1, 99, 100, 101, 1_050])("takes %i ids, in requests of 100", (count) =>
      withAnswers({ api: [lookup], emulator: organization }, function* (license, server) {
        const found = yield* license.getUsers(ids(count))
        expect([...found.keys()]).toEqual(ids(count))
        expect(server.api.flatMap(asked).sort()).toEqual(ids(count).sort())
        expect(server.api).toHaveLength(Math.ceil(count / 100))
        expect(server.api.every((sent) => asked(sent).length <= 100)).toBe(true)
      })
    )

    it.effect("asks for the same user once, and leaves out whom nobody knows", () =>
      withAnswers({ api: [lookup], emulator: organization }, function* (license, server) {
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
      withAnswers(
        {
          api: [[{ type: "patch", operations: [{ op: "add", path: "/stranger", value: ["l"] }] }]],
          emulator: organization
        },
        function* (license) {
          expect([...(yield* license.getUsers(["a"])).keys()]).toEqual(["a"])
        }
      )
    )

    it.effect("sends 4 requests at once", () =>
      withAnswers({ api: [lookup], emulator: organization }, function* (license, server) {
        yield* license.getUsers(ids(1_000))
        expect(server.times).toEqual([0, 0, 0, 0, 10, 10, 10, 10, 20, 20])
      })
    )

    it.effect("fails when one of its requests does", () =>
      withAnswers({ api: [lookup, error(404), lookup], emulator: organization }, function* (license) {
        expect(yield* failureOf(license.getUsers(ids(300)))).toMatchObject({ operation: "postLicenseUsers" })
      })
    )
  })
})
