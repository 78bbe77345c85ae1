/**
 * How the process of a worker ends after a signal: 0 if all of its jobs have ended, 2 if some
 * went back to the queue. Any other command that is stopped ends with 130, as `runMain` says.
 */
import * as Runtime from "effect/Runtime"

let exitCode: 0 | 2 | undefined

/** A worker has stopped, and so many of its jobs went back to the queue. */
export const stopped = (handedBack: number): void => {
  exitCode = handedBack === 0 ? 0 : 2
}

/** For `runMain`. */
export const teardown: Runtime.Teardown = (exit, onExit) =>
  Runtime.defaultTeardown(exit, (code) => onExit(code === 130 && exitCode !== undefined ? exitCode : code))
