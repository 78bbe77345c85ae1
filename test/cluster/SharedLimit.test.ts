/** Programs of one OAuth client that know nothing of each other, and share its rate limit through a store. */
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import { names } from "@genesys-license/cluster/database/Database"
import * as Effect from "effect/Effect"
import { environment } from "../cli/run.ts"
import * as Postgres from "../support/postgres.ts"
import * as Processes from "../support/processes.ts"
import * as Redis from "../support/redis.ts"

const { timeout } = Processes

if (!Redis.isHere)
  console.warn("There is no redis-server: the test of a limit that is shared through Redis is skipped.")

/** Three programs at once, each with 20 requests. Tells what the organization has seen. */
const threePrograms = Effect.fnUntraced(function* (store: Readonly<Record<string, string>>) {
  const env = { ...(yield* environment), ...store }
  const ended = yield* Effect.forEach(
    [1, 2, 3],
    () => Processes.runFile("examples/12-share-the-limit.ts", [], { env }),
    { concurrency: "unbounded" }
  )
  for (const { exitCode, stderr, stdout } of ended) {
    expect({ exitCode, stderr, stdout }).toEqual({ exitCode: 0, stderr: "", stdout: "20 requests\n" })
  }
  const seen = (yield* (yield* Emulator).journal.requests).filter(({ operation }) => operation === "getLicenseUsers")
  expect(seen).toHaveLength(60)
})

/** A window that no slow machine sees the end of. */
const organization = Effect.provide(Server.layer({ users: 2_000, rateLimit: { requests: 300, window: "1 hour" } }))

describe("the rate limit of one OAuth client", () => {
  it.live.skipIf(!Postgres.isHere)(
    "is counted for all programs in one row of Postgres",
    () =>
      Effect.gen(function* () {
        const { url } = yield* Postgres.database
        yield* threePrograms({ GENESYSLICENSE_DATABASE_URL: url })
        const rows = yield* Postgres.query(url, `SELECT key, count FROM ${names.limits} ORDER BY count DESC`)
        // Logins have a row of their own.
        expect(rows[0].count).toBe(60)
        expect(rows.map(({ key }) => key).join()).not.toMatch(/secret/i)
      }).pipe(Effect.scoped, Effect.provide(Postgres.Shared.layer), organization),
    timeout
  )

  it.live.skipIf(!Redis.isHere)(
    "is counted for all programs in one key of Redis",
    () =>
      Effect.gen(function* () {
        const port = yield* Redis.make
        yield* threePrograms({ REDIS_URL: `redis://127.0.0.1:${port}` })
        const contents = yield* Redis.contents(port)
        expect(Math.max(...[...contents.values()].map(Number))).toBe(60)
        expect([...contents.keys()].join()).not.toMatch(/secret/i)
      }).pipe(Effect.scoped, organization),
    timeout
  )
})
