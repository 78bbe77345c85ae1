/**
 * How Windows finds and starts a program. It looks for a name without an extension in each
 * folder of `Path`, with each extension of `PATHEXT`. Files that end in `.cmd` or `.bat` (npm, and
 * every tool that npm installs) are scripts of `cmd.exe`. Node does not start a script without a
 * shell, and does not quote the arguments with one. This module quotes them as the standard
 * library of Rust does: https://doc.rust-lang.org/std/process/index.html#windows-argument-splitting
 */
import * as Option from "effect/Option"

/** The arguments for `spawn` of `node:child_process`. */
export interface Spawned {
  /** The program, or `cmd.exe` for a script. */
  readonly file: string
  readonly args: ReadonlyArray<string>
  /** True if the arguments are already quoted. */
  readonly windowsVerbatimArguments: boolean
}

/** The state of a machine that decides which program a name means. */
export interface Machine {
  /** The environment variables. The case of a name does not matter. */
  readonly env: { readonly [name: string]: string | undefined }
  /** The current folder, which Windows searches first. */
  readonly cwd: string
  /** Whether the path is a file. False for a folder. */
  readonly isFile: (path: string) => boolean
}

/**
 * The program that `command` means, with its arguments. None if it is a script and an argument contains a line
 * break, which cannot be quoted. A name that is not found is returned unchanged, and `spawn` fails with `ENOENT`.
 */
export const resolve = (command: string, args: ReadonlyArray<string>, machine: Machine): Option.Option<Spawned> => {
  const file = find(command, machine) ?? command
  if (!/\.(cmd|bat)$/i.test(file)) return Option.some({ file, args, windowsVerbatimArguments: false })
  if ([file, ...args].some((text) => /[\0\r\n]/.test(text))) return Option.none()
  const line = [`"${file}"`, ...args.map(quote)].join(" ")
  return Option.some({
    file: variable(machine.env, "ComSpec") ?? "cmd.exe",
    args: ["/e:ON", "/v:OFF", "/d", "/c", `"${line}"`],
    windowsVerbatimArguments: true
  })
}

const find = (command: string, { cwd, env, isFile }: Machine): string | undefined => {
  const extensions = (variable(env, "PATHEXT") ?? ".COM;.EXE;.BAT;.CMD").split(";").filter((text) => text !== "")
  const isPath = /[\\/:]/.test(command)
  const folders = isPath ? [""] : [cwd, ...(variable(env, "Path") ?? "").split(";").filter((text) => text !== "")]
  const endings = /\.[^.\\/]+$/.test(command) ? ["", ...extensions] : extensions
  return folders
    .flatMap((folder) => endings.map((ending) => join(folder.replace(/^"(.*)"$/, "$1"), `${command}${ending}`)))
    .find(isFile)
}

const join = (folder: string, name: string) => (folder === "" ? name : `${folder.replace(/[\\/]+$/, "")}\\${name}`)

const variable = (env: Machine["env"], name: string): string | undefined =>
  Object.entries(env).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]

/** Characters without a special meaning for `cmd.exe`. An argument with any other character is quoted. */
const plain = /^[\w#$*+\-./:?@\\]+$/

/**
 * Quotes an argument for `cmd.exe` and for the program that it starts. Quotes are doubled, and so are the
 * backslashes before a quote. `%%cd:~,%` expands to nothing and prevents the expansion of `%NAME%`.
 */
const quote = (argument: string): string =>
  plain.test(argument) && !argument.endsWith("\\")
    ? argument
    : `"${argument
        .replaceAll("%", "%%cd:~,%")
        .replace(/(\\*)"/g, `$1$1""`)
        .replace(/(\\+)$/, "$1$1")}"`
