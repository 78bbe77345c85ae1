/**
 * `genesys-license snapshot`: saves who holds which license now.
 */
import * as CompactSnapshot from "@genesys-license/admin/look/CompactSnapshot"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Connection from "../flags/Connection.ts"
import { identity } from "../flags/Identity.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as Paging from "../flags/Paging.ts"
import * as Table from "../terminal/Table.ts"
import * as Figures from "../views/Figures.ts"

const config = { output: Output.output, read: Paging.flags, connection: Connection.flags }

/** `fleet snapshot` runs it for each organization. */
export const run = Effect.fnUntraced(function* ({
  connection,
  output,
  read
}: Command.Command.Config.Infer<typeof config>) {
  yield* OutputCheck.ofDocument({ output })
  yield* Effect.gen(function* () {
    const organization = yield* identity
    const snapshot = yield* Paging.during(read, (onProgress) =>
      CompactSnapshot.take({ organization, onProgress, read: { ...read, order: "arrival" } })
    )
    yield* Paging.warn(snapshot.drift)
    yield* Figures.tell(Figures.ofSnapshot(snapshot))
    yield* Output.writeText(output, CompactSnapshot.encode(snapshot))
    if (Option.isSome(output) && output.value !== Output.standard) {
      yield* Console.error(
        `${output.value} has ${Table.count(snapshot.users.length, "user")} as of ${snapshot.takenAt}.`
      )
    }
  }).pipe(Connection.provide(connection))
})

export const command = Command.make("snapshot", config, run).pipe(
  Command.withDescription(
    "Saves who holds which license now, as JSON with a checksum. Use it with `compare` later, or keep it as evidence."
  ),
  Command.withExamples([
    { command: "genesys-license snapshot --output before.json", description: "Save the state before a change" },
    { command: "genesys-license compare before.json", description: "After the change: show the differences" }
  ])
)
