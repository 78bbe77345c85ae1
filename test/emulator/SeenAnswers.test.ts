/**
 * Compares answers of the emulator with published answers of the real platform.
 * Values that vary are described: `matches` is a pattern, and `header` is the
 * value of a header in the same answer. Headers of the content delivery network
 * are left out: `via`, `x-cache`, `x-amz-cf-pop`, and `strict-transport-security`,
 * which would be wrong without TLS.
 */
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import * as Effect from "effect/Effect"
import seen from "../fixtures/seen-answers.json" with { type: "json" }
import { type Answer, call, requestToken } from "./Caller.ts"

type Request = (typeof seen)[number]["request"]

const logins: Record<string, readonly [clientId: string, clientSecret: string]> = {
  known: [defaultClientId, defaultClientSecret],
  "unknown client": ["00000000-0000-4000-8000-000000000000", defaultClientSecret],
  "wrong secret": [defaultClientId, "CANARY-wrong"]
}

const answerTo = Effect.fnUntraced(function* ({ login, path = "", window }: Request) {
  if (login !== undefined) {
    const [clientId, clientSecret] = logins[login]!
    return yield* requestToken({ grant_type: "client_credentials" }, { clientId, clientSecret })
  }
  const { oauth, rateWindow } = yield* Emulator
  const token = yield* oauth.issue()
  if (window === "full") {
    yield* rateWindow.configure({ requests: 1, window: "60 seconds" })
    yield* call("GET", path, { token })
  }
  return yield* call("GET", path, { token })
})

/** The actual value for a described value of an answer. */
const expected = (described: unknown, { headers }: Answer): unknown => {
  if (typeof described !== "object" || described === null || Array.isArray(described)) return described
  if ("matches" in described) return expect.stringMatching(new RegExp(String(described.matches)))
  if ("header" in described) return headers[String(described.header)]
  return described
}

describe("the emulator answers as the platform does:", () => {
  for (const { body, headers, name, request, status } of seen) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const answer = yield* answerTo(request)
        expect(answer.status).toBe(status)
        for (const [header, described] of Object.entries(headers)) {
          expect([header, answer.headers[header]]).toEqual([header, expected(described, answer)])
        }
        if (body === undefined) return
        // The bodies have exactly the same fields.
        expect(answer.body).toEqual(
          Object.fromEntries(Object.entries(body).map(([field, described]) => [field, expected(described, answer)]))
        )
      }).pipe(Effect.provide(Emulator.layerTest()))
    )
  }
})
