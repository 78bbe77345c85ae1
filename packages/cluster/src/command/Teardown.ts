/**
 * The exit code of a worker after a signal: 0 if all of its jobs have ended, 2 if some went back
 * to the queue. Other commands end with 130, the default of `runMain`.
 */
import * as Runtime from "effect/Runtime"

let exitCode: 0 | 2 | undefined

/** Records that a worker has stopped, and how many of its jobs went back to the queue. */
export const stopped = (handedBack: number): void => {
  exitCode = handedBack === 0 ? 0 : 2
}

/** The teardown for `runMain`. */
export const teardown: Runtime.Teardown = (exit, onExit) =>
  Runtime.defaultTeardown(exit, (code) => onExit(code === 130 && exitCode !== undefined ? exitCode : code))
