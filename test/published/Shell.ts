/**
 * Runs npm, pnpm and the programs that they install as a user does: with the registry and the
 * caches of this machine, and without the rest of the environment.
 */
import * as Effect from "effect/Effect"
import { delimiter, dirname } from "node:path"
import * as Processes from "../support/processes.ts"

export { root } from "../support/processes.ts"

/** Removed variables: those of pnpm for scripts, those of Vitest for workers, and those of an organization. */
const inherited = Object.fromEntries(
  Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(npm_|pnpm_|vitest|node_options|node_env|genesyscloud_)/i.test(entry[0])
  )
)

/** Runs `command` in `folder` until it exits. By default, `node` is the Node of this process. */
export const run = (
  folder: string,
  command: string,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {}
) =>
  Processes.run(command, args, {
    cwd: folder,
    // Long enough to build, pack and install on a slow machine.
    env: { ...inherited, PATH: [dirname(process.execPath), inherited["PATH"]].join(delimiter), ...env }
  })

/** Runs a command. Fails with its output if the exit code is not 0. */
const succeed = Effect.fnUntraced(function* (folder: string, command: string, args: ReadonlyArray<string>) {
  const outcome = yield* run(folder, command, args)
  if (outcome.exitCode !== 0) {
    return yield* Effect.die(
      new Error(`${[command, ...args].join(" ")} ended with ${outcome.exitCode}\n${outcome.stdout}\n${outcome.stderr}`)
    )
  }
  return outcome.stdout
})

/** On Windows, npm and pnpm are scripts, which only a shell can start. */
const script = (folder: string, name: string, args: ReadonlyArray<string>) =>
  process.platform === "win32" ? succeed(folder, "cmd.exe", ["/d", "/c", name, ...args]) : succeed(folder, name, args)

export const npm = (folder: string, ...args: ReadonlyArray<string>) => script(folder, "npm", args)

export const pnpm = (folder: string, ...args: ReadonlyArray<string>) =>
  script(folder, "npx", ["-y", "pnpm@12", ...args])

/** Runs a command that is installed in `folder`. */
export const npx = (folder: string, ...args: ReadonlyArray<string>) => script(folder, "npx", ["--no-install", ...args])
