/** Loaded before the program of a child process. The parent records what the child prints. */
import * as Observer from "./Observer.ts"
import * as Recorder from "./Recorder.ts"

Observer.observe()
Recorder.direct()
process.once("exit", Observer.keepMetrics)
