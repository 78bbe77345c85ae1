/**
 * `genesys-license definitions`: the licenses that the organization can assign.
 */
import { fail, UnknownLicenses } from "@genesys-license/admin/AdminError"
import { LicenseService } from "@genesys-license/client/LicenseService"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Connection from "../flags/Connection.ts"
import * as DefinitionRows from "../views/DefinitionRows.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"

export const command = Command.make(
  "definitions",
  {
    licenseId: Argument.String("license-id").pipe(
      Argument.withDescription("Show only this license; --format json includes its permissions (default: all)"),
      Argument.optional
    ),
    ...Output.flags(Output.formats),
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, licenseId, ...target }) {
    yield* OutputCheck.ofResult(target)
    const read = Option.isNone(licenseId)
      ? LicenseService.use((license) => license.getDefinitions)
      : Effect.map(definition(licenseId.value), (definition) => [definition])
    const definitions = yield* read.pipe(Connection.provideOrEmulated(connection))
    yield* Output.write(target, {
      columns: DefinitionRows.columns,
      rows: Stream.fromIterable(definitions.map(DefinitionRows.make)),
      document: () => {
        const all = definitions.map(DefinitionRows.document)
        return Option.isNone(licenseId) ? { definitions: all } : { ...all[0] }
      }
    })
  })
).pipe(
  Command.withDescription("Lists the licenses that the organization can assign now, including trials."),
  Command.withExamples([
    { command: "genesys-license definitions", description: "List all licenses" },
    {
      command: "genesys-license definitions cloudCX3 --format json | jq -r '.permissions.ids[]'",
      description: "Print the permissions of one license"
    }
  ])
)

const definition = Effect.fnUntraced(function* (licenseId: string) {
  const license = yield* LicenseService
  return yield* Effect.catchReason(license.getDefinition(licenseId), "GenesysError", "NotFound", () =>
    Effect.flatMap(license.getDefinitions, (definitions) =>
      Effect.fail(fail(new UnknownLicenses({ licenseIds: [licenseId], defined: definitions.map(({ id }) => id) })))
    )
  )
})
