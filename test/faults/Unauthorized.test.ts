import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { aToken, failure, overEachClient } from "../support/Attack.ts"
import { after, answer, type Behaviour, cut, drip, error, good, reset } from "../support/HostileServer.ts"

/** A server that accepts every token but this one. */
const refuses =
  (token: string, otherwise: Behaviour = good): Behaviour =>
  (response, socket, request) =>
    (request.headers.authorization === `Bearer ${token}` ? error(401, { code: "bad.credentials" }) : otherwise)(
      response,
      socket,
      request
    )

overEachClient("401", (attack) => {
  it.live("once causes one new token and one replay", () =>
    attack(function* (server, license) {
      server.next(error(401, { code: "bad.credentials" }))
      expect(yield* license.getDefinitions).toHaveLength(1)
      expect(server.calls.map((request) => request.headers.authorization)).toEqual([
        "Bearer CANARY-token-1",
        "Bearer CANARY-token-2"
      ])
      expect(server.logins).toHaveLength(2)
    })
  )

  it.live("for ever is Unauthorized after exactly two requests", () =>
    attack(function* (server, license) {
      server.always(error(401, { code: "bad.credentials", message: "Invalid login credentials." }))
      const failed = yield* failure(license.getDefinitions)
      expect(failed).toMatchObject({ attempts: 2, reason: { _tag: "Unauthorized", body: { code: "bad.credentials" } } })
      expect(server.calls).toHaveLength(2)
      expect(server.logins).toHaveLength(2)
    })
  )

  it.live.each<readonly [label: string, body: string]>([
    ["nothing", ""],
    ["HTML", "<html>"],
    ["a list", "[]"],
    ["bad JSON", `{"code":`]
  ])("with %s is still a 401", ([, body]) =>
    attack(function* (server, license) {
      server.next(answer({ status: 401, body }))
      yield* license.getDefinitions
      expect(server.calls).toHaveLength(2)
    })
  )

  it.live("for fifty calls causes one new token for all of them", () =>
    attack(function* (server, license) {
      server.always(after(30, refuses("CANARY-token-1")))
      yield* Effect.forEach(Array.from({ length: 50 }), () => license.getDefinitions, { concurrency: "unbounded" })
      expect(server.logins).toHaveLength(2)
      expect(server.calls).toHaveLength(100)
    })
  )

  it.live("for a replaced token does not fetch another", () =>
    attack(function* (server, license) {
      yield* license.getDefinitions
      server.next(after(300, refuses("CANARY-token-1")), refuses("CANARY-token-1"))
      server.always(refuses("CANARY-token-1"))
      const late = yield* Effect.forkChild(license.getDefinitions)
      yield* server.arrived(2)
      yield* license.getDefinitions
      expect(server.logins).toHaveLength(2)
      yield* Fiber.join(late)
      expect(server.logins).toHaveLength(2)
      expect(server.calls.at(-1)!.headers.authorization).toBe("Bearer CANARY-token-2")
    })
  )

  it.live("still gets a new token for the other calls when one waiting call is interrupted", () =>
    attack(function* (server, license) {
      yield* license.getDefinitions
      server.nextLogin(after(200, (response) => response.end(`{"access_token":"fresh"}`)))
      server.always(refuses("CANARY-token-1"))
      const first = yield* Effect.forkChild(license.getDefinitions)
      const second = yield* Effect.forkChild(license.getDefinitions)
      yield* server.arrived(3)
      yield* Effect.sleep("50 millis")
      yield* Fiber.interrupt(first)
      yield* Fiber.join(second)
      expect(server.logins).toHaveLength(2)
      expect(server.calls).toHaveLength(4)
    })
  )

  it.live("that concerns the address of this machine is not replayed", () =>
    attack(function* (server, license) {
      server.always(error(401, { code: "ip.not.authorized" }))
      const failed = yield* failure(license.getDefinitions)
      expect(failed.reason).toMatchObject({ _tag: "Unauthorized", body: { code: "ip.not.authorized" } })
      expect(failed.message).toContain("address")
      expect(server.calls).toHaveLength(1)
      expect(server.logins).toHaveLength(1)
    })
  )

  it.live("for a given token is reported, because the client cannot get another", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(error(401))
      expect((yield* failure(license.getDefinitions)).reason._tag).toBe("Unauthorized")
      expect(server.calls).toHaveLength(1)
      expect(server.logins).toHaveLength(0)
    })
  )

  it.live("while the login fails is an error of the login", () =>
    attack({ retries: 1 }, function* (server, license) {
      yield* license.getDefinitions
      server.alwaysLogin(error(503))
      server.always(error(401))
      const failed = yield* failure(license.getDefinitions)
      expect(failed).toMatchObject({ operation: "authenticate", reason: { _tag: "ServerError" } })
      expect(server.calls).toHaveLength(2)
      expect(server.logins).toHaveLength(3)
    })
  )

  it.live("then 503, then 401 again does not exceed the attempts", () =>
    attack(function* (server, license) {
      server.next(error(401), error(503), error(401), error(503), error(401), error(503), error(401), error(503))
      const failed = yield* failure(license.getDefinitions)
      expect(failed.reason._tag).toBe("ServerError")
      expect(failed.attempts).toBe(server.calls.length)
      expect(server.calls).toHaveLength(8)
      expect(server.logins).toHaveLength(5)
    })
  )

  it.live.each<readonly [label: string, behaviour: Behaviour]>([
    ["is reset", cut(`{"code":`, "reset", 401)],
    ["drips", drip(20, 401)],
    ["is too large", answer({ status: 401, body: new Uint8Array(5_000).fill(0x20) })]
  ])("whose body %s is still a 401", ([, behaviour]) =>
    attack({ attemptTimeout: "1 second", maxResponseBytes: 1_500 }, function* (server, license) {
      server.always(behaviour)
      expect((yield* failure(license.getDefinitions)).reason._tag).toBe("Unauthorized")
      expect(server.calls).toHaveLength(2)
    })
  )

  it.live("after a reset still causes one replay", () =>
    attack(function* (server, license) {
      server.next(reset, error(401))
      yield* license.getDefinitions
      expect(server.calls).toHaveLength(3)
      expect(server.logins).toHaveLength(2)
    })
  )
})
