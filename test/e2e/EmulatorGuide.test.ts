import { describe, expect, it } from "@effect/vitest"
import { parse as parseFaults } from "@genesys-license/emulator/faults/FaultRule"
import { parse as parseOrganization } from "@genesys-license/emulator/control/OrganizationDocument"
import * as Effect from "effect/Effect"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import * as Processes from "../support/processes.ts"

const guide = readFileSync(join(Processes.root, "docs/emulator.md"), "utf8")

interface Block {
  readonly language: string
  readonly text: string
  /** The comment before it. */
  readonly note: string | undefined
}

const blocks: ReadonlyArray<Block> = [
  ...guide.matchAll(/(?:<!-- (?<note>\S+) -->\n\n)?```(?<language>\w+)\n(?<text>[^]*?)```\n/g)
].map(({ groups }) => ({ language: groups!["language"]!, text: groups!["text"]!, note: groups!["note"] }))

const named = (language: string) => blocks.filter((block) => block.language === language)

/** A shell where the guide's files are in the folder and the command is on the path. */
const shell = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = mkdtempSync(join(tmpdir(), "guide-"))
    for (const { note, text } of named("json")) writeFileSync(join(folder, note!), text)
    writeFileSync(
      join(folder, "genesys-license-emulator"),
      `#!/bin/sh\nexec "${process.execPath}" "${join(Processes.root, "packages/emulator/src/main.ts")}" "$@"\n`,
      { mode: 0o755 }
    )
    return folder
  }),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
).pipe(
  Effect.map((folder) => {
    const path = [folder, dirname(process.execPath), process.env["PATH"]].join(delimiter)
    return (script: string) =>
      Processes.start("/bin/sh", ["-euc", `cd "${folder}"\n${script}`], { env: { PATH: path } })
  })
)

const { timeout } = Processes

describe("docs/emulator.md", () => {
  it("has a whole file of TypeScript that is a test", () => {
    const source = readFileSync(join(Processes.root, "test/emulator/Guide.test.ts"), "utf8")
    expect(named("ts").map(({ text }) => text)).toEqual([source])
  })

  it.effect("has files that are what they say", () =>
    Effect.gen(function* () {
      expect(named("json").map(({ note }) => note)).toEqual(["org.json", "people.json", "faults.json", "drift.json"])
      for (const { note, text } of named("json")) {
        yield* note === "org.json" || note === "people.json" ? parseOrganization(text) : parseFaults(text)
      }
    })
  )

  it("names every kind of fault, and no other", () => {
    const table = guide.slice(guide.indexOf("| `type` |")).split("\n\n")[0]!
    const kinds = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, kind]) => kind).slice(1)
    const message = Effect.runSync(Effect.flip(parseFaults(`[{"fault":{"type":"?"}}]`))).message
    const known = /one of (.*)\.$/.exec(message)![1]!.split(", ")
    expect(kinds.sort()).toEqual(known.sort())
  })

  for (const { note, text } of named("sh")) {
    const output = blocks[blocks.findIndex((block) => block.text === text) + 1]
    const [first] = text.split("\n")
    if (output?.language === "text") {
      it.live(
        `prints what it says for: ${first}`,
        () =>
          Effect.gen(function* () {
            const run = yield* shell
            const script =
              note === "session" ? `genesys-license-emulator exec -- sh -euc '${text.replaceAll("'", `'\\''`)}'` : text
            const { exitCode, stderr, stdout } = yield* (yield* run(script)).outcome
            expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
            expect(stdout.trim()).toBe(output.text.trim())
          }),
        timeout
      )
    } else {
      it.live(
        `serves with: ${first}`,
        () =>
          Effect.gen(function* () {
            const run = yield* shell
            const running = yield* run(`exec ${text.trim()} --port 0`)
            expect(yield* running.printed(/Ctrl-C stops it\.\n/)).toContain("Genesys Cloud License API emulator with")
            yield* running.signal("SIGINT")
            expect((yield* running.outcome).exitCode).toBe(130)
          }),
        timeout
      )
    }
  }
})
