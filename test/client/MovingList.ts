/**
 * A list of users that moves while it is read. Every request waits until the schedule
 * says that the server looks at its list, and then until it says that the answer
 * arrives; in between, users join, leave, and move. No clock, and no chance but that of
 * the schedule.
 */
import { LicenseError, NotFound } from "@genesys-license/client"
import type { UserLicensesEntityListing } from "@genesys-license/schema/User"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import fc from "fast-check"
import type { PageQuery } from "../../packages/client/src/UserPage.ts"

/** What happens next; numbers choose among what there is, whatever there is. */
export type Step =
  | { readonly _tag: "look" | "arrive" | "fail" | "leave"; readonly which: number }
  | { readonly _tag: "join"; readonly at: number }
  | { readonly _tag: "move"; readonly which: number; readonly at: number }

const nat = fc.nat({ max: 1_000 })

/** A request is looked at and answered; either may take its time, while others overtake it. */
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

interface Pending {
  readonly query: PageQuery
  readonly answer: (exit: UserLicensesEntityListing | LicenseError) => void
  page: UserLicensesEntityListing | undefined
}

/** What the list was, and what of it was told. */
export interface History {
  /** The list after every change, the first one included. */
  readonly states: Array<ReadonlyArray<string>>
  /** The pages in the order in which the server looked at its list, and what the list was then. */
  readonly looks: Array<{ readonly query: PageQuery; readonly ids: ReadonlyArray<string>; readonly state: number }>
}

const settle = Effect.promise(async () => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
})

/** Lets `program` read a list of so many users while the schedule runs; what follows is answered in turn. */
export const run = <A, E>(
  size: number,
  schedule: ReadonlyArray<Step>,
  program: (
    getPage: (query: PageQuery) => Effect.Effect<UserLicensesEntityListing, LicenseError>
  ) => Effect.Effect<A, E>,
  options: {
    /** Users join and leave in one moment only when they may: otherwise every second change waits for a look. */
    readonly paired: boolean
    readonly most?: number
  } = { paired: true }
) =>
  Effect.gen(function* () {
    const { most = 2_000, paired } = options
    let list: ReadonlyArray<string> = Array.from({ length: size }, (_, n) => `u${n}`)
    const history: History = { states: [list], looks: [] }
    const pending: Array<Pending> = []
    let requests = 0
    let joined = 0
    let changed: string | undefined

    const getPage = (query: PageQuery) =>
      Effect.callback<UserLicensesEntityListing, LicenseError>((resume) => {
        if (++requests > most) throw new Error(`More than ${most} requests`)
        const one: Pending = {
          query,
          page: undefined,
          answer: (exit) => {
            pending.splice(pending.indexOf(one), 1)
            resume(exit instanceof LicenseError ? Effect.fail(exit) : Effect.succeed(exit))
          }
        }
        pending.push(one)
        return Effect.sync(() => {
          if (pending.includes(one)) pending.splice(pending.indexOf(one), 1)
        })
      })

    const pick = <T>(from: ReadonlyArray<T>, which: number): T | undefined => from[which % from.length]
    const look = (one: Pending) => {
      const { pageNumber, pageSize } = one.query
      const ids = list.slice((pageNumber - 1) * pageSize, pageNumber * pageSize)
      history.looks.push({ query: one.query, ids, state: history.states.length - 1 })
      changed = undefined
      one.page = {
        entities: ids.map((id) => ({ id, licenses: [] })),
        pageNumber,
        pageSize,
        total: list.length,
        pageCount: Math.ceil(list.length / pageSize)
      }
    }
    const change = (kind: string, next: ReadonlyArray<string>) => {
      if (!paired && changed !== undefined && changed !== kind) return
      changed = kind
      list = next
      history.states.push(list)
    }
    const inserted = (into: ReadonlyArray<string>, id: string, at: number) =>
      into.toSpliced(at % (into.length + 1), 0, id)

    const step = (one: Step): void => {
      switch (one._tag) {
        case "look": {
          const found = pick(
            pending.filter(({ page }) => page === undefined),
            one.which
          )
          return found && look(found)
        }
        case "arrive": {
          const found = pick(
            pending.filter(({ page }) => page !== undefined),
            one.which
          )
          return found?.answer(found.page!)
        }
        case "fail":
          return pick(pending, one.which)?.answer(
            new LicenseError({ operation: "getLicenseUsers", reason: new NotFound({}), attempts: 1 })
          )
        case "join":
          return change("join", inserted(list, `j${++joined}`, one.at))
        case "leave":
          return list.length === 0 ? undefined : change("leave", list.toSpliced(one.which % list.length, 1))
        case "move": {
          const id = pick(list, one.which)
          return id === undefined
            ? undefined
            : change(
                "move",
                inserted(
                  list.filter((other) => other !== id),
                  id,
                  one.at
                )
              )
        }
      }
    }

    const reader = yield* Effect.forkChild(program(getPage), { startImmediately: true })
    for (const one of schedule) {
      yield* settle
      step(one)
    }
    for (;;) {
      yield* settle
      const exit = reader.pollUnsafe()
      if (exit !== undefined) return { result: yield* exit, history, requests, list }
      const [one] = pending
      if (one === undefined) {
        yield* Fiber.interrupt(reader)
        return yield* Effect.die(new Error("The reader waits for nothing"))
      }
      if (one.page === undefined) look(one)
      one.answer(one.page!)
    }
  })
