/** The setup of each test file, in its process. */
import { relative } from "node:path"
import { afterAll, beforeEach, expect } from "vitest"
import * as Observer from "./Observer.ts"
import * as Recorder from "./Recorder.ts"

const running = new Set<string>()
const file = relative(process.cwd(), expect.getState().testPath ?? "")

const attribute = () => Recorder.attribute({ file, tests: [...running] })
attribute()
Observer.observe()
Observer.observeConsole()
Observer.observeStream(process.stdout, "stdout")
Observer.observeStream(process.stderr, "stderr")

beforeEach(({ onTestFinished, task }) => {
  const name = task.fullTestName
  running.add(name)
  attribute()
  onTestFinished(() => {
    for (const { diff, message, stack } of task.result?.errors ?? []) {
      Recorder.keep("error", [message, diff, stack].join("\n"))
    }
    running.delete(name)
    attribute()
  })
})

// The first hook runs last.
afterAll(() => {
  Observer.keepMetrics()
  Recorder.direct()
})
