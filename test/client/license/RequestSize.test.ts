import { GenesysError, NotFound, Refused, ResponseTooLarge, ServerError } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import * as RequestSize from "../../../packages/client/src/license/RequestSize.ts"

const body = (code: string, message?: string) => ({
  code,
  ...(message !== undefined && { message }),
  details: [],
  errors: []
})
const failed = (reason: GenesysError["reason"]) => new GenesysError({ operation: "postLicenseUsers", reason })
const tooLarge = failed(new Refused({ status: 413 }))
const unknown = failed(new NotFound({ body: body("not.found") }))

interface Server {
  /** How many it takes at once. */
  readonly limit: number
  /** It does not know them, nor what is asked for together with one of them. */
  readonly unknown: ReadonlySet<number>
  /** The same, because each is larger than a request may be. */
  readonly huge: ReadonlySet<number>
  /** From this one on, each counts for two. */
  readonly heavyFrom?: number
}

const takesAll: Server = { limit: Number.POSITIVE_INFINITY, unknown: new Set(), huge: new Set() }
const items = (count: number) => Arr.range(0, count - 1)

const weightOf = (part: ReadonlyArray<number>, { heavyFrom = 100 }: Server) =>
  part.reduce((weight, n) => weight + (n < heavyFrom ? 1 : 2), 0)

/** Each item with whether it was taken; and the requests, and those of them that were refused. */
const run = (size: RequestSize.RequestSize, server: Server, asked: Arr.NonEmptyReadonlyArray<number>) => {
  const requests: Array<ReadonlyArray<number>> = []
  const refused: Array<ReadonlyArray<number>> = []
  const results = Effect.runSync(
    size.send<number, ReadonlyArray<readonly [number, isTaken: boolean]>, never>(asked, {
      request: (part) =>
        Effect.suspend(() => {
          requests.push(part)
          const error =
            weightOf(part, server) > server.limit || part.some((n) => server.huge.has(n))
              ? tooLarge
              : part.some((n) => server.unknown.has(n))
                ? unknown
                : undefined
          if (error === undefined) return Effect.succeed(part.map((n) => [n, true] as const))
          refused.push(part)
          return Effect.fail(error)
        }),
      isSplit: (error) => error.reason._tag === "NotFound",
      giveUp: (part) => Effect.succeed(part.map((n) => [n, false] as const))
    })
  )
  return { requests, refused, results: results.flat() }
}

const few = fc.uniqueArray(fc.nat({ max: 99 }), { maxLength: 4 }).map((ids) => new Set(ids))
const server: fc.Arbitrary<Server> = fc.record({
  limit: fc.oneof(fc.integer({ min: 1, max: 120 }), fc.constant(Number.POSITIVE_INFINITY)),
  unknown: few,
  huge: few
})
const counts = fc.integer({ min: 1, max: 100 })
const settings = { seed: 20_261_127, numRuns: 2_000 }

