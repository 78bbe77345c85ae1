import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import type { EmulatorOptions } from "@genesys-license/emulator/Emulator"
import type { FaultRule } from "@genesys-license/emulator/faults/FaultRule"
import * as FaultRules from "@genesys-license/emulator/faults/FaultRule"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import * as Effect from "effect/Effect"
import { call, requestToken } from "../Caller.ts"
import { users, broken, page, emulator, statuses, counts } from "./spoiled.ts"

describe("a fault rule", () => {
  const happens = (title: string, rule: Omit<FaultRule, "fault">, expected: ReadonlyArray<number>) =>
    it.effect(title, () =>
      Effect.gen(function* () {
        expect(yield* statuses(expected.length)).toEqual(expected)
      }).pipe(Effect.provide(emulator({ ...rule, fault: broken })))
    )

  happens("happens to every request when it says nothing else", {}, [503, 503, 503])
  happens("happens to the nth request that matches", { operation: "getLicenseUsers", nth: 2 }, [200, 503, 200])
  happens("happens to several of them", { nth: [1, 3] }, [503, 200, 503, 200])
  happens("skips the first", { skip: 2 }, [200, 200, 503, 503])
  happens("is over after so many times", { times: 2 }, [503, 503, 200, 200])
  happens("skips some and is over after some", { skip: 1, times: 1 }, [200, 503, 200])
  happens("never happens at a probability of 0", { probability: 0 }, [200, 200, 200])
  happens("happens to one of several operations", { operation: ["getLicenseUser", "getLicenseUsers"] }, [503])
  happens("does not happen to another operation", { operation: "getLicenseUser" }, [200])
  happens("does not happen to another method", { method: "post" }, [200])
  happens("happens to a method in any case", { method: "get" }, [503])
  happens("does not happen to another path", { path: `${page}/ann` }, [200])
  happens("happens to a path", { path: page }, [503])
  happens("does not happen to another query", { query: { pageNumber: "2" } }, [200])

  it.effect("matches a query with additional parameters", () =>
    Effect.gen(function* () {
      expect((yield* call("GET", `${page}?pageSize=1&pageNumber=2`)).status).toBe(503)
      expect((yield* call("GET", `${page}?pageSize=1&pageNumber=3`)).status).toBe(200)
    }).pipe(Effect.provide(emulator({ query: { pageNumber: "2" }, fault: broken })))
  )

  it.effect("answers at the token endpoint in the format of token errors", () =>
    Effect.gen(function* () {
      const form = { grant_type: "client_credentials" }
      const credentials = { clientId: defaultClientId, clientSecret: defaultClientSecret }
      expect(yield* requestToken(form, credentials)).toMatchObject({
        status: 503,
        body: { error: "server_error", description: "The emulator injected this error because of a fault rule." }
      })
      expect((yield* requestToken(form, credentials)).status).toBe(200)
      expect(yield* statuses(1)).toEqual([200])
    }).pipe(Effect.provide(emulator({ operation: "token", times: 1, fault: broken })))
  )

  it.effect("selects the same requests for the same seed, whatever other rules exist", () =>
    Effect.gen(function* () {
      const rule: FaultRule = { name: "sometimes", probability: 0.3, fault: broken }
      const run = (options: EmulatorOptions) => Effect.provide(statuses(40), Emulator.layerTest({ users, ...options }))
      const first = yield* run({ faults: [rule] })
      const happened = first.filter((status) => status === 503).length
      expect(happened).toBeGreaterThan(3)
      expect(happened).toBeLessThan(25)
      expect(yield* run({ faults: [rule] })).toEqual(first)
      expect(yield* run({ faults: [{ probability: 0.5, fault: { type: "headers", set: {} } }, rule] })).toEqual(first)
      expect(yield* run({ faults: [rule], seed: "another" })).not.toEqual(first)
    })
  )

  it.effect("uses separate random numbers, so that two rules do not always fire together", () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      yield* statuses(40)
      const together = (yield* journal.requests).filter(({ faults }) => faults?.length === 2)
      expect(together.length).toBeGreaterThan(3)
      expect(together.length).toBeLessThan(20)
    }).pipe(
      Effect.provide(
        emulator(
          { probability: 0.5, fault: { type: "headers", set: {} } },
          { probability: 0.5, fault: { type: "headers", set: {} } }
        )
      )
    )
  )

  it.effect("does not fire when an earlier rule answers, and that does not use up its times", () =>
    Effect.gen(function* () {
      expect(yield* statuses(3)).toEqual([500, 503, 200])
      expect(yield* counts).toEqual([
        ["fault-1", 3, 1],
        ["second", 3, 1]
      ])
    }).pipe(
      Effect.provide(
        emulator({ times: 1, fault: { type: "status", status: 500 } }, { name: "second", times: 1, fault: broken })
      )
    )
  )

  it.effect("is combined with rules that let the operation answer", () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      const answer = yield* call("GET", page)
      expect(answer.status).toBe(503)
      expect(answer.headers).toMatchObject({ "x-a": "1", "x-b": "2" })
      expect((yield* journal.requests)[0]?.faults).toEqual(["a", "broken", "b"])
    }).pipe(
      Effect.provide(
        emulator(
          { name: "a", fault: { type: "headers", set: { "x-a": "1" } } },
          { name: "broken", fault: broken },
          { name: "b", fault: { type: "headers", set: { "x-b": "2" } } }
        )
      )
    )
  )

  it.effect("can be added, replaced by name, removed and reset", () =>
    Effect.gen(function* () {
      const { faults } = yield* Emulator
      expect(yield* statuses(1)).toEqual([503])
      yield* faults.add({ name: "first", times: 1, fault: { type: "status", status: 500 } })
      expect(yield* statuses(2)).toEqual([500, 200])
      expect(yield* faults.add({ fault: broken }, { fault: broken })).toEqual(["fault-1", "fault-2"])
      expect(yield* faults.remove("fault-1")).toBe(true)
      expect(yield* faults.remove("fault-1")).toBe(false)
      expect((yield* faults.rules).map(({ name }) => name)).toEqual(["first", "fault-2"])
      yield* faults.clear
      expect(yield* statuses(1)).toEqual([200])
      yield* faults.reset
      expect(yield* statuses(2)).toEqual([503, 503])
      expect(yield* counts).toEqual([["first", 2, 2]])
    }).pipe(Effect.provide(emulator({ name: "first", fault: broken })))
  )

  describe("in a file", () => {
    const refused = (title: string, text: string, sentence: string | RegExp) =>
      it.effect(title, () =>
        Effect.gen(function* () {
          expect((yield* Effect.flip(FaultRules.parse(text))).message).toMatch(sentence)
        })
      )
    for (const [what, fault] of [
      ["the name of a header has a space", `{ "type": "headers", "set": { "a b": "c" } }`],
      ["a header has a second line", `{ "type": "headers", "set": { "a": "b\\r\\nc: d" } }`],
      ["a header is not Latin-1", `{ "type": "response", "headers": { "a": "漢" } }`],
      ["Retry-After has a second line", `{ "type": "status", "status": 503, "retryAfter": "1\\n" }`],
      ["a redirection has a second line", `{ "type": "redirect", "location": "/\\r\\n" }`]
    ] as const) {
      refused(`is refused when ${what}`, `[{ "fault": ${fault} }]`, /header/)
    }
    refused(
      "is refused in a list of more than a thousand rules",
      JSON.stringify(Array.from({ length: 1_001 }, () => ({ fault: { type: "hang" } }))),
      "Expected a value with a length of at most 1000"
    )
    refused(
      "is refused with the name of an unknown field",
      `[{"fault":{"type":"hang"},"probabilty":1}]`,
      "[0].probabilty:"
    )
    refused(
      "is refused with the name of an invalid field",
      `[{"fault":{"type":"status","status":200}}]`,
      "[0].fault.status:"
    )
    refused(
      "is refused with a list of the kinds of faults",
      `[{"fault":{"type":"?"}}]`,
      /\[0\]\.fault: .* status, hang, .* drift/
    )
    refused(
      "is refused with a list of the operations",
      `[{"operation":"?","fault":{"type":"hang"}}]`,
      /getLicenseUsers/
    )
    refused(
      "is refused for a duration without a unit",
      `[{"fault":{"type":"latency","duration":"5"}}]`,
      '"2 seconds" or "250 millis"'
    )
    refused(
      "is refused for an infinite duration",
      `[{"fault":{"type":"latency","duration":"Infinity"}}]`,
      "[0].fault.duration:"
    )
    refused(
      "is refused for an answer with two bodies",
      `[{"fault":{"type":"response","json":1,"text":"1"}}]`,
      "[0].fault: Expected either json or text, not both."
    )
    refused(
      "is refused for a patch with an unknown operation",
      `[{"fault":{"type":"patch","operations":[{"op":"move","path":"/total"}]}}]`,
      "[0].fault.operations[0]: Expected an operation whose op is one of add, remove, replace."
    )
    refused(
      "is refused for a patch whose path is not a JSON pointer",
      `[{"fault":{"type":"patch","operations":[{"op":"remove","path":"total"}]}}]`,
      `[0].fault.operations[0].path: Expected a JSON pointer such as "/entities/0/id".`
    )
    refused("is refused when the file is not a list", `{}`, "Invalid list of fault rules: Expected array.")
    refused("is refused with the position when the file is not JSON", `[{]`, "line 1 column 3")
  })
})
