/**
 * Numbers of an audit that a job can watch, and limits for them: `unlicensed>50`.
 *
 * To add a measure, add it to `measures`.
 */
import * as Result from "effect/Result"
import type { Audit } from "./Audit.ts"
import type { Bought } from "./Bought.ts"

/** What is measured. */
export interface Measured {
  /** The audit that has the numbers. */
  readonly audit: Audit
  /** What is known of people: a number that needs another field is not measured. */
  readonly fields?: ReadonlySet<string> | undefined
  /** Absent where it was not asked for, or could not be read. */
  readonly bought?: Bought | undefined
}

const sum = (found: ReadonlyArray<{ readonly users: number }>) => found.reduce((sum, { users }) => sum + users, 0)

const withField =
  (field: string, number: (activity: NonNullable<Audit["activity"]>) => number) =>
  ({ audit, fields }: Measured) =>
    audit.activity !== undefined && fields?.has(field) === true ? number(audit.activity) : undefined

/** Charges of which more was used than bought. Not known where no charge is mapped, or one does not tell. */
const overages = ({ charges }: Bought) => {
  const beyond = charges.map(({ bought, overage, used }) => overage ?? (used === undefined ? undefined : used - bought))
  return beyond.length === 0 || beyond.includes(undefined) ? undefined : beyond.filter((one = 0) => one > 0).length
}

interface Definition {
  /** What it counts, as help and docs say it. */
  readonly counts: string
  /** `undefined` where the number is not known, which is never the same as 0. */
  readonly of: (measured: Measured) => number | undefined
}

const measures = {
  users: { counts: "all users", of: ({ audit }) => audit.users },
  unlicensed: { counts: "users without a license", of: ({ audit }) => audit.unlicensed },
  overlaps: {
    counts: "users who hold a license beside one that contains it; once for each such license",
    of: ({ audit }) => sum(audit.overlaps)
  },
  unmet: {
    counts: "users who hold a license without one that it needs; once for each such license",
    of: ({ audit }) => sum(audit.unmetPrerequisites)
  },
  undefined: {
    counts: "users who hold a license that is not defined any more; once for each such license",
    of: ({ audit }) => sum(audit.undefinedLicenses)
  },
  unheld: { counts: "licenses that nobody holds", of: ({ audit }) => audit.unheld.length },
  idle: {
    counts: "licensed users without a login for --inactive-days; needs the directory, or facts with lastLogin",
    of: withField("lastLogin", ({ inactive }) => inactive.users)
  },
  noLogin: {
    counts: "licensed users of whom no login is known; needs the directory, or facts with lastLogin",
    of: withField("lastLogin", ({ neverLoggedIn, noLoginKnown }) => neverLoggedIn.users + noLoginKnown.users)
  },
  leavers: {
    counts: "licensed users who are not active any more; needs the directory, or facts with state",
    of: withField("state", ({ notActive }) => notActive.users)
  },
  overages: {
    counts: "charges of which more was used than bought; needs --charges",
    of: ({ bought }) => bought && overages(bought)
  }
} satisfies { readonly [name: string]: Definition }

/** The name of a number of an audit. */
export type Measure = keyof typeof measures

const names = Object.keys(measures) as ReadonlyArray<Measure>

/** What a measure counts. */
export const counts = (measure: Measure): string => measures[measure].counts

/** Every measure, and what it counts. */
export const all: ReadonlyArray<readonly [measure: Measure, counts: string]> = names.map((name) => [name, counts(name)])

const comparisons = {
  ">": (number: number, limit: number) => number > limit,
  ">=": (number: number, limit: number) => number >= limit,
  "<": (number: number, limit: number) => number < limit,
  "<=": (number: number, limit: number) => number <= limit
}

/** When a job is to fail. */
export interface Limit {
  /** Which number. */
  readonly measure: Measure
  /** How it is compared with the limit. */
  readonly comparison: keyof typeof comparisons
  /** What it is compared with. */
  readonly limit: number
}

/** Limits such as `unlicensed>50,overlaps>0`; what is wrong with them is a sentence. */
export const parse = (text: string): Result.Result<ReadonlyArray<Limit>, string> =>
  Result.all(
    text.split(",").map((part): Result.Result<Limit, string> => {
      const [, said = "", comparison, limit] = /^\s*([A-Za-z]*)\s*(?:(>=|<=|>|<)\s*(\d+))?\s*$/.exec(part) ?? []
      const measure = names.find((name) => name.toLowerCase() === said.toLowerCase())
      if (said !== "" && measure === undefined) {
        return Result.fail(`there is no measure "${said}"; there are ${names.join(", ")}`)
      }
      if (measure === undefined || comparison === undefined) {
        const example = `${measure ?? "unlicensed"}>50`
        return Result.fail(
          `"${part.trim()}" is not a limit such as '${example}'. Write it in quotes: a shell takes > for a file`
        )
      }
      return Result.succeed({ measure, comparison: comparison as Limit["comparison"], limit: Number(limit) })
    })
  )

/** How an audit stands to a limit. */
export interface Checked extends Limit {
  /** Absent where it was not measured. */
  readonly number?: number
  /** `passed` if the number is past the limit. */
  readonly outcome: "fine" | "passed" | "notMeasured"
}

/** Holds each limit against what was measured. */
export const check = (limits: ReadonlyArray<Limit>, measured: Measured): ReadonlyArray<Checked> =>
  limits.map((limit) => {
    const number = measures[limit.measure].of(measured)
    if (number === undefined) return { ...limit, outcome: "notMeasured" }
    return { ...limit, number, outcome: comparisons[limit.comparison](number, limit.limit) ? "passed" : "fine" }
  })
