/** Runs before the program of a child process; what the child prints is kept by whoever started it. */
import * as Observer from "./Observer.ts"
import * as Recorder from "./Recorder.ts"

Observer.observe()
Recorder.direct()
process.once("exit", Observer.keepMetrics)
