/**
 * Formats the help: flags in groups, lines that fit. The texts themselves are in the commands.
 */
import type { FlagDoc, HelpDoc } from "effect/cli/HelpDoc"
import * as Option from "effect/Option"
import * as Fit from "./terminal/Fit.ts"

export interface Options {
  readonly colors: boolean
  /** Columns of the terminal. Lines never have more than 100 columns. */
  readonly width: number
}

/** The groups of flags that many commands share. All other flags come first, under FLAGS. */
const groups: ReadonlyArray<{ readonly title: string; readonly flags: ReadonlyArray<string> }> = [
  { title: "READING", flags: ["page-size", "concurrency", "readings"] },
  { title: "OUTPUT", flags: ["format", "output", "json", "delimiter", "bom"] },
  { title: "CONNECTION", flags: ["region", "gateway", "emulated"] }
]

const longest = 100

/** Columns between a name and its explanation. */
const gap = 3

export const format = (doc: HelpDoc, { colors, width }: Options): string => {
  const most = Math.max(40, Math.min(width, longest))
  const style = (code: number) => (text: string) => (colors ? `\x1b[${code}m${text}\x1b[0m` : text)
  const [bold, dim, cyan, green] = [style(1), style(2), style(36), style(32)]

  /** A title, and below it names on the left with explanations on the right. */
  const list = (
    title: string,
    rows: ReadonlyArray<readonly [left: string, right: string]>,
    color: (text: string) => string
  ) => {
    const left = Math.min(Math.max(...rows.map(([left]) => left.length)), Math.floor(most / 2.5))
    const indent = " ".repeat(2 + left + gap)
    return section(
      title,
      rows
        .map(([name, text]) => {
          const [first = "", ...others] = Fit.wrap(text, most - indent.length).split("\n")
          const isLong = name.length > left
          const begin = `  ${color(name)}${" ".repeat(isLong ? 0 : left - name.length + gap)}`
          return [isLong ? `${begin}\n${indent}${first}` : begin + first, ...others.map((line) => indent + line)]
            .map((line) => line.trimEnd())
            .join("\n")
        })
        .join("\n")
    )
  }
  const section = (title: string, body: string) => `${bold(title)}\n${body}`
  const flags = (title: string, docs: ReadonlyArray<FlagDoc>) =>
    docs.length === 0 ? [] : [list(title, docs.map(flag), green)]

  const ofGroup = (names: ReadonlyArray<string>) => doc.flags.filter(({ name }) => names.includes(name))
  const shared = groups.flatMap(({ flags }) => flags)
  const isRoot = (doc.commandPath?.length ?? 1) === 1
  return [
    Fit.wrap(doc.description, most),
    section("USAGE", `  ${cyan(doc.usage)}`),
    ...(doc.subcommands ?? []).map(({ commands, group = "COMMANDS" }) =>
      list(
        group,
        commands.map(({ description, name, shortDescription }) => [name, shortDescription ?? description]),
        cyan
      )
    ),
    ...(doc.args === undefined || doc.args.length === 0
      ? []
      : [
          list(
            "ARGUMENTS",
            doc.args.map(({ description, name, required, variadic }) => [
              variadic ? `${name}...` : name,
              `${textOf(description)}${required ? "" : " (optional)"}`
            ]),
            green
          )
        ]),
    ...flags(
      "FLAGS",
      doc.flags.filter(({ name }) => !shared.includes(name))
    ),
    ...groups.flatMap((group) => flags(group.title, ofGroup(group.flags))),
    ...flags("FLAGS OF ALL SUBCOMMANDS", doc.inheritedFlags ?? []),
    ...(isRoot ? flags("GLOBAL FLAGS", doc.globalFlags ?? []) : []),
    ...((doc.examples ?? []).length === 0
      ? []
      : [
          section(
            "EXAMPLES",
            doc
              .examples!.map(({ command, description }) =>
                [...(description === undefined ? [] : [`  ${dim(`# ${description}`)}`]), `  ${cyan(command)}`].join(
                  "\n"
                )
              )
              .join("\n\n")
          )
        ])
  ].join("\n\n")
}

const textOf = (description: Option.Option<string>) => Option.getOrElse(description, () => "")

/** The parser appends choices to the description, so a flag with choices needs no type. */
const flag = ({ aliases, description, name, type }: FlagDoc): readonly [string, string] => {
  const names = [...aliases, `--${name}`].join(", ")
  const text = textOf(description)
  const value = type === "boolean" || type.includes("|") ? "" : ` ${types[type] ?? type}`
  return [names + value, text.replace(/ ?\(choices: (.*)\)$/, (_, choices) => `: ${choices}`)]
}

/** Type names for people. */
const types: { readonly [type: string]: string } = { choice: "NAME", integer: "N", string: "TEXT", file: "FILE" }
