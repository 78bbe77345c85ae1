import { describe, expect, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Moment from "../../../packages/admin/src/look/Moment.ts"

const iso = Option.map(DateTime.formatIso)

const at = (time: string) => DateTime.makeUnsafe(time)

describe("a moment", () => {
  it.each([
    ["2026-10-01", "2026-10-01T00:00:00.000Z"],
    ["2026-10-01T08:30Z", "2026-10-01T08:30:00.000Z"],
    ["2026-10-01T08:30:15", "2026-10-01T08:30:15.000Z"],
    ["2026-10-01t08:30+02:00", "2026-10-01T06:30:00.000Z"]
  ])("is read from %s", (text, moment) => {
    expect(iso(Moment.parse(text))).toEqual(Option.some(moment))
  })

  it.each(["", "1/2/26", "2026-02-31", "2026-13-01", "2026-10-01 08:30", "2026-10-01T25:00", "5", "october"])(
    "is not guessed from %j",
    (text) => {
      expect(Moment.parse(text)).toEqual(Option.none())
    }
  )

  it("begins a month, and the next", () => {
    const month = Moment.month("2026-12")
    expect(Option.map(month, ({ startDate }) => DateTime.formatIso(startDate))).toEqual(
      Option.some("2026-12-01T00:00:00.000Z")
    )
    expect(Option.map(month, ({ endDate }) => DateTime.formatIso(endDate))).toEqual(
      Option.some("2027-01-01T00:00:00.000Z")
    )
    for (const text of ["2026-13", "2026-1", "2026-10-01", "10/2026"]) expect(Moment.month(text)).toEqual(Option.none())
    const before = Moment.monthBefore(at("2026-03-31T23:00:00Z"))
    expect([before.startDate, before.endDate].map(DateTime.formatIso)).toEqual([
      "2026-02-01T00:00:00.000Z",
      "2026-03-01T00:00:00.000Z"
    ])
  })
})

describe("a moment since", () => {
  // A Friday.
  const now = at("2026-11-27T10:00:00Z")

  it.each([
    ["monday", "2026-11-23T23:59:59.999Z"],
    ["Mon", "2026-11-23T23:59:59.999Z"],
    ["thursday", "2026-11-26T23:59:59.999Z"],
    ["saturday", "2026-11-21T23:59:59.999Z"],
    ["friday", "2026-11-20T23:59:59.999Z"],
    ["2026-11-20", "2026-11-20T23:59:59.999Z"],
    ["2026-11-20T08:00Z", "2026-11-20T08:00:00.000Z"],
    ["7d", "2026-11-20T10:00:00.000Z"],
    ["2W", "2026-11-13T10:00:00.000Z"],
    ["12h", "2026-11-26T22:00:00.000Z"]
  ])("%s on a Friday is %s", (text, moment) => {
    expect(iso(Moment.since(text, now))).toEqual(Option.some(moment))
  })

  it("is a day before today by the name of a weekday, on each day of the week", () => {
    const names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    for (let day = 0; day < 7; day += 1) {
      const now = DateTime.add(at("2026-11-23T00:00:00Z"), { days: day })
      for (const name of names) {
        const moment = Option.getOrThrow(Moment.since(name, now))
        expect(names[(DateTime.getPartUtc(moment, "weekDay") + 6) % 7]).toBe(name)
        const hours = (DateTime.toEpochMillis(now) - DateTime.toEpochMillis(moment)) / 3_600_000
        expect(hours).toBeGreaterThan(0)
        expect(hours).toBeLessThan(7 * 24)
      }
    }
  })

  it.each(["", "mo", "mondays", "7", "d", "-7d", "7 days ago", "tomorrow", "2026-02-31"])(
    "is not guessed from %j",
    (text) => {
      expect(Moment.since(text, now)).toEqual(Option.none())
    }
  )
})
