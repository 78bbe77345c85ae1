import { describe, expect, it } from "@effect/vitest"
import { resolve } from "@genesys-license/emulator/command/WindowsCommand"
import * as Option from "effect/Option"

const env = { Path: `C:\\Windows;"C:\\Program Files\\nodejs"`, PATHEXT: ".COM;.EXE;.BAT;.CMD" }
const machine = (...files: ReadonlyArray<string>) => ({
  env,
  cwd: "C:\\work",
  isFile: (path: string) => files.some((file) => file.toLowerCase() === path.toLowerCase())
})
const npm = "C:\\Program Files\\nodejs\\npm.cmd"
const spawned = (command: string, args: ReadonlyArray<string>, ...files: ReadonlyArray<string>) =>
  Option.getOrUndefined(resolve(command, args, machine(...files)))

describe("a command on Windows", () => {
  it.each([
    ["in the folder of the caller first", "a", ["C:\\Windows\\a.EXE", "C:\\work\\a.EXE"], "C:\\work\\a.EXE"],
    ["in the order of Path", "a", ["C:\\Program Files\\nodejs\\a.EXE", "C:\\Windows\\a.EXE"], "C:\\Windows\\a.EXE"],
    ["in the order of PATHEXT", "a", ["C:\\Windows\\a.CMD", "C:\\Windows\\a.EXE"], "C:\\Windows\\a.EXE"],
    ["not without an extension", "a", ["C:\\Windows\\a", "C:\\Windows\\a.EXE"], "C:\\Windows\\a.EXE"],
    ["with the extension that it has", "a.exe", ["C:\\Windows\\a.exe.COM", "C:\\Windows\\a.exe"], "C:\\Windows\\a.exe"],
    ["with another extension added to its extension", "a.b", ["C:\\Windows\\a.b.EXE"], "C:\\Windows\\a.b.EXE"],
    ["where its path says", ".\\bin\\a", [".\\bin\\a.EXE", "C:\\Windows\\a.EXE"], ".\\bin\\a.EXE"],
    ["as it is, if there is no such file", "a", [], "a"]
  ])("is found %s", (_, command, files, file) => {
    expect(spawned(command, ["x y"], ...files)).toEqual({ file, args: ["x y"], windowsVerbatimArguments: false })
  })

  it("is started by cmd.exe when it is a script", () => {
    expect(spawned("npm", ["test", "--", "a b"], npm)).toEqual({
      file: "cmd.exe",
      args: ["/e:ON", "/v:OFF", "/d", "/c", `""${npm.replace("cmd", "CMD")}" test -- "a b""`],
      windowsVerbatimArguments: true
    })
    const withShell = { ...machine(npm), env: { ...env, COMSPEC: "C:\\Windows\\system32\\cmd.exe" } }
    expect(Option.getOrUndefined(resolve("npm", [], withShell))?.file).toBe("C:\\Windows\\system32\\cmd.exe")
  })

  it.each([
    ["plain-1.2_x:/@", "plain-1.2_x:/@"],
    ["", `""`],
    ["a&calc", `"a&calc"`],
    ["^|<>()!", `"^|<>()!"`],
    ["%PATH%", `"%%cd:~,%PATH%%cd:~,%"`],
    [`say "hi" & calc`, `"say ""hi"" & calc"`],
    [`a\\" b`, `"a\\\\"" b"`],
    ["C:\\dir\\", `"C:\\dir\\\\"`],
    ["C:\\dir\\file", "C:\\dir\\file"],
    ["é", `"é"`]
  ])("gives the argument %s to a script as %s", (argument, quoted) => {
    expect(spawned("npm", [argument], npm)?.args.at(-1)).toBe(`""${npm.replace("cmd", "CMD")}" ${quoted}"`)
  })

  it("is not started if it is a script with a line break in an argument", () => {
    expect(spawned("npm", ["a\nb"], npm)).toBeUndefined()
    expect(spawned("node", ["a\nb"], "C:\\Windows\\node.exe")?.args).toEqual(["a\nb"])
  })
})
