import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import { json, reply, type Script } from "../support/StubApi.ts"
import { withStub } from "./clients.ts"

/** What is logged while the definitions are read, and how. */
const linesOf = (api: Script) =>
  Effect.gen(function* () {
    const lines: Array<unknown> = []
    const logger = Logger.make((entry) => {
      const { annotations, level, message } = Logger.formatStructured.log(entry)
      lines.push({ level, message, ...annotations })
    })
    yield* withStub({ api }, (license) => license.getDefinitions).pipe(
      Effect.provide(Logger.layer([logger])),
      Effect.provideService(References.MinimumLogLevel, "Trace")
    )
    return lines
  })

const answered = { "inin-correlation-id": "c-1" }
const ok = json([])

describe("Logs", () => {
  it.effect("tell of a retry, with the correlation id", () =>
    Effect.gen(function* () {
      expect(yield* linesOf([reply(503, "", answered), ok])).toEqual([
        {
          level: "DEBUG",
          message: "Repeating",
          operation: "getLicenseDefinitions",
          attempts: 1,
          reason: "ServerError",
          correlationId: "c-1"
        }
      ])
    })
  )

  it.effect("tell of a 429, with the correlation id", () =>
    Effect.gen(function* () {
      expect(yield* linesOf([reply(429, "", { ...answered, "retry-after": "1" }), ok])).toEqual([
        {
          level: "DEBUG",
          message: "Waiting for the rate limit",
          operation: "getLicenseDefinitions",
          attempts: 1,
          reason: "RateLimited",
          correlationId: "c-1"
        }
      ])
    })
  )

  it.effect("tell of nothing when all goes well", () =>
    Effect.gen(function* () {
      expect(yield* linesOf([ok])).toEqual([])
    })
  )
})
