/**
 * `genesys-license-cluster results`: saves the results of a run as files.
 */
import * as TextFile from "@genesys-license/admin/files/TextFile"
import * as WholeFile from "@genesys-license/admin/files/WholeFile"
import * as CliCommand from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { kinds } from "../jobs/Job.ts"
import * as Jobs from "../jobs/Jobs.ts"
import * as Runs from "../jobs/Runs.ts"
import { Ended } from "./Ended.ts"
import * as Flags from "./Flags.ts"
import * as Queue from "./Queue.ts"

/** The `results` subcommand. */
export const command = CliCommand.make(
  "results",
  {
    run: Flags.run,
    outputDir: Flag.String("output-dir").pipe(
      Flag.withMetavar("DIR"),
      Flag.withDescription("Write a file for each organization to this folder, named after its id")
    ),
    kind: Flag.Literals("kind", kinds).pipe(
      Flag.withDescription(
        "Save this kind of result; for a `compare`, `snapshot` saves its snapshots (default: the kind of the run)"
      ),
      Flag.optional
    )
  },
  Effect.fnUntraced(function* ({ kind, outputDir, run }) {
    const fs = yield* FileSystem.FileSystem
    yield* Effect.gen(function* () {
      const { command, organizations } = yield* Runs.status(run)
      yield* Effect.mapError(
        fs.makeDirectory(outputDir, { recursive: true, mode: 0o700 }),
        TextFile.failed(outputDir, "write")
      )
      const saved = yield* Jobs.results(
        run,
        Option.getOrElse(kind, () => command),
        (org, body) => Effect.asVoid(WholeFile.write(`${outputDir}/${org}.json`, body))
      )
      yield* Console.error(`${outputDir} has the results of ${saved} of ${organizations.length} organizations.`)
      if (saved < organizations.length) return yield* new Ended({ exitCode: 2 })
    }).pipe(Queue.provide)
  })
).pipe(
  CliCommand.withShortDescription("Save the results of a run as files"),
  CliCommand.withDescription(
    "Saves the result of each organization as JSON. Snapshots are files that `genesys-license` reads. Exit code 0: all organizations have a result; 2: some have none."
  ),
  CliCommand.withExamples([
    {
      command: "genesys-license-cluster results RUN --output-dir changes",
      description: "Write a file for each organization"
    }
  ])
)
