/**
 * Counts of license holders who are idle, have left or are not known: for a license, a
 * division, a department or a manager.
 */

/** Possible findings about a holder. One user may have several: a leaver may also be idle. */
export const findings = ["inactive", "neverLoggedIn", "noLoginKnown", "notActive", "unknown"] as const
export type Finding = (typeof findings)[number]

export interface ActivityCounts {
  readonly inactive: number
  readonly neverLoggedIn: number
  readonly noLoginKnown: number
  readonly notActive: number
  readonly unknown: number
  /** Users who could give a seat back: idle, never logged in or not active. Each counts once. */
  readonly couldGiveBack: number
  /** Other users whose last login is not known. They count neither as idle nor as active. */
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

/** Adds other counts. */
export const addAll = (sum: Sum, counts: ActivityCounts): void => {
  for (const key of keys) sum[key] += counts[key]
}
