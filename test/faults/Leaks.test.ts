import { describe, expect, it } from "@effect/vitest"
import { CurrentCallOptions, GenesysError } from "@genesys-license/client"
import type { Credentials } from "@genesys-license/client/Credentials"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import { format, inspect } from "node:util"
import { overEachClient } from "../support/Attack.ts"
import * as Canary from "../support/Canary.ts"
import {
  answer,
  type Behaviour,
  bytes,
  cut,
  error,
  good,
  hang,
  json,
  type Received,
  reset,
  token,
  tokenPath
} from "../support/HostileServer.ts"
import { raised } from "../support/outcomes.ts"

const redirectUri = "http://localhost/back"
const grants: ReadonlyArray<Credentials> = [
  { _tag: "ClientCredentials", clientId: "a", clientSecret: Redacted.make(Canary.clientSecret) },
  {
    _tag: "AuthorizationCode",
    clientId: "a",
    clientSecret: Redacted.make(Canary.clientSecret),
    code: Redacted.make(Canary.code),
    redirectUri
  },
  {
    _tag: "Pkce",
    clientId: "a",
    code: Redacted.make(Canary.code),
    codeVerifier: Redacted.make(Canary.codeVerifier),
    redirectUri
  },
  { _tag: "RefreshToken", clientId: "a", refreshToken: Redacted.make(Canary.givenRefreshToken) },
  {
    _tag: "Saml2Bearer",
    clientId: "a",
    clientSecret: Redacted.make(Canary.clientSecret),
    orgName: "o",
    assertion: Redacted.make(Canary.assertion)
  },
  { _tag: "AccessToken", accessToken: Redacted.make(Canary.givenToken) }
]

const canaries = Object.values(Canary).filter((value) => typeof value === "string")

/** All encodings of a canary. */
const forms = canaries.flatMap((canary) => [
  canary,
  encodeURIComponent(canary),
  new URLSearchParams({ a: canary }).toString().slice(2),
  JSON.stringify(canary).slice(1, -1),
  btoa(canary),
  btoa(`a:${canary}`)
])

/** The canaries in a text. */
const seenIn = (text: string) => [...new Set(forms.filter((form) => text.includes(form)))]

/** All secrets in a request, which a server could send back. */
const secretsIn = (request: Received) =>
  request.path.endsWith(tokenPath)
    ? [request.body, decodeURIComponent(request.body), request.headers.authorization ?? ""]
    : [request.headers.authorization ?? "", request.headers.authorization?.replace("Bearer ", "") ?? ""]

const echo =
  (make: (secrets: string, secret: string) => Behaviour): Behaviour =>
  (response, socket, request) =>
    make(secretsIn(request).join(" "), secretsIn(request).at(-1)!)(response, socket, request)

const ascii = (text: string) => text.replace(/[^\x20-\x7e]/g, "?")

