/**
 * An organization whose users move while it is read. Every request of a page waits
 * until the schedule says that it arrives at the emulator, and then until it says that
 * the answer comes back; in between, users join, leave, and move. The pages may be cut
 * and counted in another way than the emulator's. No clock, and no chance but that of
 * the schedule.
 */
import { LicenseService } from "@genesys-license/client"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import { HttpClientError, TransportError } from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import type { PageQuery } from "../../packages/client/src/paging/Page.ts"
import { clientCredentials } from "./clients.ts"
import { cut, type Serving } from "./paging/SizedList.ts"
import { settle } from "./virtualTime.ts"

/** What happens next; numbers choose among what there is, whatever there is. */
export type Step =
  | { readonly _tag: "look" | "arrive" | "fail" | "leave"; readonly which: number }
  | { readonly _tag: "join"; readonly at: number }
  | { readonly _tag: "move"; readonly which: number; readonly at: number }

const nat = fc.nat({ max: 1_000 })

/** A request is looked at and its answer arrives; either may take its time, while others overtake it. */
const answers = [
  { arbitrary: fc.record({ _tag: fc.constant("look"), which: nat }), weight: 3 },
  { arbitrary: fc.record({ _tag: fc.constant("arrive"), which: nat }), weight: 3 }
] as const
const changes = [
  { arbitrary: fc.record({ _tag: fc.constant("leave"), which: nat }), weight: 2 },
  { arbitrary: fc.record({ _tag: fc.constant("join"), at: nat }), weight: 2 }
] as const
const moves = { arbitrary: fc.record({ _tag: fc.constant("move"), which: nat, at: nat }), weight: 1 } as const
const failures = { arbitrary: fc.record({ _tag: fc.constant("fail"), which: nat }), weight: 1 } as const

const steps = (...kinds: ReadonlyArray<fc.WeightedArbitrary<unknown>>) =>
  fc.array(fc.oneof(...kinds) as fc.Arbitrary<Step>, { maxLength: 80, size: "max" })

export const schedules = {
  /** Nothing but requests and answers, in any order. */
  still: steps(...answers),
  /** The same, and some requests fail. */
  failing: steps(...answers, failures),
  /** Users join, leave and move. */
  moving: steps(...answers, ...changes, moves),
  /** Users join and leave, and requests fail. */
  movingAndFailing: steps(...answers, ...changes, moves, failures)
}

/** A request on its way: there, and back. */
interface Pending {
  readonly query: PageQuery
  isLookedAt: boolean
  readonly there: Deferred.Deferred<void, HttpClientError>
  readonly back: Deferred.Deferred<void, HttpClientError>
  readonly lost: HttpClientError
}

/** What the list was, and what of it was told. */
export interface History {
  /** The list after every change, the first one included. */
  readonly states: Array<ReadonlyArray<string>>
  /** The pages in the order in which the server looked at its list. */
  readonly looks: Array<{ readonly pageNumber: number; readonly ids: ReadonlyArray<string> }>
}

const limit = 1_000_000

/** A reader that asks for more does not come to its end. */
const most = 2_000

const isLogin = (url: URL) => url.pathname.endsWith("/oauth/token")

const queryOf = ({ searchParams }: URL): PageQuery => ({
  pageNumber: Number(searchParams.get("pageNumber")),
  pageSize: Number(searchParams.get("pageSize"))
})

/** The emulator, with pages as another server would cut them. */
const serve = (serving: Serving) => (http: HttpClient.HttpClient) =>
  HttpClient.make((request, url) => {
    if (isLogin(url)) return http.execute(request)
    const query = queryOf(url)
    const answer = (body: object, status = 200) => HttpClientResponse.fromWeb(request, Response.json(body, { status }))
    if (query.pageSize > (serving.refuseOver ?? Number.POSITIVE_INFINITY)) {
      return Effect.succeed(answer({ code: "response.entity.too.large" }, 400))
    }
    const whole = new URL(url)
    whole.search = "pageNumber=1&pageSize=100000"
    return http.execute(HttpClientRequest.setUrl(request, whole)).pipe(
      Effect.flatMap(({ json }) => json),
      Effect.map((list) =>
        answer(cut((list as { readonly entities: ReadonlyArray<unknown> }).entities, serving, query))
      ),
      Effect.orDie
    )
  })

/** The client of an emulator, whose requests of pages are held up as `hold` says. Logins are not. */
const layer = (
  serving: Serving | undefined,
  hold: (request: HttpClientRequest.HttpClientRequest, url: URL) => Pending,
  release: (pending: Pending) => void
) => {
  const held = HttpClient.transform<HttpClientError, never, HttpClientError, never>((send, request) =>
    Effect.suspend(() => {
      const url = new URL(request.url)
      if (isLogin(url)) return send
      const pending = hold(request, url)
      return Deferred.await(pending.there).pipe(
        Effect.andThen(send),
        Effect.tap(() => Deferred.await(pending.back)),
        Effect.ensuring(Effect.sync(() => release(pending)))
      )
    })
  )
  return LicenseService.layer({
    region: "us-east-1",
    credentials: clientCredentials,
    rateLimit: { limit, window: "1 minute" },
    retries: 0
  }).pipe(
    Layer.provide(
      Layer.effect(
        HttpClient.HttpClient,
        Effect.map(HttpClient.HttpClient, (http) => held(serving === undefined ? http : serve(serving)(http)))
      )
    ),
    Layer.provideMerge(Emulator.layerTest({ users: [], rateLimit: { requests: limit, window: "1 minute" } })),
    Layer.provideMerge(TestClock.layer())
  )
}

