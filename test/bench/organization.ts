/** An organization on the server of the benches. A path before `/api/v2` selects it. */
export interface Organization {
  readonly users: number
  /** The delay before every answer. */
  readonly latencyMillis: number
}

export const pathOf = ({ latencyMillis, users }: Organization) => `/${users}-users/${latencyMillis}-ms`

/** The licenses of the users, in turn. */
export const held = [
  ["cloudCX3"],
  ["cloudCX2", "gc2WEMupgrade"],
  ["cloudCX1"],
  ["cloudCX3", "speechAndTextAnalytics", "agentCopilot"],
  []
]

/** Matches the paths of {@link pathOf}: number of users, milliseconds. */
export const pathPrefix = /^\/(\d+)-users\/(\d+)-ms/
