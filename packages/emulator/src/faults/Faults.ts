/**
 * The rules by which requests go wrong, and how often each has been applied.
 *
 * Chance comes from the seed and from nothing else: each rule has a generator of
 * its own, so that the same requests in the same order meet the same faults.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { isPassing } from "./Fault.ts"
import type { AnsweringFault, PassingFault } from "./Fault.ts"
import type { FaultRule } from "./FaultRule.ts"
import * as RequestMatch from "../journal/RequestMatch.ts"

/** What goes wrong from the beginning. */
export interface FaultsOptions {
  /** The rules to begin with. Default: none. */
  readonly faults?: ReadonlyArray<FaultRule> | undefined
  /** Decides what happens by chance. Default: `"genesys-license"`. */
  readonly seed?: string | undefined
}

/** A rule and what has become of it. */
export interface FaultCount {
  /** Its own, or `fault-1` and so on. */
  readonly name: string
  /** As it was given. */
  readonly rule: FaultRule
  /** Requests that matched it. */
  readonly matched: number
  /** Those that it happened to. */
  readonly fired: number
}

/** What happens to one request. */
export interface Firing {
  /** The names of the rules. */
  readonly names: ReadonlyArray<string>
  /** The faults that let it go on, each with the chance of its rule. */
  readonly passing: ReadonlyArray<{ readonly fault: PassingFault; readonly random: Random.Random }>
  /** The fault that answers in its place; absent where the right answer is given. */
  readonly answering: AnsweringFault | undefined
}

/** What goes wrong with requests. Rules are taken as they are: the schema of a rule is checked by who reads it. */
export class Faults extends Context.Service<
  Faults,
  {
    /** The rules in their order, with their counts. */
    readonly rules: Effect.Effect<ReadonlyArray<FaultCount>>
    /** Puts rules behind those that are there, and gives the names of the new ones. A name that is taken is replaced. */
    readonly add: (...rules: ReadonlyArray<FaultRule>) => Effect.Effect<ReadonlyArray<string>>
    /** Removes a rule, and says whether there was one. */
    readonly remove: (name: string) => Effect.Effect<boolean>
    /** Removes all rules. */
    readonly clear: Effect.Effect<void>
    /** Goes back to the rules of the beginning, with counts of 0. */
    readonly reset: Effect.Effect<void>
    /** Counts a request; `undefined` when nothing happens to it. */
    readonly next: (request: RequestMatch.Subject) => Firing | undefined
  }
>()("@genesys-license/emulator/Faults") {
  /** The rules of the options, with counts of 0. */
  static readonly make = ({ faults: initial = [], seed = "genesys-license" }: FaultsOptions = {}): Effect.Effect<
    Faults["Service"]
  > =>
    Effect.gen(function* () {
      let entries: Array<Armed> = []
      let named = 0

      const add = (...rules: ReadonlyArray<FaultRule>) =>
        Effect.forEach(rules, (rule) => {
          const name = rule.name ?? `fault-${++named}`
          return Effect.map(Random.Random.pipe(Random.withSeed(`${seed}/${name}`)), (random) => {
            const armed: Armed = { name, rule, random, matched: 0, fired: 0 }
            const index = entries.findIndex((entry) => entry.name === name)
            if (index === -1) entries.push(armed)
            else entries[index] = armed
            return name
          })
        })

      const clear = Effect.sync(() => {
        entries = []
        named = 0
      })
      const reset = Effect.andThen(clear, add(...initial))
      yield* reset

      return Faults.of({
        rules: Effect.sync(() => entries.map(({ fired, matched, name, rule }) => ({ name, rule, matched, fired }))),
        add,
        remove: (name) =>
          Effect.sync(() => {
            const before = entries.length
            entries = entries.filter((entry) => entry.name !== name)
            return entries.length < before
          }),
        clear,
        reset: Effect.asVoid(reset),
        next: (request) => (entries.length === 0 ? undefined : firing(entries, request))
      })
    })

  /** {@link make} as a layer. */
  static readonly layer = (options?: FaultsOptions): Layer.Layer<Faults> => Layer.effect(Faults, Faults.make(options))
}

/** A rule at work. */
interface Armed {
  readonly name: string
  readonly rule: FaultRule
  readonly random: Random.Random
  matched: number
  fired: number
}

const firing = (entries: ReadonlyArray<Armed>, request: RequestMatch.Subject): Firing | undefined => {
  const names: Array<string> = []
  const passing: Array<Firing["passing"][number]> = []
  let answering: AnsweringFault | undefined
  for (const entry of entries) {
    const { fault } = entry.rule
    if (!RequestMatch.matches(entry.rule, request)) continue
    entry.matched += 1
    if (!isDue(entry) || (answering !== undefined && !isPassing(fault))) continue
    entry.fired += 1
    names.push(entry.name)
    if (isPassing(fault)) passing.push({ fault, random: entry.random })
    else answering = fault
  }
  return names.length === 0 ? undefined : { names, passing, answering }
}

/** Whether a rule that matches happens this time. Chance is asked for every request that it could happen to. */
const isDue = ({ fired, matched, random, rule: { nth, probability = 1, skip = 0, times = Infinity } }: Armed) =>
  matched > skip &&
  fired < times &&
  (nth === undefined || (typeof nth === "number" ? nth === matched : nth.includes(matched))) &&
  (probability === 1 || random.nextDoubleUnsafe() < probability)