/** Lets `program` read a list of so many users while the schedule runs; what follows is answered in turn. */
export const run = <A, E>(
  size: number,
  schedule: ReadonlyArray<Step>,
  program: (license: LicenseService["Service"]) => Effect.Effect<A, E>,
  {
    paired = true,
    serving
  }: {
    /** Users join and leave in one moment only when they may: otherwise every second change waits for a look. */
    readonly paired?: boolean
    /** How the pages are cut; as the emulator does it unless told. */
    readonly serving?: Serving
  } = {}
) => {
  const pending: Array<Pending> = []
  let requests = 0
  const hold = (request: HttpClientRequest.HttpClientRequest, url: URL): Pending => {
    requests += 1
    const cause = Object.assign(new Error("fetch failed"), { code: "ECONNRESET" })
    const one: Pending = {
      query: queryOf(url),
      isLookedAt: false,
      there: Deferred.makeUnsafe(),
      back: Deferred.makeUnsafe(),
      lost: new HttpClientError({ reason: new TransportError({ request, cause }) })
    }
    pending.push(one)
    return one
  }
  const release = (one: Pending) => void pending.splice(pending.indexOf(one), 1)

  return Effect.gen(function* () {
    const { organization } = yield* Emulator
    const ids = Effect.map(organization.users, (users) => users.map(({ id }) => id))
    const become = (list: ReadonlyArray<string>) =>
      organization.updateUsers(() => list.map((id) => ({ id, licenses: [] })))
    yield* become(Array.from({ length: size }, (_, n) => `u${n}`))
    const history: History = { states: [yield* ids], looks: [] }
    let joined = 0
    let changed: string | undefined

    const pick = <T>(from: ReadonlyArray<T>, which: number): T | undefined => from[which % from.length]
    const look = Effect.fnUntraced(function* (one: Pending) {
      const list = yield* ids
      const { pageNumber } = one.query
      const pageSize = Math.min(one.query.pageSize, serving?.max ?? Number.POSITIVE_INFINITY)
      history.looks.push({ pageNumber, ids: list.slice((pageNumber - 1) * pageSize, pageNumber * pageSize) })
      changed = undefined
      one.isLookedAt = true
      yield* Deferred.succeed(one.there, undefined)
    })
    const change = Effect.fnUntraced(function* (
      kind: string,
      f: (list: ReadonlyArray<string>) => ReadonlyArray<string>
    ) {
      if (!paired && changed !== undefined && changed !== kind) return
      changed = kind
      yield* become(f(yield* ids))
      history.states.push(yield* ids)
    })
    const inserted = (into: ReadonlyArray<string>, id: string, at: number) =>
      into.toSpliced(at % (into.length + 1), 0, id)

    const step = (one: Step): Effect.Effect<unknown> => {
      switch (one._tag) {
        case "look": {
          const found = pick(
            pending.filter(({ isLookedAt }) => !isLookedAt),
            one.which
          )
          return found === undefined ? Effect.void : look(found)
        }
        case "arrive": {
          const found = pick(
            pending.filter(({ isLookedAt }) => isLookedAt),
            one.which
          )
          return found === undefined ? Effect.void : Deferred.succeed(found.back, undefined)
        }
        case "fail": {
          const found = pick(pending, one.which)
          return found === undefined
            ? Effect.void
            : Deferred.fail(found.isLookedAt ? found.back : found.there, found.lost)
        }
        case "join":
          return change("join", (list) => inserted(list, `j${++joined}`, one.at))
        case "leave":
          return change("leave", (list) => (list.length === 0 ? list : list.toSpliced(one.which % list.length, 1)))
        case "move":
          return change("move", (list) => {
            const id = pick(list, one.which)
            if (id === undefined) return list
            return inserted(
              list.filter((other) => other !== id),
              id,
              one.at
            )
          })
      }
    }

    const reader = yield* Effect.forkChild(program(yield* LicenseService), { startImmediately: true })
    for (const one of schedule) {
      yield* settle
      yield* step(one)
    }
    for (;;) {
      yield* settle
      const exit = reader.pollUnsafe()
      if (exit !== undefined) return { result: yield* exit, history, requests, list: yield* ids }
      const [one] = pending
      if (one === undefined || requests > most) {
        yield* Fiber.interrupt(reader)
        return yield* Effect.die(new Error(one === undefined ? "The reader waits for nothing" : `${most} requests`))
      }
      if (!one.isLookedAt) yield* look(one)
      yield* Deferred.succeed(one.back, undefined)
    }
  }).pipe(Effect.provide(layer(serving, hold, release)))
}