/** Answers that contain the secrets of the request, in all possible places. */
const echoes: ReadonlyArray<readonly [label: string, behaviour: Behaviour]> = [
  ["as the text of an error", echo((secrets) => answer({ status: 400, body: secrets }))],
  ["as the message of an error", echo((secrets) => error(400, { message: secrets, code: secrets }))],
  [
    "in the parameters of an error",
    echo((secrets) => error(400, { messageParams: { a: secrets }, contextId: secrets }))
  ],
  [
    "in the details of an error",
    echo((secrets) => error(409, { details: [{ fieldName: secrets }], errors: [{ message: secrets }] }))
  ],
  [
    "as the description of an error of OAuth",
    echo((secrets) => error(401, { error: secrets, error_description: secrets }))
  ],
  [
    "as a permission",
    echo((secrets, secret) => error(403, { code: "missing.permissions", message: `a:b:${secret} ${secrets}` }))
  ],
  ["as text with status 200", echo((secrets) => answer({ body: secrets }))],
  ["as JSON of another shape", echo((secrets) => json({ [secrets]: secrets, id: { a: secrets } }))],
  ["as an id of another type", echo((secrets) => json([{ id: [secrets] }]))],
  ["as a key of a map", echo((secrets) => json({ [secrets]: 7 }))],
  ["after much white space", echo((_, secret) => answer({ body: `${" ".repeat(9_996)}${secret}` }))],
  ["as a correlation id", echo((secrets) => error(400, {}, { "inin-correlation-id": ascii(secrets) }))],
  ["in other headers", echo((secrets) => error(503, {}, { "x-echo": ascii(secrets), server: ascii(secrets) }))],
  ["as Retry-After", echo((secrets) => error(429, {}, { "retry-after": ascii(secrets) }))],
  [
    "as a redirect",
    echo((_, secret) => answer({ status: 302, headers: { location: `/?${encodeURIComponent(secret)}` } }))
  ],
  [
    "as the reason of a status",
    echo((secrets) => bytes(`HTTP/1.1 400 ${ascii(secrets)}\r\ncontent-length: 0\r\n\r\n`))
  ],
  ["in half a body", echo((secrets) => cut(ascii(secrets), "reset"))],
  ["instead of HTTP", echo((secrets) => bytes(`${ascii(secrets)}\r\n\r\n`))],
  ["in a broken header", echo((secrets) => bytes(`HTTP/1.1 200 OK\r\n${ascii(secrets)}\r\n\r\n`))]
]

interface Seen {
  readonly logs: Array<string>
  readonly spans: Array<Tracer.NativeSpan>
  readonly exits: Array<Exit.Exit<unknown, unknown>>
}

/** Runs an effect and captures everything that it writes. */
const watched = (seen: Seen) => {
  const logger = Logger.make<unknown, void>((entry) => {
    seen.logs.push(
      inspect(entry, { depth: 20 }),
      JSON.stringify(Logger.formatStructured.log(entry)),
      Logger.formatLogFmt.log(entry)
    )
  })
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      seen.spans.push(span)
      return span
    }
  })
  return <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    effect.pipe(
      Effect.provide(Logger.layer([logger])),
      Effect.provideService(References.MinimumLogLevel, "Trace"),
      Effect.provideService(Tracer.Tracer, tracer)
    )
}

const textsOfError = (error: unknown): ReadonlyArray<string> => [
  inspect(error, { depth: 20, showHidden: true }),
  format("%o %s %j", error, error, error),
  String(error),
  JSON.stringify(error) ?? "",
  ...(error instanceof Error ? [error.message, error.stack ?? "", String(error.cause), inspect(error.cause)] : []),
  ...(error instanceof GenesysError ? [error.reason.message, inspect(error.reason), JSON.stringify(error.reason)] : [])
]

const textsOfExit = (exit: Exit.Exit<unknown, unknown>): ReadonlyArray<string> =>
  Exit.isSuccess(exit)
    ? []
    : [
        Cause.pretty(exit.cause),
        inspect(exit.cause, { depth: 20 }),
        JSON.stringify(exit.cause),
        ...exit.cause.reasons.flatMap((reason) =>
          textsOfError(Cause.isFailReason(reason) ? reason.error : Cause.isDieReason(reason) ? reason.defect : reason)
        )
      ]

const textsOfSpan = (span: Tracer.NativeSpan): ReadonlyArray<string> => [
  span.name,
  inspect([...span.attributes], { depth: 20 }),
  inspect(span.events, { depth: 20 }),
  ...(span.status._tag === "Ended" ? textsOfExit(span.status.exit) : [])
]

/** Calls every operation once, and everything that is built on them. */
const everything = (license: any): ReadonlyArray<Effect.Effect<unknown, GenesysError>> => [
  license.getDefinitions,
  license.getDefinition("a"),
  license.getUser("a"),
  license.getUsersPage({ pageNumber: 1, pageSize: 25 }),
  Stream.runCollect(license.users()),
  license.getUsers(["a"]),
  license.getUserLicenses("a"),
  license.inferFromRoles(["a"]),
  license.inferFromPermissions(["a"]),
  raised(license.updateAssignments([{ licenseId: "a", userIdsAdd: ["a"], userIdsRemove: [] }])),
  license.getToggle("a"),
  license.switchToggle("a")
]

