/**
 * Parses times as people write them: `2026-10-01`, `monday`, `7d`. All are in UTC, so that a
 * cron job means the same time on every machine.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

const iso = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/i

/** Parses ISO 8601, in UTC if there is no zone. A day means its start. Refuses ambiguous dates such as `1/2/26`. */
export const parse = (text: string): Option.Option<DateTime.Utc> => {
  const [, date, time = "00:00", zone = "Z"] = iso.exec(text.trim()) ?? []
  if (date === undefined) return Option.none()
  // JavaScript turns the 31st of February into a day in March.
  const isDay = new Date(`${date}T00:00Z`).getUTCDate() === Number(date.slice(-2))
  return isDay ? DateTime.make(`${date}T${time}${zone.toUpperCase()}`) : Option.none()
}

/** Parses a month such as `2026-10`: from its start to the start of the next month. */
export const month = (text: string) =>
  Option.map(/^\d{4}-\d{2}$/.test(text) ? parse(`${text}-01`) : Option.none(), monthOf)

/** The whole month before the current one. */
export const monthBefore = (now: DateTime.Utc) =>
  monthOf(DateTime.subtract(DateTime.startOf(now, "month"), { months: 1 }))

const monthOf = (startDate: DateTime.Utc) => ({ startDate, endDate: DateTime.add(startDate, { months: 1 }) })

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

const units = { h: "hours", d: "days", w: "weeks" } as const

/**
 * Parses a time in the past: `7d`, `12h` or `2w` before now, a time in ISO 8601, or a day,
 * which means its end. A weekday means the last such day before today.
 */
export const since = (text: string, now: DateTime.Utc): Option.Option<DateTime.Utc> => {
  const input = text.trim().toLowerCase()
  const [, amount, unit] = /^(\d{1,4})([hdw])$/.exec(input) ?? []
  if (amount !== undefined) {
    return Option.some(DateTime.subtract(now, { [units[unit as keyof typeof units]]: Number(amount) }))
  }
  const day =
    input.length < 3 ? -1 : weekdays.findIndex((weekday) => weekday === input || weekday.slice(0, 3) === input)
  if (day >= 0) {
    const days = ((DateTime.getPartUtc(now, "weekDay") - day + 6) % 7) + 1
    return Option.some(DateTime.endOf(DateTime.subtract(now, { days }), "day"))
  }
  return Option.map(parse(input), (moment) => (input.includes("t") ? moment : DateTime.endOf(moment, "day")))
}
