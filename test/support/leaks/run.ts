/**
 * Runs around all tests: reads what they and their processes have said, and ends
 * the run in red when a secret stands in it.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { exceptions } from "./exceptions.ts"
import * as Observer from "./Observer.ts"
import * as Recorder from "./Recorder.ts"
import * as Scan from "./Scan.ts"

/** More leaks than these say nothing new. */
const most = 20

const read = (directory: string) => {
  const said: Array<Recorder.Said> = []
  const secrets: Array<Recorder.Secret> = []
  for (const file of readdirSync(directory)) {
    for (const text of readFileSync(join(directory, file), "utf8").split("\n")) {
      if (text === "") continue
      const line: Recorder.Line = JSON.parse(text)
      if ("secret" in line) secrets.push(line)
      else said.push(line)
    }
  }
  return { said, secrets }
}

export default () => {
  const directory = mkdtempSync(join(tmpdir(), "leak-scan-"))
  process.env[Recorder.directoryVariable] = directory
  Recorder.attribute({ file: "", tests: [] })
  Observer.observeStream(process.stdout, "vitest")
  Observer.observeStream(process.stderr, "vitest")

  return () => {
    Recorder.direct()
    const { said, secrets } = read(directory)
    rmSync(directory, { recursive: true })
    delete process.env[Recorder.directoryVariable]
    const leaks = Scan.leaksIn(said, secrets, exceptions)
    if (leaks.length === 0) return
    process.exitCode = 1
    console.error(`\nLeak scan: ${leaks.length} times a secret stands in what the tests have written.`)
    // What Vitest repeats comes last.
    const inOrder = leaks.toSorted(
      (one, other) => Number(one.said.channel === "vitest") - Number(other.said.channel === "vitest")
    )
    for (const { line, said } of inOrder.slice(0, most)) {
      const { file, tests } = said.origin
      const place =
        file === "" ? "Vitest itself" : [file, tests.join(", or ")].filter((part) => part !== "").join(" > ")
      console.error(`\n  ${place}\n  ${said.channel}: ${line}`)
    }
    console.error("")
  }
}
