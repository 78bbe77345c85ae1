import { expect, it } from "@effect/vitest"
import { CurrentCallOptions } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import { aToken, closedByClient, overEachClient } from "../support/Attack.ts"
import {
  after,
  type Behaviour,
  bytes,
  cut,
  drip,
  error,
  good,
  hang,
  type HostileServer,
  json,
  token
} from "../support/HostileServer.ts"

/** Interrupts a call shortly after a number of requests have arrived, so that the answer is under way. */
const interrupted = <A, E>(server: HostileServer["Service"], call: Effect.Effect<A, E>, requests = 1) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(call)
    yield* server.arrived(requests)
    yield* Effect.sleep("50 millis")
    yield* Fiber.interrupt(fiber)
  })

overEachClient("Interruption", (attack) => {
  it.live.each<readonly [label: string, behaviour: Behaviour]>([
    ["before the head", hang],
    ["in a head that arrives line by line", bytes("HTTP/1.1 200 OK\r\nx-a: 1\r\n", "hang")],
    ["between head and body", bytes("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n", "hang")],
    ["in a body of a known length", bytes("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n[", "hang")],
    ["in a body that drips", drip(10)],
    ["in the body of an error", drip(10, 400)]
  ])("%s closes the connection without another request", ([, behaviour]) =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(behaviour)
      yield* interrupted(server, license.getDefinitions)
      expect(server.calls).toHaveLength(1)
      yield* closedByClient(server.calls[0])
      yield* Effect.sleep("100 millis")
      expect(server.calls).toHaveLength(1)
    })
  )

  it.live("while the token is fetched closes the connection of the login", () =>
    attack(function* (server, license) {
      server.alwaysLogin(hang)
      const fiber = yield* Effect.forkChild(license.getDefinitions)
      yield* server.arrivedLogins(1)
      yield* Fiber.interrupt(fiber)
      yield* closedByClient(server.logins[0])
      server.alwaysLogin(token("another"))
      yield* license.getDefinitions
      expect(server.logins).toHaveLength(2)
    })
  )

  it.live("in the backoff sends no other request", () =>
    attack({ random: 0.9, credentials: aToken }, function* (server, license) {
      server.always(error(503))
      yield* interrupted(server, license.getDefinitions)
      yield* Effect.sleep("600 millis")
      expect(server.calls).toHaveLength(1)
    })
  )

  it.live("while waiting after a 429 sends no other request", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.next(error(429, {}, { "retry-after": "1" }))
      yield* interrupted(server, license.getDefinitions)
      yield* Effect.sleep("1200 millis")
      expect(server.calls).toHaveLength(1)
      yield* license.getDefinitions
      expect(server.calls).toHaveLength(2)
    })
  )

  it.live("while waiting for a used up window sends no request, then or later", () =>
    attack({ credentials: aToken }, function* (server, license) {
      const used = { "inin-ratelimit-allowed": "3", "inin-ratelimit-count": "3", "inin-ratelimit-reset": "60" }
      server.next(json([], { headers: used }))
      yield* license.getDefinitions
      const waiting = yield* Effect.forEach([1, 2, 3, 4, 5], () =>
        Effect.forkChild(license.getDefinitions, { startImmediately: true })
      )
      yield* Effect.sleep("50 millis")
      yield* Fiber.interruptAll(waiting)
      expect(server.calls).toHaveLength(1)
    })
  )

  it.live("of many calls frees their permits for the next calls", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(hang)
      yield* interrupted(
        server,
        Effect.forEach(Array.from({ length: 50 }), () => license.getDefinitions, { concurrency: "unbounded" }),
        50
      )
      expect(server.calls).toHaveLength(50)
      for (const request of server.calls) yield* closedByClient(request)
      server.always(good)
      yield* license.getDefinitions
    })
  )

  it.live("of a stream closes the connections of pages that are read ahead", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.next(good)
      server.always(hang)
      yield* interrupted(server, Stream.runDrain(license.users({ concurrency: 2 })), 3)
      expect(server.calls).toHaveLength(3)
      for (const request of server.calls.slice(1)) yield* closedByClient(request)
    })
  )

  it.live("by an early end of a stream reads no other page", () =>
    attack({ credentials: aToken }, function* (server, license) {
      const users = yield* Stream.runCollect(Stream.take(license.users(), 1))
      expect(users).toHaveLength(1)
      yield* Effect.sleep("100 millis")
      expect(server.calls).toHaveLength(1)
    })
  )

  it.live("of one shared look-up does not end the others", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(after(200, good))
      const one = yield* Effect.forkChild(license.getUserLicenses("one"))
      const two = yield* Effect.forkChild(license.getUserLicenses("two"))
      yield* server.arrived(1)
      yield* Fiber.interrupt(one)
      expect(yield* Fiber.join(two)).toMatchObject({ _tag: "Some" })
      expect(server.calls).toHaveLength(1)
    })
  )

  it.live("of all shared look-ups closes the connection", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(hang)
      const one = yield* Effect.forkChild(license.getUserLicenses("one"))
      const two = yield* Effect.forkChild(license.getUserLicenses("two"))
      yield* server.arrived(1)
      yield* Fiber.interruptAll([one, two])
      yield* closedByClient(server.calls[0])
    })
  )

  it.live("of a race closes only the connection of the loser", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.next(hang, good)
      yield* Effect.race(license.getDefinitions, Effect.andThen(server.arrived(1), license.getDefinitions))
      yield* closedByClient(server.calls[0])
      expect(server.calls).toHaveLength(2)
    })
  )

  it.live("writes nothing to the log", () => {
    const lines: Array<unknown> = []
    const logger = Logger.make(({ message }) => void lines.push(message))
    return attack({ credentials: aToken, random: 0.9 }, function* (server, license) {
      server.next(error(503), cut("[", "reset"))
      server.always(drip(10))
      yield* interrupted(server, license.getDefinitions)
      lines.length = 0
      yield* Effect.sleep("700 millis")
      expect(lines).toEqual([])
    }).pipe(
      Effect.provide(Logger.layer([logger])),
      Effect.provideService(References.MinimumLogLevel, "Trace"),
      Effect.provideService(CurrentCallOptions, { retries: 5 })
    )
  })
})
