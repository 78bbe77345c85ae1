/**
 * Audits an organization: `pnpm start`, or `pnpm start --json`.
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { LicenseError } from "@genesys-license/client"
import { requests } from "@genesys-license/client/Metrics"
import { Console, Effect, Metric } from "effect"
import { Command, Flag } from "effect/cli"
import * as Organization from "../organization.ts"
import * as Audit from "./Audit.ts"
import * as Report from "./Report.ts"

const organization = Organization.isNamed
  ? "the organization that GENESYSCLOUD_* names"
  : "an emulated organization (no GENESYSCLOUD_* is set)"

/** On a terminal only, and gone when the report comes. */
const progress = (text: string) =>
  Effect.sync(() => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
  })

const sent = Effect.map(Metric.snapshot, (metrics) =>
  metrics.reduce(
    (sum, metric) => (metric.id === requests.id && metric.type === "Counter" ? sum + Number(metric.state.count) : sum),
    0
  )
)

const audit = Command.make(
  "audit",
  { json: Flag.Boolean("json").pipe(Flag.withDescription("Print one JSON document"), Flag.withDefault(false)) },
  Effect.fn(function* ({ json }) {
    const [took, audit] = yield* Audit.run((users) => progress(`${users.toLocaleString("en-US")} users read`)).pipe(
      Effect.ensuring(progress("")),
      Effect.timed,
      Effect.provide(Organization.layer)
    )
    yield* Console.log(
      json ? Report.toJson(audit) : Report.toText(audit, { organization, took, requests: yield* sent })
    )
  })
).pipe(Command.withDescription("How many users hold each license, over HTTP"))

audit.pipe(
  Command.run({ version: "0.0.0" }),
  // A sentence for the reader; what is no LicenseError is a mistake of this program and keeps its stack.
  Effect.catchIf(
    (error) => error instanceof LicenseError,
    (error) =>
      Effect.andThen(
        Console.error(error.message),
        Effect.sync(() => (process.exitCode = 1))
      )
  ),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain()
)
