import { describe, expect, it } from "@effect/vitest"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { existsSync } from "node:fs"
import { environment } from "../cli/run.ts"
import * as Processes from "../support/processes.ts"

const { timeout } = Processes

/** In a shell, where `$cli` is the command, and the exit code of a pipe is that of its first part that fails. */
const shell = Effect.fnUntraced(function* (script: string) {
  const env = { ...(yield* environment), PATH: process.env["PATH"] ?? "" }
  return yield* Processes.run(
    "bash",
    ["-o", "pipefail", "-c", `cli="${process.execPath} packages/cli/src/main.ts"; ${script}`],
    {
      env
    }
  )
})

const here = Effect.provide(Server.layer({ users: 3_000 }))

describe("in a pipe", () => {
  for (const format of ["table", "csv", "json", "ndjson"]) {
    it.live(
      `users as ${format} end quietly with 0 when the reader has seen enough`,
      () =>
        Effect.gen(function* () {
          const { exitCode, stderr, stdout } = yield* shell(`$cli users --format ${format} | head -1`)
          expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
          expect(stdout.trim().split("\n")).toHaveLength(1)
        }).pipe(here),
      timeout
    )
  }

  it.live(
    "help ends quietly with 0 when the reader has seen enough",
    () =>
      Effect.gen(function* () {
        const { exitCode, stderr, stdout } = yield* shell(`$cli audit --help | head -1`)
        expect({ exitCode, stderr, stdout }).toEqual({
          exitCode: 0,
          stderr: "",
          stdout: expect.stringMatching(/^Counts [^\n]+\n$/)
        })
      }).pipe(here),
    timeout
  )

  it.live(
    "a wrong call leaves stdout empty",
    () =>
      Effect.gen(function* () {
        const { exitCode, stderr, stdout } = yield* shell(`$cli audit --jsn | cat`)
        expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
        expect(stderr).toContain("Did you mean this?\n    --json")
      }).pipe(here),
    timeout
  )

  it.skipIf(!existsSync("/dev/full"))(
    "a full disk is said, and ends with 1",
    () =>
      Effect.gen(function* () {
        const redirected = yield* shell(`$cli users > /dev/full`)
        expect(redirected).toMatchObject({
          exitCode: 1,
          stderr: "The output cannot be written: the disk is full. Free some space, then run the same command again.\n"
        })
        const written = yield* shell(`$cli users --output /dev/full`)
        expect(written).toMatchObject({
          exitCode: 1,
          stderr: "/dev/full cannot be written: the disk is full. Free some space, then run the same command again.\n"
        })
      }).pipe(here, Effect.scoped, Effect.runPromise),
    timeout
  )
})

describe.skipIf(!existsSync("/dev/fd"))("what is no file of its own is written through:", () => {
  it.live(
    "/dev/stdout among other commands, a link to it, a named pipe, and a command",
    () =>
      Effect.gen(function* () {
        const { exitCode, stderr, stdout } = yield* shell(`set -e; folder=$(mktemp -d); trap 'rm -rf $folder' EXIT
          { echo first; $cli users --format csv --output /dev/stdout; echo last; } > $folder/group
          sed -n '1p;2p;$p' $folder/group; wc -l < $folder/group
          ln -s /dev/stdout $folder/link; $cli users --format csv --output $folder/link > $folder/linked; wc -l < $folder/linked
          test -L $folder/link && echo still a link
          mkfifo $folder/fifo; wc -l < $folder/fifo & $cli users --format csv --output $folder/fifo; wait
          test -p $folder/fifo && echo still a pipe
          $cli users --format csv --output >(wc -l > $folder/counted); while ! test -s $folder/counted; do :; done; cat $folder/counted
          $cli users --format csv --output >(head -1 > /dev/null); echo $?
          $cli users --format csv --output /dev/stderr 2>&1 >/dev/null | wc -l`)
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
        expect(stdout.replaceAll("\r", "").split("\n")).toEqual([
          "first",
          expect.stringMatching(/^userId,licenses,name,/),
          "last",
          "3003",
          "3001",
          "still a link",
          "3001",
          "still a pipe",
          "3001",
          "0",
          "3001",
          ""
        ])
      }).pipe(here),
    timeout
  )
})

describe("completions", () => {
  for (const name of ["bash", "zsh", "fish", "powershell"]) {
    it.live(
      `know every command and its flags in ${name}`,
      () =>
        Effect.gen(function* () {
          const { exitCode, stderr, stdout } = yield* shell(`$cli --completions ${name}`)
          expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
          for (const word of ["audit", "definitions", "undo", "emulator", "exec", "max-removals", "inactive-days"]) {
            expect(stdout).toContain(word)
          }
        }).pipe(here),
      timeout
    )
  }
})
