import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mark } from "../support/Canary.ts"
import type { Origin } from "../support/leaks/Recorder.ts"
import * as Scan from "../support/leaks/Scan.ts"
import * as Processes from "../support/processes.ts"

const timeout = 90_000

/** Runs a file of tests with the scan, in a separate Vitest. */
const vitest = (fixture: string) =>
  Processes.run(
    process.execPath,
    [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--config=test/support/leaks/fixtures/vitest.config.ts",
      "--reporter=verbose",
      `fixtures/${fixture}`
    ],
    { env: { NODE_OPTIONS: "", NO_COLOR: "1" } }
  )

/** The output of the scan, and whether it contains a secret. */
const report = ({ stderr }: Processes.Outcome) => {
  const [, report = ""] = stderr.split("Leak scan: ")
  expect(report).not.toContain(mark)
  return report
}

describe.concurrent("A run of tests", () => {
  it.live(
    "fails when a passing test writes a secret, and names the test and the place",
    () =>
      Effect.gen(function* () {
        const outcome = yield* vitest("leaking")
        expect(outcome.stdout).toMatch(/Tests +12 passed \(12\)/)
        expect(outcome.exitCode).toBe(1)
        const output = report(outcome)
        const from = (test: string) => `test/support/leaks/fixtures/leaking.fixture.ts > says it ${test}`
        for (const leak of [
          `${from("on stdout")}\n  stdout: with [cut out]`,
          `${from("on stderr")}\n  stderr: with [cut out]`,
          `${from("on the console")}\n  console: { header: 'Basic `,
          `${from("in a line of the log")}\n  log: `,
          `${from("in an attribute of a span")}\n  span: a span token=[cut out]`,
          `${from("in an event of a span")}\n  span: `,
          `${from("in the error of a span")}\n  error: `,
          "test/support/leaks/fixtures/leaking.fixture.ts\n  metric: ",
          `${from("in a file")}\n  file: [cut out]`,
          `${from("in a journal")}\n  journal: {"method":"GET","path":"/[cut out]`,
          `${from("in another process")}\n  process: with [cut out]`,
          "says a token without a mark, that the emulator gave out\n  stdout: token=[cut out]\n"
        ]) {
          expect(output).toContain(leak)
        }
      }),
    timeout
  )

  it.live(
    "also scans the failures and the titles that Vitest prints",
    () =>
      Effect.gen(function* () {
        const outcome = yield* vitest("failing")
        expect(outcome.exitCode).toBe(1)
        const output = report(outcome)
        expect(output).toContain("test/support/leaks/fixtures/failing.fixture.ts > fails with it\n  error: ")
        expect(output).toMatch(/Vitest itself\n {2}vitest: .*is called \[cut out\].* > and passes/)
      }),
    timeout
  )

  it.live(
    "passes without a secret",
    () =>
      Effect.gen(function* () {
        const outcome = yield* vitest("clean")
        expect(outcome.stdout).toMatch(/Tests +1 passed \(1\)/)
        expect(outcome.stdout + outcome.stderr).not.toContain("Leak scan")
        expect(outcome.exitCode).toBe(0)
      }),
    timeout
  )
})

describe("The scan", () => {
  const origin: Origin = { file: "a.test.ts", tests: ["one"] }
  const secret = '1b9d6bcd+"bbfd"/~4b2d=????'
  const scan = (text: string, at = origin, exceptions: ReadonlyArray<Scan.Exception> = []) =>
    Scan.leaksIn([{ channel: "log", origin: at, text }], [{ secret, origin }], exceptions).map(({ line }) => line)

  it.each([
    ["as plain text", secret],
    ["in JSON", JSON.stringify({ a: secret })],
    ["in a URL", encodeURIComponent(secret)],
    ["in a form", new URLSearchParams({ a: secret }).toString()],
    ["in base64", btoa(secret)],
    ["in a Basic header", btoa(`an-id:${secret}`)],
    ["in a Basic header with another alignment", btoa(`my-id:${secret}`)],
    ["in a Basic header with a third alignment", btoa(`one-id:${secret}`)],
    ["in base64 for URLs", Buffer.from(`?>${secret}`).toString("base64url")],
    ["in base64 after a path", `/path/${btoa(secret)}`],
    ["with color codes", secret.replace("bb", "\u001b[32mbb\u001b[39m")]
  ])("finds a secret %s", (_, text) => {
    expect(scan(`a line\nsaid ${text} so\nanother`)).toEqual([expect.stringMatching(/^said .*\[cut out\].* so$/)])
  })

  it.each([
    ["as plain text", mark],
    ["in a URL", encodeURIComponent(`=${mark}=`)],
    ...["", "a", "ab", "abc"].map((before) => [`in base64 after "${before}"`, btoa(before + mark)])
  ])("finds the mark %s", (_, text) => {
    expect(scan(text!)).toHaveLength(1)
  })

  it("finds nothing in a part of a secret, or in other text", () => {
    expect(scan(secret.slice(1))).toEqual([])
    expect(scan("")).toEqual([])
  })

  it("does not look for values that are too short", () => {
    expect(Scan.leaksIn([{ channel: "log", origin, text: "a token" }], [{ secret: "token", origin }], [])).toEqual([])
  })

  it("lets a test write a value that is a secret only in another test", () => {
    expect(scan(secret, { file: "a.test.ts", tests: ["two", "three"] })).toEqual([])
    expect(scan(secret, { file: "b.test.ts", tests: ["one"] })).toEqual([])
    expect(scan(secret, { file: "a.test.ts", tests: ["two", "one"] })).toHaveLength(1)
    expect(scan(secret, { file: "a.test.ts", tests: [] })).toHaveLength(1)
    expect(scan(secret, { file: "", tests: [] })).toEqual([])
  })

  it("allows a secret only as far as an exception says", () => {
    const exception: Scan.Exception = { file: "a.test.ts", channel: "log", text: /^secret=.*$/m, because: "it must" }
    expect(scan(`secret=${secret}`, origin, [exception])).toEqual([])
    expect(scan(`secret=${secret}\n${secret}`, origin, [exception])).toHaveLength(1)
    expect(scan(`secret=${secret}`, origin, [{ ...exception, channel: "span" }])).toHaveLength(1)
    expect(scan(`secret=${secret}`, origin, [{ ...exception, file: "b.test.ts" }])).toHaveLength(1)
  })
})
