import { expect, it } from "@effect/vitest"
import { CurrentCallOptions } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { aToken, client, closedByClient, failure, overEachClient, timed } from "../support/Attack.ts"
import * as AwakeClock from "../support/AwakeClock.ts"
import {
  after,
  type Behaviour,
  bytes,
  close,
  closedPort,
  cut,
  drip,
  dripHead,
  good,
  hang,
  reset
} from "../support/HostileServer.ts"
import { raised } from "../support/outcomes.ts"

const change = [{ licenseId: "cloudCX2", userIdsAdd: ["a"], userIdsRemove: [] }]

overEachClient("A server", (attack, http) => {
  it.live.each<readonly [label: string, behaviour: Behaviour]>([
    ["does not answer", hang],
    ["sends its head line by line", dripHead(20)],
    ["sends its body byte by byte", drip(20)],
    ["stops in the middle of a body", bytes("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n[", "hang")],
    ["stops after its head", bytes("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n", "hang")]
  ])("that %s is a Timeout for each attempt, and every connection is closed", ([, behaviour]) =>
    attack({ attemptTimeout: "150 millis", retries: 1, credentials: aToken }, function* (server, license) {
      server.always(behaviour)
      const [millis, failed] = yield* timed(failure(license.getDefinitions))
      expect(failed).toMatchObject({ attempts: 2, reason: { _tag: "Timeout", scope: "attempt" } })
      expect(millis).toBeGreaterThan(290)
      expect(millis).toBeLessThan(2_000)
      expect(server.calls).toHaveLength(2)
      for (const request of server.calls) yield* closedByClient(request)
    })
  )

  it.live("that drips is a Timeout of the call, even with attempts left", () =>
    attack({ callTimeout: "250 millis", retries: 100 }, function* (server, license) {
      server.always(drip(20))
      const [millis, failed] = yield* timed(
        failure(
          license.getDefinitions.pipe(Effect.provideService(CurrentCallOptions, { attemptTimeout: "100 millis" }))
        )
      )
      expect(failed.reason).toMatchObject({ _tag: "Timeout", scope: "call" })
      expect(millis).toBeLessThan(1_500)
      for (const request of server.calls) yield* closedByClient(request)
    })
  )

  it.live("that answers in time after a stall succeeds", () =>
    attack({ attemptTimeout: "150 millis" }, function* (server, license) {
      server.next(hang, drip(20))
      expect(yield* license.getDefinitions).toHaveLength(1)
      expect(server.calls).toHaveLength(3)
    })
  )

  it.live.each<readonly [label: string, behaviour: Behaviour]>([
    ["resets the connection", reset],
    ["closes the connection", close],
    ["resets it in the middle of a page", cut(`{"entities":[{"id":"a"},`, "reset")],
    ["closes it in the middle of a page", cut(`{"entities":[{"id":"a"},`, "close")],
    [
      "resets it in the middle of a chunk",
      bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\n{", "reset")
    ],
    ["sends only an unrequested 100 Continue", bytes("HTTP/1.1 100 Continue\r\n\r\n")],
    ["answers with garbage", bytes("\0\0\0\0")],
    ["speaks another protocol", bytes("SSH-2.0-OpenSSH_9.9\r\n")]
  ])("that %s is ConnectionFailed after four attempts", ([, behaviour]) =>
    attack(function* (server, license) {
      server.always(behaviour)
      const failed = yield* failure(license.getUsersPage({ pageNumber: 1, pageSize: 25 }))
      expect(failed).toMatchObject({ attempts: 4, reason: { _tag: "ConnectionFailed", phase: "exchange" } })
      expect(server.calls).toHaveLength(4)
    })
  )

  it.live("that resets one page of a stream causes no loss and no duplicates", () =>
    attack(function* (server, license) {
      server.next(good, cut(`{"entities":[{"id":"half"`, "reset"))
      const users = yield* Stream.runCollect(license.users({ concurrency: 1 }))
      expect(users.map((user) => user.id)).toEqual(["user-1", "user-2", "user-3"])
      expect(server.calls).toHaveLength(4)
    })
  )

  it.live("that closes a kept connection on its reuse gets the request again over another", () =>
    attack({ credentials: aToken }, function* (server, license) {
      yield* license.getDefinitions
      yield* Effect.sleep("50 millis")
      server.next(close)
      expect(yield* license.getDefinitions).toHaveLength(1)
      const [first, second, third] = server.calls.map((request) => request.connection)
      expect(second).toBe(first)
      expect(third).not.toBe(first)
    })
  )

  it.live("that closes an idle connection between two calls causes no error", () =>
    attack({ credentials: aToken, retries: 0 }, function* (server, license) {
      server.next((response, socket, request) => {
        good(response, socket, request)
        AwakeClock.schedule(50, () => socket.end())
      })
      yield* license.getDefinitions
      yield* Effect.sleep("200 millis")
      expect(yield* license.getDefinitions).toHaveLength(1)
    })
  )

  it.live("that refuses the connection is ConnectionFailed in phase connect", () =>
    attack(function* () {
      const port = yield* closedPort
      const license = yield* client(http, port, { credentials: aToken })
      const failed = yield* failure(license.getDefinitions)
      expect(failed).toMatchObject({
        attempts: 4,
        reason: { _tag: "ConnectionFailed", phase: "connect", code: "ECONNREFUSED", host: `127.0.0.1:${port}` }
      })
    })
  )

  it.live("whose login refuses the connection is an error of the login", () =>
    attack(function* () {
      const license = yield* client(http, yield* closedPort)
      expect(yield* failure(license.getDefinitions)).toMatchObject({
        operation: "authenticate",
        attempts: 4,
        reason: { _tag: "ConnectionFailed", phase: "connect" }
      })
    })
  )

  it.live("whose name is not found is ConnectionFailed in phase connect", () =>
    attack(function* () {
      const license = yield* client(http, 443, {
        gateway: { host: "nowhere.invalid" },
        credentials: aToken,
        retries: 0
      })
      const failed = yield* failure(license.updateAssignments(change))
      // A write that was not sent does not have an unknown outcome.
      expect(failed.reason).toMatchObject({ _tag: "ConnectionFailed", phase: "connect" })
    })
  )

  it.live("that speaks no TLS is ConnectionFailed with a hint, and for a write OutcomeUnknown without a retry", () =>
    attack(function* (server) {
      const gateway = { host: "127.0.0.1", port: server.port }
      const license = yield* client(http, server.port, { gateway, credentials: aToken })
      const failed = yield* failure(raised(license.updateAssignments(change)))
      // A record that breaks in the middle of an answer has the same error codes.
      expect(failed).toMatchObject({ attempts: 1, reason: { _tag: "OutcomeUnknown", because: { phase: "exchange" } } })
      expect(failed.message).toContain("Check that this port speaks TLS")
      expect(server.requests).toHaveLength(0)
    })
  )

  it.live("that answers just before the timeout gets no second request", () =>
    attack({ attemptTimeout: "1 second", credentials: aToken }, function* (server, license) {
      server.always(after(500, good))
      yield* license.getDefinitions
      expect(server.calls).toHaveLength(1)
    })
  )
})
