/**
 * The savings by the parts of the client that exist for speed. Compares each part with the
 * simple way to do the same, without a socket and in turns. Reports the savings as a share of the
 * time for a page of 100 users with a socket (`bench pages`).
 */
import { GenesysCloud, GenesysTransport } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { LicenseApi } from "@genesys-license/schema/license/LicenseApi"
import { randomUUID } from "node:crypto"
import * as ReadAhead from "../../packages/client/src/paging/ReadAhead.ts"
import { SeenIds } from "../../packages/client/src/paging/SeenIds.ts"
import * as AsIs from "../../packages/client/src/transport/attempt/AsIs.ts"
import * as Deadlines from "../../packages/client/src/transport/call/Deadlines.ts"
import * as Spans from "../../packages/client/src/transport/call/Spans.ts"
import { held } from "./organization.ts"
import { contend } from "./processes.ts"
import { type Measure, median, round } from "./report.ts"

const users = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: randomUUID(), licenses: held[n % held.length] }))
const page = { entities: users(100), pageSize: 100, pageNumber: 1, total: 100, pageCount: 1 }

const http = HttpClient.make((request) => {
  const headers = { "content-type": "application/json" }
  return Effect.sync(() => HttpClientResponse.fromWeb(request, new Response(JSON.stringify(page), { headers })))
})

const layer = GenesysTransport.layerCloud({ rateLimit: { limit: 1_000_000_000, window: "1 minute" } }).pipe(
  Layer.provide([
    GenesysCloud.layer({
      region: "us-east-1",
      credentials: { _tag: "AccessToken", accessToken: Redacted.make("token") }
    }),
    Layer.succeed(HttpClient.HttpClient, http)
  ])
)

/** Processes a number of pages with the fast part, or in the simple way. */
type Work = (pages: number) => Promise<unknown> | void

interface Piece {
  readonly name: string
  readonly plainly: string
  readonly piece: Work
  readonly plain: Work
}

const soon = Effect.promise(() => Promise.resolve())