describe("RequestSize", () => {
  it("has a result for each once, in their order, and has each taken at most once, whatever the server takes", () => {
    fc.assert(
      fc.property(server, fc.array(counts, { minLength: 1, maxLength: 3 }), (server, counts) => {
        const size = RequestSize.make()
        for (const count of counts) {
          const { refused, requests, results } = run(size, server, items(count))
          expect(results.map(([n]) => n)).toEqual(items(count))
          const taken = requests.filter((part) => !refused.includes(part)).flat()
          expect(taken).toEqual(results.filter(([, isTaken]) => isTaken).map(([n]) => n))
          for (const n of [...server.unknown, ...server.huge]) expect(taken).not.toContain(n)
        }
      }),
      settings
    )
  })

  it("splits no more than it may: two for each split, and what fits into as many parts as that takes", () => {
    fc.assert(
      fc.property(server, counts, (server, count) => {
        const { refused, requests } = run(RequestSize.make(), server, items(count))
        const smallest = Math.min(...requests.filter((part) => !refused.includes(part)).map((part) => part.length))
        const parts = Number.isFinite(smallest) ? Math.ceil(count / smallest) : 0
        expect(requests.length).toBeLessThanOrEqual(1 + 2 * RequestSize.maxSplits(count) + parts)
      }),
      settings
    )
  })

  it.each<readonly [string, Server]>([
    ["knows nobody", { ...takesAll, unknown: new Set(items(100)) }],
    ["takes nothing", { ...takesAll, limit: 0 }]
  ])("asks a server that %s at most 1 + 4 × log2(count) times", (_, server) => {
    for (let count = 1; count <= 100; count++) {
      const { requests } = run(RequestSize.make(), server, items(count))
      expect(requests.length).toBeLessThanOrEqual(1 + 4 * Math.ceil(Math.log2(count)))
    }
  })

  it("spoils nobody where one or two are to blame", () => {
    fc.assert(
      fc.property(counts, fc.nat(), fc.nat(), fc.boolean(), (count, one, other, isHuge) => {
        const blamed = new Set([one % count, other % count])
        const server = { ...takesAll, [isHuge ? "huge" : "unknown"]: blamed }
        const { results } = run(RequestSize.make(), server, items(count))
        expect(results.filter(([, isTaken]) => !isTaken).map(([n]) => n)).toEqual([...blamed].sort((a, b) => a - b))
      }),
      settings
    )
  })

  it.each([99, 50, 40, 25, 10, 3, 2, 1])(
    "has all taken by a server that takes %i, and remembers what fits",
    (limit) => {
      const size = RequestSize.make()
      const first = run(size, { ...takesAll, limit }, items(100))
      expect(first.results.every(([, isTaken]) => isTaken)).toBe(true)
      const second = run(size, { ...takesAll, limit }, items(100))
      expect(second.refused).toEqual([])
      expect(second.requests.length).toBeLessThan(2.1 * (100 / limit) + 1)
    }
  )

  it("remembers what fits where some are larger than others", () => {
    const size = RequestSize.make()
    const server = { ...takesAll, limit: 60, heavyFrom: 50 }
    expect(run(size, server, items(100)).requests.map((part) => part.length)).toEqual([100, 50, 50, 25, 25])
    expect(run(size, server, items(100)).refused).toEqual([])
  })

  it("does not remember the size of one that was too large alone", () => {
    const size = RequestSize.make()
    for (const huge of [0, 42, 99]) {
      run(size, { ...takesAll, huge: new Set([huge]) }, items(100))
      expect(run(size, takesAll, items(100)).requests).toHaveLength(1)
    }
  })

  it("is not tried in parts again once nothing was taken at all, until something is", () => {
    const size = RequestSize.make()
    const nothing = { ...takesAll, limit: 0 }
    run(size, nothing, items(100))
    expect(run(size, nothing, items(100)).requests).toHaveLength(1)
    run(size, takesAll, items(1))
    expect(run(size, { ...takesAll, limit: 50 }, items(100)).results.every(([, isTaken]) => isTaken)).toBe(true)
  })

  it.each<readonly [string, GenesysError["reason"], boolean]>([
    ["413", new Refused({ status: 413 }), true],
    ["an answer over the cap", new ResponseTooLarge({ limit: 1 }), true],
    ["400 response.entity.too.large", new Refused({ status: 400, body: body("response.entity.too.large") }), true],
    ["400 max.user.ids", new Refused({ status: 400, body: body("max.user.ids") }), true],
    ["400 in words", new Refused({ status: 400, body: body("bad.request", "Too many user ids") }), true],
    ["400", new Refused({ status: 400 }), false],
    ["400 about something else", new Refused({ status: 400, body: body("invalid.value", "No such id.") }), false],
    ["409", new Refused({ status: 409, body: body("too.many") }), false],
    ["404", new NotFound({}), false],
    ["503", new ServerError({ status: 503 }), false]
  ])("takes %s for too large: %#", (_, reason, expected) => {
    expect(RequestSize.isTooLarge(failed(reason))).toBe(expected)
  })
})
