/**
 * How Windows finds and starts a program. A name without an extension is tried with
 * those of `PATHEXT`, in each folder of `Path`. What ends in `.cmd` or `.bat` (npm, and
 * every tool that npm installs) is a script of `cmd.exe`. Node refuses to start a script
 * without a shell and does not quote for one, so this quotes, as the standard library of
 * Rust does: https://doc.rust-lang.org/std/process/index.html#windows-argument-splitting
 */
import * as Option from "effect/Option"

/** What to start, and whether Node leaves the arguments as they are. */
export interface Spawned {
  /** The program: the one that was asked for, or `cmd.exe`. */
  readonly file: string
  /** Its arguments. */
  readonly args: ReadonlyArray<string>
  /** The option of `spawn`: true where the arguments are quoted already. */
  readonly windowsVerbatimArguments: boolean
}

/** As much of a machine as decides what a name means. */
export interface Machine {
  /** Names are compared without case. */
  readonly env: { readonly [name: string]: string | undefined }
  /** The folder in which a program is looked for first. */
  readonly cwd: string
  /** Whether there is a file, not a folder. */
  readonly isFile: (path: string) => boolean
}

/**
 * What starts `command` with `args`. None when a script was given an argument that cannot
 * be quoted: one of several lines. A name that is not found stays as it is, and fails to start.
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

/** The file that a name means, if there is one. */
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

/** Letters, digits and these mean nothing to `cmd.exe`; everything else is quoted. */
const plain = /^[\w#$*+\-./:?@\\]+$/

/**
 * An argument as `cmd.exe` and then the program read it. A quote is doubled, and so are
 * backslashes before one. `%%cd:~,%` is empty, and keeps `%NAME%` from being a variable.
 */
const quote = (argument: string): string =>
  plain.test(argument) && !argument.endsWith("\\")
    ? argument
    : `"${argument
        .replaceAll("%", "%%cd:~,%")
        .replace(/(\\*)"/g, `$1$1""`)
        .replace(/(\\+)$/, "$1$1")}"`
