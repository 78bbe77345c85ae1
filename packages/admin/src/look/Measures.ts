/**
 * Numbers of an audit that a job can monitor, and limits for them, such as `unlicensed>50`.
 *
 * To add a measure, add it to `measures`.
 */
import * as Result from "effect/Result"
import type { Audit } from "./Audit.ts"
import type { Bought } from "./Bought.ts"

/** The data for the measures. */
export interface Measured {
  /** The audit. */
  readonly audit: Audit
  /** The known fields of people. A measure that needs another field is not known. */
  readonly fields?: ReadonlySet<string> | undefined
  /** Absent if it was not requested or cannot be read. */
  readonly bought?: Bought | undefined
}

const sum = (found: ReadonlyArray<{ readonly users: number }>) => found.reduce((sum, { users }) => sum + users, 0)

const withField =
  (field: string, number: (activity: NonNullable<Audit["activity"]>) => number) =>
  ({ audit, fields }: Measured) =>
    audit.activity !== undefined && fields?.has(field) === true ? number(audit.activity) : undefined

/** The number of charges with more used than bought. Not known if no charge is mapped, or if a charge has no quantity used. */
const overages = ({ charges }: Bought) => {
  const beyond = charges.map(({ bought, overage, used }) => overage ?? (used === undefined ? undefined : used - bought))
  return beyond.length === 0 || beyond.includes(undefined) ? undefined : beyond.filter((one = 0) => one > 0).length
}

interface Definition {
  /** What it counts, for help and docs. */
  readonly counts: string
  /** `undefined` if the number is not known, which is not the same as 0. */
  readonly of: (measured: Measured) => number | undefined
}

const measures = {
  users: { counts: "all users", of: ({ audit }) => audit.users },
  unlicensed: { counts: "users without a license", of: ({ audit }) => audit.unlicensed },
  overlaps: {
    counts: "users who hold a license in addition to one that includes it; once for each such license",
    of: ({ audit }) => sum(audit.overlaps)
  },
  unmet: {
    counts: "users who hold a license without a license that it requires; once for each such license",
    of: ({ audit }) => sum(audit.unmetPrerequisites)
  },
  undefined: {
    counts: "users who hold a license that is no longer defined; once for each such license",
    of: ({ audit }) => sum(audit.undefinedLicenses)
  },
  unheld: { counts: "licenses that nobody holds", of: ({ audit }) => audit.unheld.length },
  idle: {
    counts:
      "licensed users whose last login is older than --inactive-days; needs the directory, or facts with lastLogin",
    of: withField("lastLogin", ({ inactive }) => inactive.users)
  },
  noLogin: {
    counts: "licensed users whose last login is not known; needs the directory, or facts with lastLogin",
    of: withField("lastLogin", ({ neverLoggedIn, noLoginKnown }) => neverLoggedIn.users + noLoginKnown.users)
  },
  leavers: {
    counts: "licensed users who are no longer active; needs the directory, or facts with state",
    of: withField("state", ({ notActive }) => notActive.users)
  },
  overages: {
    counts: "charges with more used than bought; needs --charges",
    of: ({ bought }) => bought && overages(bought)
  }
} satisfies { readonly [name: string]: Definition }

/** The name of a measure. */
export type Measure = keyof typeof measures

const names = Object.keys(measures) as ReadonlyArray<Measure>

/** What a measure counts. */
export const counts = (measure: Measure): string => measures[measure].counts

/** All measures, and what each counts. */
export const all: ReadonlyArray<readonly [measure: Measure, counts: string]> = names.map((name) => [name, counts(name)])

const comparisons = {
  ">": (number: number, limit: number) => number > limit,
  ">=": (number: number, limit: number) => number >= limit,
  "<": (number: number, limit: number) => number < limit,
  "<=": (number: number, limit: number) => number <= limit
}

/** A limit. A job fails if the comparison is true. */
export interface Limit {
  /** The measure to compare. */
  readonly measure: Measure
  /** The comparison operator. */
  readonly comparison: keyof typeof comparisons
  /** The number to compare with. */
  readonly limit: number
}

/** Parses limits such as `unlicensed>50,overlaps>0`. The failure is a sentence. */
export const parse = (text: string): Result.Result<ReadonlyArray<Limit>, string> =>
  Result.all(
    text.split(",").map((part): Result.Result<Limit, string> => {
      const [, name = "", comparison, limit] = /^\s*([A-Za-z]*)\s*(?:(>=|<=|>|<)\s*(\d+))?\s*$/.exec(part) ?? []
      const measure = names.find((known) => known.toLowerCase() === name.toLowerCase())
      if (name !== "" && measure === undefined) {
        return Result.fail(`unknown number "${name}"; allowed: ${names.join(", ")}`)
      }
      if (measure === undefined || comparison === undefined) {
        const example = `${measure ?? "unlicensed"}>50`
        return Result.fail(
          `"${part.trim()}" is not a limit such as '${example}'. Put limits in quotes, because a shell treats > as a redirection`
        )
      }
      return Result.succeed({ measure, comparison: comparison as Limit["comparison"], limit: Number(limit) })
    })
  )

/** A limit and its result. */
export interface Checked extends Limit {
  /** Absent if the number is not known. */
  readonly number?: number
  /** `passed` if the number exceeds the limit. */
  readonly outcome: "fine" | "passed" | "notMeasured"
}

/** Checks each limit. */
export const check = (limits: ReadonlyArray<Limit>, measured: Measured): ReadonlyArray<Checked> =>
  limits.map((limit) => {
    const number = measures[limit.measure].of(measured)
    if (number === undefined) return { ...limit, outcome: "notMeasured" }
    return { ...limit, number, outcome: comparisons[limit.comparison](number, limit.limit) ? "passed" : "fine" }
  })
