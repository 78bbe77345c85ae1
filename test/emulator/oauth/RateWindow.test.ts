import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { RateWindow } from "@genesys-license/emulator/oauth/RateWindow"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import { call } from "../Caller.ts"

const get = (token: Redacted.Redacted) => call("GET", "/api/v2/license/definitions", { token })

const issue = (clientId?: string) => Effect.flatMap(Emulator, ({ oauth }) => oauth.issue({ clientId }))

const rateHeaders = (headers: { readonly [name: string]: string | undefined }) =>
  ["inin-ratelimit-allowed", "inin-ratelimit-count", "inin-ratelimit-reset"].map((name) => headers[name])

describe("RateWindow", () => {
  it.effect("reports the limit, the used requests, and the seconds until it closes", () =>
    Effect.gen(function* () {
      const token = yield* issue()
      expect(rateHeaders((yield* get(token)).headers)).toEqual(["300", "1", "60"])
      yield* TestClock.adjust("1500 millis")
      expect(rateHeaders((yield* get(token)).headers)).toEqual(["300", "2", "59"])
      yield* TestClock.adjust("58499 millis")
      expect(rateHeaders((yield* get(token)).headers)).toEqual(["300", "3", "1"])
      yield* TestClock.adjust("1 millis")
      expect(rateHeaders((yield* get(token)).headers)).toEqual(["300", "1", "60"])
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("refuses requests above the limit with the platform's error", () =>
    Effect.gen(function* () {
      const token = yield* issue()
      for (let n = 0; n < 300; n++) expect((yield* get(token)).status).toBe(200)
      yield* TestClock.adjust("18 seconds")
      const { body, headers, status } = yield* get(token)
      expect(status).toBe(429)
      expect(headers["retry-after"]).toBe("42")
      expect(rateHeaders(headers)).toEqual([undefined, undefined, undefined])
      expect(body).toEqual({
        message: "Rate limit exceeded the maximum. Retry the request in [42] seconds",
        code: "too.many.requests.retry.after",
        status: 429,
        contextId: headers["inin-correlation-id"],
        details: [],
        errors: []
      })
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("reopens after Retry-After, and refused requests do not count", () =>
    Effect.gen(function* () {
      const token = yield* issue()
      const statuses: Array<number> = []
      for (let n = 0; n < 4; n++) statuses.push((yield* get(token)).status)
      expect(statuses).toEqual([200, 200, 429, 429])
      const { headers } = yield* get(token)
      expect(headers["retry-after"]).toBe("6")
      yield* TestClock.adjust("6 seconds")
      expect(rateHeaders((yield* get(token)).headers)).toEqual(["2", "1", "6"])
    }).pipe(Effect.provide(Emulator.layerTest({ rateLimit: { requests: 2, window: "6 seconds" } })))
  )

  it.effect("opens with the first request, not at a full minute", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("59 seconds")
      const token = yield* issue()
      yield* TestClock.adjust("59 seconds")
      expect(rateHeaders((yield* get(token)).headers)).toEqual(["300", "1", "60"])
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("is separate for each token", () =>
    Effect.gen(function* () {
      const [one, other] = [yield* issue(), yield* issue()]
      expect((yield* get(one)).status).toBe(200)
      expect((yield* get(one)).status).toBe(429)
      expect((yield* get(other)).status).toBe(200)
    }).pipe(Effect.provide(Emulator.layerTest({ rateLimit: { requests: 1, window: "60 seconds" } })))
  )

  it.effect("uses the limit of the client", () =>
    Effect.gen(function* () {
      expect(rateHeaders((yield* get(yield* issue("slow"))).headers)).toEqual(["1", "1", "10"])
      expect(rateHeaders((yield* get(yield* issue("usual"))).headers)).toEqual(["5", "1", "60"])
    }).pipe(
      Effect.provide(
        Emulator.layerTest({
          rateLimit: { requests: 5, window: "1 minute" },
          clients: [{ id: "slow", rateLimit: { requests: 1, window: "10 seconds" } }, { id: "usual" }]
        })
      )
    )
  )

  it.effect("counts failed requests, and reports the count with the error", () =>
    Effect.gen(function* () {
      const token = yield* issue()
      const forbidden = yield* call("POST", "/api/v2/license/organization", { token })
      const malformed = yield* call("POST", "/api/v2/license/infer", { token, body: "{" })
      const missing = yield* call("GET", "/api/v2/license/users/eve", { token })
      const refused = [forbidden, malformed, missing]
      expect(refused.map(({ status }) => status)).toEqual([403, 400, 404])
      expect(refused.map(({ headers }) => rateHeaders(headers))).toEqual([
        ["300", "1", "60"],
        ["300", "2", "60"],
        ["300", "3", "60"]
      ])
      expect(rateHeaders((yield* get(token)).headers)).toEqual(["300", "4", "60"])
    }).pipe(
      Effect.provide(Emulator.layerTest({ clients: [{ id: "auditor", permissions: ["authorization:license:view"] }] }))
    )
  )

  it.effect("admits exactly the limit when many requests come at once", () =>
    Effect.gen(function* () {
      const window = yield* RateWindow
      const admissions = yield* Effect.all(
        Array.from({ length: 20 }, () => window.take("token", { requests: 7, window: "1 second" })),
        { concurrency: "unbounded" }
      )
      expect(admissions.filter(({ _tag }) => _tag === "Admitted")).toHaveLength(7)
    }).pipe(Effect.provide(RateWindow.layer()))
  )

  it.effect("can change while it is open, and keeps its count", () =>
    Effect.gen(function* () {
      const { rateWindow } = yield* Emulator
      const token = yield* issue()
      for (const count of ["1", "2", "3"]) {
        expect(rateHeaders((yield* get(token)).headers)).toEqual(["300", count, "60"])
      }
      yield* rateWindow.configure({ requests: 4, window: "6 seconds" })
      expect(yield* rateWindow.limit).toEqual({ requests: 4, window: "6 seconds" })
      yield* TestClock.adjust("2 seconds")
      expect(rateHeaders((yield* get(token)).headers)).toEqual(["4", "4", "4"])
      expect((yield* get(token)).headers["retry-after"]).toBe("4")
      yield* TestClock.adjust("4 seconds")
      expect(rateHeaders((yield* get(token)).headers)).toEqual(["4", "1", "6"])
      yield* rateWindow.reset
      expect(rateHeaders((yield* get(token)).headers)).toEqual(["300", "1", "60"])
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("does not change for a client with a specific limit", () =>
    Effect.gen(function* () {
      const { rateWindow } = yield* Emulator
      yield* rateWindow.configure({ requests: 1, window: "1 second" })
      expect(rateHeaders((yield* get(yield* issue("slow"))).headers)).toEqual(["2", "1", "10"])
    }).pipe(
      Effect.provide(
        Emulator.layerTest({ clients: [{ id: "slow", rateLimit: { requests: 2, window: "10 seconds" } }] })
      )
    )
  )

  it.effect("can be shorter than a second, and is reported in whole seconds", () =>
    Effect.gen(function* () {
      const token = yield* issue()
      expect(rateHeaders((yield* get(token)).headers)).toEqual(["1", "1", "1"])
      expect((yield* get(token)).headers["retry-after"]).toBe("1")
      yield* TestClock.adjust("50 millis")
      expect((yield* get(token)).status).toBe(200)
    }).pipe(Effect.provide(Emulator.layerTest({ rateLimit: { requests: 1, window: "50 millis" } })))
  )

  it.effect("is dropped, oldest first, when there are more than 100,000", () =>
    Effect.gen(function* () {
      const window = yield* RateWindow
      const take = (token: string) => window.take(token, { requests: 1, window: "1 minute" })
      yield* take("first")
      yield* TestClock.adjust("30 seconds")
      yield* take("second")
      yield* TestClock.adjust("30 seconds")
      // Opens again, and is now the newer of the two.
      yield* take("first")
      for (let n = 0; n < 99_999; n++) yield* take(`other ${n}`)
      expect((yield* take("first"))._tag).toBe("Refused")
      expect((yield* take("second"))._tag).toBe("Admitted")
    }).pipe(Effect.provide(RateWindow.layer()))
  )
})
