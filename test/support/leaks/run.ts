/**
 * The global setup of all tests. At the end, it scans the output of the tests and their processes, and
 * fails the run if the output contains a secret.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { exceptions } from "./exceptions.ts"
import * as Observer from "./Observer.ts"
import * as Recorder from "./Recorder.ts"
import * as Scan from "./Scan.ts"

/** The maximum number of reported leaks. */
const maximumReported = 20

const read = (directory: string) => {
  const outputs: Array<Recorder.Output> = []
  const secrets: Array<Recorder.Secret> = []
  for (const file of readdirSync(directory)) {
    for (const text of readFileSync(join(directory, file), "utf8").split("\n")) {
      if (text === "") continue
      const line: Recorder.Line = JSON.parse(text)
      if ("secret" in line) secrets.push(line)
      else outputs.push(line)
    }
  }
  return { outputs, secrets }
}

export default () => {
  const directory = mkdtempSync(join(tmpdir(), "leak-scan-"))
  process.env[Recorder.directoryVariable] = directory
  Recorder.attribute({ file: "", tests: [] })
  Observer.observeStream(process.stdout, "vitest")
  Observer.observeStream(process.stderr, "vitest")

  return () => {
    Recorder.direct()
    const { outputs, secrets } = read(directory)
    rmSync(directory, { recursive: true })
    delete process.env[Recorder.directoryVariable]
    const leaks = Scan.leaksIn(outputs, secrets, exceptions)
    if (leaks.length === 0) return
    process.exitCode = 1
    console.error(`\nLeak scan: the output of the tests contains a secret in ${leaks.length} places.`)
    // The output of Vitest comes last, because it repeats other output.
    const inOrder = leaks.toSorted(
      (one, other) => Number(one.output.channel === "vitest") - Number(other.output.channel === "vitest")
    )
    for (const { line, output } of inOrder.slice(0, maximumReported)) {
      const { file, tests } = output.origin
      const place =
        file === "" ? "Vitest itself" : [file, tests.join(", or ")].filter((part) => part !== "").join(" > ")
      console.error(`\n  ${place}\n  ${output.channel}: ${line}`)
    }
    console.error("")
  }
}
