/**
 * The flags `--month`, `--from` and `--to`: a period of time.
 */
import * as Moment from "@genesys-license/admin/look/Moment"
import type { Period } from "@genesys-license/client/BillingService"
import * as Flag from "effect/cli/Flag"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Misused } from "../terminal/Ending.ts"

const day = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.filterMap(Moment.parse, (text) => `Expected a day such as 2026-10-01, got ${JSON.stringify(text)}`),
    Flag.withMetavar("DATE"),
    Flag.withDescription(description),
    Flag.optional
  )

export const flags = {
  month: Flag.String("month").pipe(
    Flag.filterMap(Moment.month, (text) => `Expected a month such as 2026-10, got ${JSON.stringify(text)}`),
    Flag.withMetavar("MONTH"),
    Flag.withDescription("Show this month in UTC, such as 2026-10 (default: the previous month)"),
    Flag.optional
  ),
  from: day("from", "Start the period on this day instead of a whole month, such as 2026-10-15"),
  to: day("to", "End the period before this day (default: today)")
}

export interface Flags {
  readonly month: Option.Option<Period>
  readonly from: Option.Option<DateTime.Utc>
  readonly to: Option.Option<DateTime.Utc>
}

/** The period that the flags describe. */
export const of = Effect.fnUntraced(function* ({ from, month, to }: Flags): Effect.fn.Return<Period, Misused> {
  const now = yield* DateTime.now
  if (Option.isSome(month) && (Option.isSome(from) || Option.isSome(to))) {
    return yield* new Misused({ message: "--month excludes --from and --to. Pass one or the other." })
  }
  if (Option.isNone(from)) {
    if (Option.isSome(to)) return yield* new Misused({ message: "--to needs --from." })
    return Option.getOrElse(month, () => Moment.monthBefore(now))
  }
  const startDate = from.value
  const endDate = Option.getOrElse(to, () => DateTime.startOf(now, "day"))
  if (!DateTime.isLessThan(startDate, endDate)) {
    const days = `${DateTime.formatIso(startDate)}, ${DateTime.formatIso(endDate)}`
    return yield* new Misused({ message: `--from must be before --to: ${days}.` })
  }
  return { startDate, endDate }
})
