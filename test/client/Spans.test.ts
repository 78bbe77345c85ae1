import { describe, expect, it } from "@effect/vitest"
import type { GenesysError, LicenseService } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import { error, ok } from "./answers.ts"
import { failureOf, withAnswers, withEmulator } from "./clients.ts"

interface Span {
  readonly name: string
  readonly parent: string | undefined
  readonly kind: Tracer.SpanKind
  readonly attributes: Readonly<Record<string, unknown>>
}

/** The spans of a call, in the order in which they begin. */
const spansOf = (
  answers: Parameters<typeof withAnswers>[0],
  call: (license: LicenseService["Service"]) => Effect.Effect<unknown, GenesysError>
): Effect.Effect<ReadonlyArray<Span>, GenesysError> =>
  Effect.gen(function* () {
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    yield* withAnswers(answers, (license) => Effect.provideService(call(license), Tracer.Tracer, tracer))
    return spans.map(({ attributes, kind, name, parent }) => ({
      name,
      parent: Option.getOrUndefined(Option.map(parent, (span) => (span as Tracer.Span).name)),
      kind,
      attributes: Object.fromEntries(attributes)
    }))
  })

const theDefinition = { id: "an-id", prerequisites: [], comprises: [] }

describe("Spans", () => {
  it.effect("are one for the operation, one for each attempt, and one for the token, with nothing else in them", () =>
    Effect.gen(function* () {
      const spans = yield* spansOf(
        { api: [error(503), [{ type: "revoke" }], ok], emulator: { definitions: [theDefinition] } },
        (license) => license.getDefinition(theDefinition.id)
      )
      const operation = { "genesys.operation": "getLicenseDefinition" }
      const definition = "GenesysCloud.getLicenseDefinition"
      const fetch = { name: "AccessToken.fetch", parent: definition, kind: "client", attributes: {} }
      const login = (attempt: number) => ({
        name: "HTTP POST",
        parent: "AccessToken.fetch",
        kind: "client",
        attributes: {
          "genesys.operation": "authenticate",
          "http.request.method": "POST",
          "http.request.resend_count": attempt,
          "http.response.status_code": 200
        }
      })
      const attempt = (resent: number, status: number) => ({
        name: "HTTP GET",
        parent: definition,
        kind: "client",
        attributes: {
          ...operation,
          "http.request.method": "GET",
          "http.request.resend_count": resent,
          "http.response.status_code": status
        }
      })
      expect(spans).toEqual([
        { name: definition, parent: undefined, kind: "internal", attributes: operation },
        fetch,
        login(0),
        attempt(0, 503),
        attempt(1, 401),
        fetch,
        login(0),
        attempt(2, 200)
      ])
    })
  )

  it.effect("are not made for a call that nobody would see them of: without a tracer", () =>
    Effect.gen(function* () {
      const around: Array<string> = []
      const distance = Effect.map(Effect.option(Effect.currentSpan), (span) => {
        if (Option.isSome(span)) around.push(span.value.name)
        return 0
      })
      const definition = "GenesysCloud.getLicenseDefinitions"
      yield* withEmulator({ distance }, (license) => license.getDefinitions)
      expect(around).not.toContain(definition)
      const tracer = Tracer.make({ span: (options) => new Tracer.NativeSpan(options) })
      yield* withEmulator({ distance }, (license) =>
        Effect.provideService(license.getDefinitions, Tracer.Tracer, tracer)
      )
      expect(around).toContain(definition)
    })
  )

  it.effect("are one for each page", () =>
    Effect.gen(function* () {
      const spans = yield* spansOf({ emulator: { users: 3 } }, (license) =>
        Stream.runDrain(license.users({ pageSize: 1 }))
      )
      expect(spans.filter(({ name }) => name === "GenesysCloud.getLicenseUsers")).toHaveLength(3)
      expect(spans.filter(({ name }) => name === "HTTP GET")).toHaveLength(3)
    })
  )

  it.effect.each<readonly [string, (license: LicenseService["Service"]) => Effect.Effect<unknown, GenesysError>]>([
    ["getLicenseDefinitions", (license) => license.getDefinitions],
    ["getLicenseUser", (license) => license.getUser("a")],
    ["postLicenseUsers", (license) => license.getUsers(["a"])],
    ["postLicenseUsers", (license) => license.getUserLicenses("a")],
    ["postLicenseInfer", (license) => license.inferFromRoles(["a"])],
    ["postLicenseInferPermissions", (license) => license.inferFromPermissions(["a"])],
    ["getLicenseToggle", (license) => license.getToggle("a")],
    ["postLicenseToggle", (license) => license.switchToggle("a")]
  ])("are called %s by what the vendor calls it, also where it fails", ([name, call]) =>
    Effect.gen(function* () {
      const spans = yield* spansOf({ api: [error(404)] }, (license) => failureOf(call(license)))
      expect(spans.filter(({ parent }) => parent === undefined).map(({ name }) => name)).toEqual([
        `GenesysCloud.${name}`
      ])
    })
  )
})
