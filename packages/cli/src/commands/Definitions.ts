/**
 * `genesys-license definitions`: what the organization can hold.
 */
import { LicenseService } from "@genesys-license/client/LicenseService"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Connection from "../flags/Connection.ts"
import * as DefinitionRows from "../views/DefinitionRows.ts"
import { Misused } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"

export const command = Command.make(
  "definitions",
  {
    licenseId: Argument.String("license-id").pipe(
      Argument.withDescription("One license, in JSON with its permissions (default: all)"),
      Argument.optional
    ),
    ...Output.flags(Output.formats),
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, licenseId, ...target }) {
    const read = Option.isNone(licenseId)
      ? LicenseService.use((license) => license.getDefinitions)
      : Effect.map(definition(licenseId.value), (definition) => [definition])
    const definitions = yield* read.pipe(Connection.provideOrEmulated(connection))
    yield* Output.write(target, {
      columns: DefinitionRows.columns,
      rows: Stream.fromIterable(definitions.map(DefinitionRows.make)),
      document: () => (Option.isNone(licenseId) ? definitions : definitions[0])
    })
  })
).pipe(
  Command.withDescription("Lists the licenses that the organization can hold now, including trials."),
  Command.withExamples([
    { command: "genesys-license definitions", description: "All of them" },
    {
      command: "genesys-license definitions cloudCX3 --format json | jq -r '.permissions.ids[]'",
      description: "The permissions of one"
    }
  ])
)

const definition = (licenseId: string) =>
  Effect.catchReason(
    LicenseService.use((license) => license.getDefinition(licenseId)),
    "GenesysError",
    "NotFound",
    () =>
      Effect.fail(
        new Misused({
          message: `The organization has no license ${JSON.stringify(licenseId)}. \`genesys-license definitions\` lists those that it has.`
        })
      )
  )
