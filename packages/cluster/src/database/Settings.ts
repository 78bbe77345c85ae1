/**
 * The times of the queue and its locks.
 */
import * as Duration from "effect/Duration"

/** Durations and intervals. They must be the same for all workers. */
export interface Settings {
  /**
   * How long a job and its organization stay locked after the last sign of life of their
   * worker. A shorter time finds a lost worker sooner, but also treats more workers as lost that
   * were only paused. Default: 35 seconds.
   */
  readonly lockExpiration: Duration.Duration
  /** How often a worker gives a sign of life. Default: 10 seconds. */
  readonly lockRefresh: Duration.Duration
  /** How often an idle worker looks for jobs. Default: 1 second. */
  readonly poll: Duration.Duration
  /** The pause before a job that failed is tried again; it doubles each time. Default: 15 seconds. */
  readonly retry: Duration.Duration
  /** How long ended jobs are kept. Default: 30 days. */
  readonly keep: Duration.Duration
}

/** The defaults. */
export const defaults: Settings = {
  lockExpiration: Duration.seconds(35),
  lockRefresh: Duration.seconds(10),
  poll: Duration.seconds(1),
  retry: Duration.seconds(15),
  keep: Duration.days(30)
}

const units = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
  [1, "second"]
] as const

/** A duration in the words that a flag takes, such as `15 minutes`. */
export const inWords = (duration: Duration.Duration): string => {
  const seconds = Duration.toSeconds(duration)
  const [size, unit] = units.find(([size]) => seconds >= size && seconds % size === 0) ?? [1, "second"]
  const count = seconds / size
  return `${count} ${unit}${count === 1 ? "" : "s"}`
}
