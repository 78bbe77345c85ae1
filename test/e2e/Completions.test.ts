import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import { folder } from "../cli/run.ts"
import * as Processes from "../support/processes.ts"

const timeout = 90_000

const main = join(Processes.root, "packages/cli/src/main.ts")

const path = process.env["PATH"] ?? ""
const isHere = (shell: string) => {
  const found = path.split(delimiter).some((directory) => existsSync(join(directory, shell)))
  if (!found) console.warn(`Nothing is completed in ${shell}: it is not installed.`)
  return found
}

/** A folder with files to complete, and what the shell is to read first. */
const place = Effect.fnUntraced(function* (shell: string) {
  const at = yield* folder
  for (const file of ["desired.csv", "plan.json"]) writeFileSync(at(file), "")
  mkdirSync(at("saved"))
  writeFileSync(at("saved/before.json"), "")
  const { stdout } = yield* Processes.runFile(main, ["--completions", shell])
  writeFileSync(at("completions"), stdout)
  const run = (command: string, args: ReadonlyArray<string>) =>
    Processes.run(command, args, { cwd: at("."), env: { PATH: path, HOME: at(".") } })
  return { run, script: stdout }
})

/** What is typed, and what it becomes. */
const cases = [
  ["plan des", "desired.csv"],
  ["plan --output pl", "plan.json"],
  ["audit --facts d", "desired.csv"],
  ["apply plan.json --journal p", "plan.json"],
  ["compare saved/b", "saved/before.json"],
  ["emulator --org p", "plan.json"],
  ["emulator --faults p", "plan.json"]
] as const

describe("a path is completed", () => {
  it.live.skipIf(!isHere("bash"))(
    "in bash",
    () =>
      Effect.gen(function* () {
        const { run } = yield* place("bash")
        for (const [typed, completed] of cases) {
          const { stderr, stdout } = yield* run("bash", [
            "--norc",
            "-c",
            `source ./completions
             COMP_WORDS=(genesys-license ${typed}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
             COMP_LINE="\${COMP_WORDS[*]}"; COMP_POINT=\${#COMP_LINE}
             _genesys_license genesys-license "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
             printf '%s' "\${COMPREPLY[*]}"`
          ])
          expect({ typed, stderr, stdout }).toEqual({ typed, stderr: "", stdout: completed })
        }
      }),
    timeout
  )

  it.live.skipIf(!isHere("fish"))(
    "in fish",
    () =>
      Effect.gen(function* () {
        const { run } = yield* place("fish")
        for (const [typed, completed] of cases) {
          const { stdout } = yield* run("fish", [
            "-N",
            "-c",
            `source completions; complete -C 'genesys-license ${typed}'`
          ])
          expect({ typed, stdout: stdout.trim() }).toEqual({ typed, stdout: completed })
        }
      }),
    timeout
  )

  const words = ["--output", "--facts", "--journal", "--org", "--faults"]

  it.live(
    "in zsh, by its own _files",
    () =>
      Effect.gen(function* () {
        const { script } = yield* place("zsh")
        for (const word of words) expect(script).toMatch(new RegExp(`${word}\\[[^\\n]+\\]:file:_files`))
        expect(script).toContain("':Plan that `plan`, `undo`, `give` or `take` saved; - is stdin:_files'")
      }),
    timeout
  )

  it.live(
    "in PowerShell, as its provider names it",
    () =>
      Effect.gen(function* () {
        const { script } = yield* place("powershell")
        for (const word of words) {
          expect(script).toMatch(new RegExp(`forms = @\\('${word}'.*pathType = '(either|file)'`))
        }
        expect(script).toMatch(/name = 'desired'.*pathType = 'either'/)
        expect(script).toContain("CompleteFilename")
      }),
    timeout
  )
})
