/**
 * The active fault rules, with their counts.
 *
 * Random faults depend only on the seed: each rule has a separate random number generator.
 * The same requests in the same order always get the same faults.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { isPassing } from "./Fault.ts"
import type { AnsweringFault, PassingFault } from "./Fault.ts"
import type { FaultRule } from "./FaultRule.ts"
import * as RequestMatch from "../journal/RequestMatch.ts"

/** The rules at the start, and the seed. */
export interface FaultsOptions {
  /** The rules at the start. Default: none. */
  readonly faults?: ReadonlyArray<FaultRule> | undefined
  /** The seed for random faults. Default: `"genesys-license"`. */
  readonly seed?: string | undefined
}

/** A rule with its counts. */
export interface FaultCount {
  /** The name of the rule, or `fault-1` and so on if it has none. */
  readonly name: string
  /** The rule as it was added. */
  readonly rule: FaultRule
  /** Number of requests that matched the rule. */
  readonly matched: number
  /** Number of requests to which the fault was applied. */
  readonly fired: number
}

/** The faults that apply to one request. */
export interface Firing {
  /** The names of the rules. */
  readonly names: ReadonlyArray<string>
  /** The faults that let the operation answer, each with the random number generator of its rule. */
  readonly passing: ReadonlyArray<{ readonly fault: PassingFault; readonly random: Random.Random }>
  /** The fault that replaces or damages the answer, if any. */
  readonly answering: AnsweringFault | undefined
}

/** The active fault rules. Does not validate rules; files and control routes validate them when they read them. */
export class Faults extends Context.Service<
  Faults,
  {
    /** All rules in their order, with their counts. */
    readonly rules: Effect.Effect<ReadonlyArray<FaultCount>>
    /** Adds rules at the end and returns their names. A rule replaces an existing rule of the same name. */
    readonly add: (...rules: ReadonlyArray<FaultRule>) => Effect.Effect<ReadonlyArray<string>>
    /** Removes a rule. Returns whether it existed. */
    readonly remove: (name: string) => Effect.Effect<boolean>
    /** Removes all rules. */
    readonly clear: Effect.Effect<void>
    /** Restores the rules from the start, with all counts at 0. */
    readonly reset: Effect.Effect<void>
    /** Counts a request, and returns the faults that apply to it. `undefined` if there are none. */
    readonly next: (request: RequestMatch.Subject) => Firing | undefined
  }
>()("@genesys-license/emulator/Faults") {
  /** Starts with the rules of the options. */
  static readonly make = ({ faults: initial = [], seed = "genesys-license" }: FaultsOptions = {}): Effect.Effect<
    Faults["Service"]
  > =>
    Effect.gen(function* () {
      let entries: Array<ActiveRule> = []
      let named = 0

      const add = (...rules: ReadonlyArray<FaultRule>) =>
        Effect.forEach(rules, (rule) => {
          const name = rule.name ?? `fault-${++named}`
          return Effect.map(Random.Random.pipe(Random.withSeed(`${seed}/${name}`)), (random) => {
            const added: ActiveRule = { name, rule, random, matched: 0, fired: 0 }
            const index = entries.findIndex((entry) => entry.name === name)
            if (index === -1) entries.push(added)
            else entries[index] = added
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

/** A rule with its state. */
interface ActiveRule {
  readonly name: string
  readonly rule: FaultRule
  readonly random: Random.Random
  matched: number
  fired: number
}

const firing = (entries: ReadonlyArray<ActiveRule>, request: RequestMatch.Subject): Firing | undefined => {
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

/** Whether a matching rule applies its fault now. Draws a random number only for a request that could get the fault. */
const isDue = ({ fired, matched, random, rule: { nth, probability = 1, skip = 0, times = Infinity } }: ActiveRule) =>
  matched > skip &&
  fired < times &&
  (nth === undefined || (typeof nth === "number" ? nth === matched : nth.includes(matched))) &&
  (probability === 1 || random.nextDoubleUnsafe() < probability)
