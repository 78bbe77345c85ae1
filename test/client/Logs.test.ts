import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import { error, ok, type Script } from "./answers.ts"
import { withAnswers } from "./clients.ts"

/** What is logged while the definitions are read, and how; and the correlation id of the first answer. */
const linesOf = (api: Script) =>
  Effect.gen(function* () {
    const lines: Array<unknown> = []
    const logger = Logger.make((entry) => {
      const { annotations, level, message } = Logger.formatStructured.log(entry)
      lines.push({ level, message, ...annotations })
    })
    const correlationId = yield* withAnswers({ api }, function* (license, server) {
      yield* license.getDefinitions
      const [first] = yield* server.journal.verify({ operation: "getLicenseDefinitions" })
      return first!.correlationId
    }).pipe(Effect.provide(Logger.layer([logger])), Effect.provideService(References.MinimumLogLevel, "Trace"))
    return { lines, correlationId }
  })

describe("Logs", () => {
  it.effect("tell of a retry, with the correlation id", () =>
    Effect.gen(function* () {
      const { correlationId, lines } = yield* linesOf([error(503), ok])
      expect(lines).toEqual([
        {
          level: "DEBUG",
          message: "Retrying",
          operation: "getLicenseDefinitions",
          attempts: 1,
          reason: "ServerError",
          correlationId
        }
      ])
    })
  )

  it.effect("tell of a 429, with the correlation id", () =>
    Effect.gen(function* () {
      const { correlationId, lines } = yield* linesOf([[{ type: "status", status: 429, retryAfter: 1 }], ok])
      expect(lines).toEqual([
        {
          level: "DEBUG",
          message: "Waiting for the rate limit",
          operation: "getLicenseDefinitions",
          attempts: 1,
          reason: "RateLimited",
          correlationId
        }
      ])
    })
  )

  it.effect("tell of nothing when all goes well", () =>
    Effect.gen(function* () {
      expect((yield* linesOf([ok])).lines).toEqual([])
    })
  )
})
