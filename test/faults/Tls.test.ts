import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { describe, expect, it } from "@effect/vitest"
import * as UndiciHttpClient from "@genesys-license/undici/UndiciHttpClient"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { aToken, client, failure } from "../support/Attack.ts"
import { only, raised } from "../support/outcomes.ts"
import { type Fate, make, trust } from "../support/TlsServer.ts"

const change = [{ licenseId: "cloudCX2", userIdsAdd: ["a"], userIdsRemove: [] }]

/** In the middle of an answer, Node reports a reset connection. */
const broken = {
  _tag: "ConnectionFailed",
  phase: "exchange",
  code: expect.stringMatching(/^ERR_SSL_|^EPROTO$|^ECONNRESET$/)
}

describe.each([
  ["Node's https", NodeHttpClient.layerNodeHttpOptions(trust)],
  ["undici's dispatch", UndiciHttpClient.layerAgent({ connect: trust })]
])("A TLS record that breaks, over %s,", (_, http) => {
  const attack = Effect.fnUntraced(function* (...fates: readonly [Fate, ...ReadonlyArray<Fate>]) {
    const server = yield* make(fates)
    const gateway = { host: "127.0.0.1", port: server.port }
    return { server, license: yield* client(http, server.port, { gateway, credentials: aToken }) }
  })
  const withoutDelay = Effect.provideService(Random.Random, { nextIntUnsafe: () => 0, nextDoubleUnsafe: () => 0 })

  it.live.each<Fate>(["broken", "broken in mid-answer"])(
    "makes a write OutcomeUnknown (%s), and it is not sent again",
    (fate) =>
      Effect.gen(function* () {
        const { license, server } = yield* attack(fate)
        const failed = yield* failure(raised(only(license.updateAssignments(change)).pipe(Effect.map((it) => [it]))))
        expect(failed.reason).toMatchObject({ _tag: "OutcomeUnknown", because: broken })
        expect(server.received).toBe(1)
      })
  )

  it.live("is ConnectionFailed, and a read is retried", () =>
    Effect.gen(function* () {
      const { license, server } = yield* attack("broken", "broken in mid-answer", "answered")
      expect(yield* license.getDefinitions).toHaveLength(1)
      expect(server.received).toBe(3)
    }).pipe(withoutDelay)
  )

  it.live("fails a read after four times", () =>
    Effect.gen(function* () {
      const { license, server } = yield* attack("broken")
      expect(yield* failure(license.getDefinitions)).toMatchObject({ attempts: 4, reason: broken })
      expect(server.received).toBe(4)
    }).pipe(withoutDelay)
  )
})
