/**
 * Arguments and flags that take paths, so that shells complete them.
 */
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"

/** Makes a path relative again, so that messages show it as it was typed. */
const asWritten = (absolute: string) => {
  const here = process.cwd()
  if (absolute === here) return "."
  const isBelow = absolute.startsWith(here) && /[\\/]/.test(absolute.charAt(here.length))
  return isBelow ? absolute.slice(here.length + 1) : absolute
}

export const flag = (name: string): Flag.Flag<string> => Flag.Path(name, { typeName: "FILE" }).pipe(Flag.map(asWritten))

export const argument = (name: string): Argument.Argument<string> => Argument.Path(name).pipe(Argument.map(asWritten))