const tokens = token(Canary.accessToken, { refresh_token: Canary.refreshToken })

overEachClient("No secret", (attack) => {
  it.live("is written in half where a quotation ends", () =>
    attack(
      { credentials: { _tag: "AccessToken", accessToken: Redacted.make(Canary.givenToken) } },
      function* (server, license) {
        server.always(answer({ body: `${" ".repeat(9_990)}${Canary.givenToken}` }))
        const exit = yield* Effect.exit(license.getDefinitions)
        expect(textsOfExit(exit).join()).toContain("UnexpectedResponse")
        expect(textsOfExit(exit).join()).not.toContain(Canary.mark)
      }
    )
  )

  describe.each(grants.map((grant) => [grant._tag, grant] as const))("of %s", (_, credentials) => {
    /** Runs the calls, and looks for canaries in everything that they write. */
    const scan = (
      behave: (server: any) => void,
      calls: (license: any) => ReadonlyArray<Effect.Effect<unknown, GenesysError>>
    ) => {
      const seen: Seen = { logs: [], spans: [], exits: [] }
      const options = { credentials, retries: 1, attemptTimeout: "300 millis", maxResponseBytes: 100_000 } as const
      return watched(seen)(
        attack(options, function* (server, license) {
          server.alwaysLogin(tokens)
          behave(server)
          for (const call of calls(license)) {
            seen.exits.push(
              yield* Effect.exit(call.pipe(Effect.provideService(CurrentCallOptions, { callTimeout: "3 seconds" })))
            )
          }
          const metrics = yield* Metric.snapshot
          expect(seen.spans.length).toBeGreaterThan(0)
          expect({
            logs: seenIn(seen.logs.join("\n")),
            spans: seenIn(seen.spans.flatMap(textsOfSpan).join("\n")),
            errors: seenIn(seen.exits.flatMap(textsOfExit).join("\n")),
            metrics: seenIn(inspect(metrics, { depth: 20 })),
            service: seenIn(inspect(license, { depth: 20, showHidden: true })),
            defects: seen.exits.filter((exit) => Exit.isFailure(exit) && Cause.hasDies(exit.cause)).map(String)
          }).toEqual({ logs: [], spans: [], errors: [], metrics: [], service: [], defects: [] })
        })
      )
    }

    it.live("is written when all calls succeed", () => scan((server) => server.always(good), everything))

    it.live("is written when many calls fail", () =>
      scan(
        (server) =>
          server.next(
            error(401),
            error(401),
            error(403),
            error(429),
            reset,
            hang,
            hang,
            error(503),
            error(500),
            cut("{", "reset")
          ),
        everything
      )
    )

    describe("is written when the API sends it back", () => {
      it.live.each(echoes)("%s", ([, behaviour]) =>
        scan(
          (server) => server.always(behaviour),
          (license) => [
            license.getDefinitions,
            license.getUsers(["a"]),
            raised(license.updateAssignments([{ licenseId: "a", userIdsAdd: ["a"], userIdsRemove: [] }]))
          ]
        )
      )
    })

    if (credentials._tag !== "AccessToken") {
      describe("is written when the login sends it back", () => {
        it.live.each(echoes)("%s", ([, behaviour]) =>
          scan(
            (server) => server.alwaysLogin(behaviour),
            (license) => [license.getDefinitions]
          )
        )
      })

      it.live("is written when the login sends an unusable token", () =>
        scan(
          (server) => server.nextLogin(token([Canary.accessToken]), token(`${Canary.accessToken}\n`), reset),
          (license) => [license.getDefinitions, license.getDefinitions, license.getDefinitions]
        )
      )
    }
  })
})
