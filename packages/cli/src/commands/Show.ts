/**
 * `genesys-license show`: shows a plan, a journal or a snapshot in readable form.
 */
import * as Journal from "@genesys-license/admin/change/Journal"
import * as Plan from "@genesys-license/admin/change/Plan"
import * as TextFile from "@genesys-license/admin/files/TextFile"
import * as Snapshot from "@genesys-license/admin/look/Snapshot"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { Misused } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"
import * as Paths from "../terminal/Paths.ts"
import * as DocumentText from "../views/DocumentText.ts"

export const command = Command.make(
  "show",
  {
    document: Paths.argument("document").pipe(Argument.withDescription("File with a plan, a journal or a snapshot")),
    ...Output.flags(Output.formats)
  },
  Effect.fnUntraced(function* ({ document, ...target }) {
    yield* Output.write(target, yield* read(document))
  })
).pipe(
  Command.withDescription(
    "Shows every change of a plan, the state of each change in a journal, or how many users of a snapshot held which license. Reads only the file and connects to no organization."
  ),
  Command.withExamples([
    { command: "genesys-license show plan.json", description: "List every change of a plan" },
    {
      command: "genesys-license show plan.journal.ndjson --format csv",
      description: "Show the result of each change, as `apply` recorded it"
    },
    { command: "genesys-license show before.json", description: "Count how many users held which license" }
  ])
)

/** The beginning of the file says which kind of document it is. */
const read = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  // Lenient about UTF-8: the journal of a killed run may end in the middle of a character.
  const bytes = yield* Effect.mapError(fs.readFile(path), TextFile.failed(path, "read"))
  const text = new TextDecoder().decode(bytes)
  const source = { source: path }
  if (text.startsWith('{"_tag":')) return DocumentText.ofJournal(yield* Journal.parse(text, source))
  switch (/"kind": ?"genesys-license (\w+)"/.exec(text.slice(0, 200))?.[1]) {
    case "plan":
      return DocumentText.ofPlan(yield* Plan.decode(text, source))
    case "snapshot":
      return DocumentText.ofSnapshot(yield* Snapshot.decode(text, source))
    default:
      return yield* new Misused({
        message: `${path} is not a plan, a journal or a snapshot. Pass a file that \`plan\`, \`apply\` or \`snapshot\` wrote.`
      })
  }
})
