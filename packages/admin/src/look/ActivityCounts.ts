/**
 * How many holders of licenses are idle, have left, or are not known: for a license, or
 * for a division, a department or a manager.
 */

/** What may be found of a holder. Somebody who has left may be idle as well. */
export const findings = ["inactive", "neverLoggedIn", "noLoginKnown", "notActive", "unknown"] as const
export type Finding = (typeof findings)[number]

export interface ActivityCounts {
  readonly inactive: number
  readonly neverLoggedIn: number
  readonly noLoginKnown: number
  readonly notActive: number
  readonly unknown: number
  /** Users who could give a seat back: inactive, never logged in or not active, each once. */
  readonly couldGiveBack: number
  /** The others of whom no login is known: they are neither idle nor fine. */
  readonly notKnown: number
}

type Sum = { -readonly [K in keyof ActivityCounts]: number }

export const none = (): Sum => ({
  inactive: 0,
  neverLoggedIn: 0,
  noLoginKnown: 0,
  notActive: 0,
  unknown: 0,
  couldGiveBack: 0,
  notKnown: 0
})

const keys = [...findings, "couldGiveBack", "notKnown"] as const

const isNotKnown = (finding: Finding) => finding === "noLoginKnown" || finding === "unknown"

/** Counts one holder. */
export const add = (sum: Sum, about: ReadonlyArray<Finding>): void => {
  if (about.length === 0) return
  for (const finding of about) sum[finding] += 1
  sum[about.every(isNotKnown) ? "notKnown" : "couldGiveBack"] += 1
}

/** Adds what was counted elsewhere. */
export const addAll = (sum: Sum, counts: ActivityCounts): void => {
  for (const key of keys) sum[key] += counts[key]
}
