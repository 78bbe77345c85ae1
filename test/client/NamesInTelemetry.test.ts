/** SECURITY.md promises that spans, metrics and log lines name nobody, except in the text of an error. */
import { expect, it } from "@effect/vitest"
import { GenesysTransport, UserService } from "@genesys-license/client"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import { inspect } from "node:util"
import { clientCredentials } from "./clients.ts"
import { elapse } from "./virtualTime.ts"

const name = "Zelda Zwicky"
const email = "zelda.zwicky@acme.example"

/** All that spans, metrics and log lines have while the people are read, as one text. */
const telemetryOf = (faults: EmulatorOptions["faults"]) =>
  Effect.gen(function* () {
    const spans: Array<Tracer.NativeSpan> = []
    const lines: Array<unknown> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    const logger = Logger.make((entry) => lines.push(Logger.formatStructured.log(entry)))
    const outcome = yield* Effect.gen(function* () {
      const users = yield* UserService
      const all = yield* users.users().pipe(Stream.runCollect)
      yield* users.byId(all.map(({ id }) => id))
      yield* Effect.logInfo("read")
      return all.map((user) => user.name)
    }).pipe(
      Effect.catchTag("GenesysError", (error) => Effect.succeed(error.reason._tag)),
      Effect.provideService(Tracer.Tracer, tracer),
      Effect.provide(
        UserService.layerTransport.pipe(
          Layer.provide(GenesysTransport.layer({ region: "us-east-1", credentials: clientCredentials })),
          Layer.provide(
            Emulator.layerTest({
              users: [{ id: "z", licenses: [] }],
              people: [{ id: "z", name, email }],
              ...(faults && { faults })
            })
          ),
          Layer.provideMerge(Logger.layer([logger]))
        )
      ),
      Effect.provideService(References.MinimumLogLevel, "Trace"),
      elapse
    )
    // Not how a span failed: that is the error, which quotes the server.
    const told = spans.map(({ attributes, events, name }) => ({ name, attributes, events }))
    return { outcome, spans, lines, text: inspect([told, lines, yield* Metric.snapshot], { depth: 20 }) }
  })

const cases: ReadonlyArray<{
  readonly what: string
  readonly faults: EmulatorOptions["faults"]
  readonly outcome: unknown
}> = [
  { what: "are read", faults: undefined, outcome: [name] },
  {
    what: "are read after a retry",
    faults: [{ nth: 2, fault: { type: "status", status: 503 } }],
    outcome: [name]
  },
  {
    what: "come in an answer that cannot be read",
    faults: [{ operation: "getUsers", fault: { type: "response", json: { entities: [{ name, email }], total: 1 } } }],
    outcome: "UnexpectedResponse"
  },
  {
    what: "are in an answer that is an error",
    faults: [
      {
        operation: "getUsers",
        fault: { type: "response", status: 400, json: { message: `${name} <${email}>`, code: "bad.request" } }
      }
    ],
    outcome: "Refused"
  }
]

it.effect.each(cases)("telemetry names nobody when people $what", ({ faults, outcome }) =>
  Effect.gen(function* () {
    const told = yield* telemetryOf(faults)
    expect(told.outcome).toEqual(outcome)
    expect(told.spans.length).toBeGreaterThan(1)
    expect(told.text).not.toMatch(/zelda|zwicky/i)
  })
)
