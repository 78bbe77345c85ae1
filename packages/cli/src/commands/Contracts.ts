/**
 * `genesys-license contracts`: what was bought, and how much of it was used.
 */
import * as Contracts from "@genesys-license/admin/look/Contracts"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Connection from "../flags/Connection.ts"
import { Ended, Misused } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as ContractResult from "../views/ContractResult.ts"

export const command = Command.make(
  "contracts",
  {
    period: Flag.String("period").pipe(
      Flag.withMetavar("PERIOD"),
      Flag.withDescription(
        "Show this billing period: its id, or a day in it such as 2026-10-15 (default: the current period)"
      ),
      Flag.optional
    ),
    ...Output.flags(Output.formats),
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, ...flags }) {
    yield* OutputCheck.ofResult(flags)
    const period = Option.getOrUndefined(flags.period)
    const read = yield* Contracts.read({ period }).pipe(
      Effect.catchTag("GenesysError", (error) =>
        Effect.andThen(
          Console.error(
            `The contracts cannot be read. Their API is a preview: Genesys Cloud may change it, and may not offer it to every organization. ${error.message}`
          ),
          Effect.fail(new Ended({ exitCode: 1 }))
        )
      ),
      Connection.provide(connection)
    )
    if (period !== undefined && !read.isFound) {
      const available = read.periodIds.join(", ") || "none"
      return yield* new Misused({
        message: `There is no billing period ${JSON.stringify(period)}. Available: ${available}.`
      })
    }
    if (read.charges.length === 0) yield* Console.error(ContractResult.nothing(read))
    yield* Output.write(flags, ContractResult.make(read))
  })
).pipe(
  Command.withDescription(
    "Preview: shows the charges of the organization's contracts in a billing period: the quantity that is prepaid, used, and used beyond that. Genesys Cloud may change this API, and may not offer it to every organization."
  ),
  Command.withExamples([
    { command: "genesys-license contracts", description: "Show the current billing period" },
    {
      command: "genesys-license contracts --period 2026-10-15 --format csv",
      description: "Show the billing period that includes a day"
    }
  ])
)
