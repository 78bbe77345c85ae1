import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { aToken, failure, overEachClient } from "../support/Attack.ts"
import { answer, error, good, json } from "../support/HostileServer.ts"

const prototypes = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "prototype", "then"]

const requestedIds = (body: string) => JSON.parse(body) as Array<string>

overEachClient("The map of users", (attack) => {
  it.live("has no user whose id is only a name in Object.prototype", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(answer({ body: "{}" }))
      expect((yield* license.getUsers(prototypes)).size).toBe(0)
      for (const id of prototypes) expect(yield* license.getUserLicenses(id)).toEqual(Option.none())
    })
  )

  it.live("has users with such ids when the server sends them", () =>
    attack({ credentials: aToken }, function* (server, license) {
      const body = `{${prototypes.map((id) => `${JSON.stringify(id)}:{"licenses":["of ${id}"]}`).join()}}`
      server.always(answer({ body }))
      const found = yield* license.getUsers(prototypes)
      expect([...found]).toEqual(prototypes.map((id) => [id, [`of ${id}`]]))
      expect(Object.prototype).not.toHaveProperty("licenses")
      expect(yield* license.getUserLicenses("__proto__")).toEqual(Option.some(["of __proto__"]))
    })
  )

  it.live("leaves out users that the server does not send, and unrequested ones", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(json({ a: { licenses: ["x"] }, stranger: { licenses: ["y"] } }))
      expect([...(yield* license.getUsers(["a", "b"]))]).toEqual([["a", ["x"]]])
      expect(yield* license.getUserLicenses("b")).toEqual(Option.none())
    })
  )

  it.live("uses the last of two equal keys, as JSON does", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(answer({ body: `{"a":{"licenses":["x"]},"a":{"licenses":["y"]}}` }))
      expect([...(yield* license.getUsers(["a"]))]).toEqual([["a", ["y"]]])
    })
  )

  it.live.each(["17", `"x"`, "true", "null", `{"licenses":7}`, `[7]`])(
    "with a user that is %s is UnexpectedResponse",
    (value) =>
      attack({ credentials: aToken }, function* (server, license) {
        server.always(answer({ body: `{"a":${value}}` }))
        const failed = yield* failure(license.getUsers(["a"]))
        expect(failed.reason).toMatchObject({ _tag: "UnexpectedResponse", problem: expect.stringMatching(/^a\b/) })
      })
  )

  it.live.each(["[]", "null", `"a"`])("that is %s is UnexpectedResponse", (body) =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(answer({ body }))
      expect((yield* failure(license.getUsers(["a"]))).reason._tag).toBe("UnexpectedResponse")
    })
  )

  it.live("of no users is not requested", () =>
    attack(function* (server, license) {
      expect((yield* license.getUsers([])).size).toBe(0)
      expect(server.requests).toHaveLength(0)
    })
  )

  it.live("of 10,000 users needs a hundred requests of a hundred", () =>
    attack({ credentials: aToken }, function* (server, license) {
      const ids = Array.from({ length: 10_000 }, (_, n) => `user-${n}`)
      const found = yield* license.getUsers(ids)
      expect([...found.keys()]).toEqual(ids)
      expect(server.calls).toHaveLength(100)
      expect(server.calls.every((request) => requestedIds(request.body).length === 100)).toBe(true)
    })
  )

  it.live("requests each user once", () =>
    attack({ credentials: aToken }, function* (server, license) {
      const found = yield* license.getUsers(["a", "b", "a", "a", "b"])
      expect([...found.keys()]).toEqual(["a", "b"])
      expect(server.calls.map((request) => requestedIds(request.body))).toEqual([["a", "b"]])
    })
  )

  it.live("fails completely when one of its chunks fails", () =>
    attack({ credentials: aToken, retries: 0 }, function* (server, license) {
      server.next(good, error(503))
      const ids = Array.from({ length: 250 }, (_, n) => `user-${n}`)
      expect((yield* failure(license.getUsers(ids))).reason._tag).toBe("ServerError")
    })
  )

  describe("of concurrent look-ups", () => {
    it.live("is requested once, with each user once", () =>
      attack({ credentials: aToken }, function* (server, license) {
        yield* Effect.forEach(["a", "b", "a"], license.getUserLicenses, { concurrency: "unbounded" })
        expect(server.calls.map((request) => requestedIds(request.body))).toEqual([["a", "b"]])
      })
    )

    it.live("is not cached when it failed", () =>
      attack({ credentials: aToken, retries: 0 }, function* (server, license) {
        server.next(error(503))
        yield* failure(license.getUserLicenses("a"))
        expect(yield* license.getUserLicenses("a")).toEqual(Option.some(["cloudCX2"]))
      })
    )

    it.live("is not affected by one id that the server refuses", () =>
      attack({ credentials: aToken }, function* (server, license) {
        server.always((response, socket, request) =>
          (requestedIds(request.body).includes("bad") ? error(400, { code: "bad.request" }) : good)(
            response,
            socket,
            request
          )
        )
        const exits = yield* Effect.forEach(["a", "bad", "b"], (id) => Effect.exit(license.getUserLicenses(id)), {
          concurrency: "unbounded"
        })
        expect(exits.map(Exit.isSuccess)).toEqual([true, false, true])
      })
    )
  })
})
