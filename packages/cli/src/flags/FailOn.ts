/**
 * The flag `--fail-on`: limits for the numbers of an audit. A job fails if one is exceeded.
 */
import * as Measures from "@genesys-license/admin/look/Measures"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { differentIf, Ended, Misused } from "../terminal/Ending.ts"

export const flag = Flag.String("fail-on").pipe(
  Flag.withMetavar("LIMITS"),
  Flag.withDescription(
    `Exit with 2 if a number exceeds its limit, such as 'idle>50,leavers>0'. Numbers: ${Measures.all.map(([measure]) => measure).join(", ")}`
  ),
  Flag.optional
)

/** Parses the limits. */
export const parse = Effect.fnUntraced(function* (
  flag: Option.Option<string>
): Effect.fn.Return<ReadonlyArray<Measures.Limit>, Misused> {
  if (Option.isNone(flag)) return []
  const limits = Measures.parse(flag.value)
  return Result.isSuccess(limits) ? limits.success : yield* new Misused({ message: `--fail-on: ${limits.failure}.` })
})

/** Says which limits are exceeded. An unknown number is an error, because it might exceed its limit. */
export const check = Effect.fnUntraced(function* (
  limits: ReadonlyArray<Measures.Limit>,
  measured: Measures.Measured
): Effect.fn.Return<void, Ended> {
  const checked = Measures.check(limits, measured)
  for (const { comparison, limit, measure, number, outcome } of checked) {
    const name = `--fail-on ${measure}${comparison}${limit}:`
    if (outcome === "passed") yield* Console.error(`${name} the number is ${number}.`)
    if (outcome === "notMeasured") {
      yield* Console.error(`${name} ${measure} is not known. It counts ${Measures.counts(measure)}.`)
    }
  }
  if (checked.some(({ outcome }) => outcome === "notMeasured")) return yield* new Ended({ exitCode: 1 })
  yield* differentIf(checked.some(({ outcome }) => outcome === "passed"))
})