const pieces = Effect.gen(function* () {
  const context = yield* Effect.context<never>()
  const run =
    (page: Effect.Effect<unknown, unknown>): Work =>
    (pages) => {
      const again = (n: number): Effect.Effect<unknown, unknown> =>
        n === 0 ? Effect.void : Effect.flatMap(page, () => again(n - 1))
      return Effect.runPromiseWith(context)(again(pages))
    }
  const transport = yield* GenesysTransport
  const query = { pageSize: 100, pageNumber: 1 }
  const group = transport.group(LicenseApi.groups.license)
  const client = yield* HttpApiClient.makeWith(LicenseApi, { httpClient: transport.httpClient })
  const byApiClient = client.getLicenseUsers({ query })

  const schema = [
    ...LicenseApi.groups.license.endpoints.getLicenseUsers.success
  ][0] as unknown as Schema.Decoder<unknown>
  const isAsIs = AsIs.make(schema)
  const decode = Schema.decodeUnknownEffect(schema)

  const deadlines = yield* Deadlines.make
  const clock = yield* Effect.clockWith(Effect.succeed)
  const inTime = Effect.suspend(() => {
    const at = Deadlines.elapsedMillis(clock) + 30_000
    const callOff = [deadlines.add(clock, at + 1, () => undefined), deadlines.add(clock, at, () => undefined)]
    return Effect.onExit(soon, () => Effect.sync(() => callOff.forEach((off) => off())))
  })

  // Parsed again each time, because V8 caches the hash of a string that was in a set.
  const texts = Array.from({ length: 4_000 }, () => JSON.stringify(users(100)))
  const idsOf = (n: number): ReadonlyArray<{ readonly id: string }> => JSON.parse(texts[n % texts.length]!)

  const list: Array<Piece> = [
    {
      name: "Endpoints",
      plainly: "HttpApiClient over httpClient",
      piece: run(group.getLicenseUsers({ query })),
      plain: run(Effect.provide(byApiClient, GenesysTransport.layerOperations))
    },
    {
      name: "AsIs",
      plainly: "a compiled schema",
      piece: run(Effect.sync(() => isAsIs(page))),
      plain: run(Effect.suspend(() => decode(page)))
    },
    {
      name: "Deadlines",
      plainly: "Effect.timeout, twice",
      piece: run(inTime),
      plain: run(Effect.timeout(Effect.timeout(soon, "30 seconds"), "31 seconds"))
    },
    {
      name: "SeenIds, after JSON.parse",
      plainly: "a Set",
      piece: (pages) => {
        const seen = new SeenIds()
        for (let n = 0; n < pages; n++) seen.add(idsOf(n), 1)
      },
      plain: (pages) => {
        const seen = new Set<string>()
        for (let n = 0; n < pages; n++) for (const { id } of idsOf(n)) seen.add(id)
      }
    },
    {
      name: "ReadAhead",
      plainly: "Stream.mapEffect",
      piece: (pages) => {
        let n = 0
        const ahead = ReadAhead.make({
          ask: () => (n++ < pages ? n : undefined),
          answer: () => soon,
          concurrency: 4,
          order: "list"
        })
        const all: Effect.Effect<void> = Effect.flatMap(ahead.take, (taken) =>
          taken === undefined ? Effect.void : all
        )
        return Effect.runPromiseWith(context)(all)
      },
      plain: (pages) =>
        Effect.runPromiseWith(context)(
          Stream.range(1, pages).pipe(
            Stream.rechunk(1),
            Stream.mapEffect(() => soon, { concurrency: 4 }),
            Stream.runDrain
          )
        )
    },
    {
      name: "Spans",
      plainly: "Effect.useSpan",
      piece: run(Effect.withFiber((fiber) => Spans.use(fiber, "page", {}, () => soon))),
      plain: run(Effect.useSpan("page", {}, () => soon))
    }
  ]
  return list
})

/** Processor time per page, in microseconds. */
const measured = async (work: Work, pages: number) => {
  const before = process.cpuUsage()
  await work(pages)
  const { system, user } = process.cpuUsage(before)
  return (system + user) / pages
}

export const measure: Measure = async ({ port, quick }) => {
  const pages = quick ? 500 : 4_000
  const reading = quick ? 1_000 : 10_000
  const { cpuMillis } = await contend({
    contender: "LicenseService",
    port,
    organization: { users: reading * 100, latencyMillis: 0 },
    work: { _tag: "ReadAll", concurrency: 1, pageSize: 100 }
  })
  const whole = (cpuMillis * 1000) / reading
  const compare = async ({ name, piece, plain, plainly }: Piece) => {
    const costs = { piece: [] as Array<number>, plain: [] as Array<number> }
    // The first round is warm-up.
    for (let round = quick ? 0 : -1; round < (quick ? 1 : 3); round++) {
      const both = [await measured(piece, pages), await measured(plain, pages)] as const
      if (round < 0) continue
      costs.piece.push(both[0])
      costs.plain.push(both[1])
    }
    const saved = median(costs.plain) - median(costs.piece)
    return {
      piece: name,
      "µs/page": round(median(costs.piece)),
      "in place of": plainly,
      "plain µs/page": round(median(costs.plain)),
      "saves µs": round(saved),
      "% of a page": round((saved / whole) * 100)
    }
  }
  const program = Effect.gen(function* () {
    const rows = []
    for (const piece of yield* pieces) rows.push(yield* Effect.promise(() => compare(piece)))
    return rows
  })
  return {
    title: `What is there for speed, beside the plain way; a page takes ${round(whole)} µs`,
    rows: await Effect.runPromise(program.pipe(Effect.provide(layer), Effect.scoped)),
    targets: [],
    notMeasured: "memory, for which some pieces are there (`bench memory`), and what pieces save one another."
  }
}
