/** An organization of the measuring server, named by a path before `/api/v2`. */
export interface Organization {
  readonly users: number
  /** Before every answer. */
  readonly latencyMillis: number
}

export const pathOf = ({ latencyMillis, users }: Organization) => `/${users}-users/${latencyMillis}-ms`

/** What the users hold, in turn. */
export const held = [
  ["cloudCX3"],
  ["cloudCX2", "gc2WEMupgrade"],
  ["cloudCX1"],
  ["cloudCX3", "speechAndTextAnalytics", "agentCopilot"],
  []
]

/** What {@link pathOf} writes: users, milliseconds. */
export const pathPrefix = /^\/(\d+)-users\/(\d+)-ms/
