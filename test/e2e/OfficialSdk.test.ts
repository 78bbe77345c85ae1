import { NodeHttpClient } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { CurrentCallOptions, type GenesysError, LicenseService } from "@genesys-license/client"
import { defaultClient, defaultClientId, defaultClientSecret, Emulator } from "@genesys-license/emulator"
import { Server, type ServerOptions } from "@genesys-license/emulator/Server"
import { errorStatuses, LicenseApi } from "@genesys-license/schema"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as DocumentedServer from "../support/documentedServer.ts"
import * as OfficialSdk from "../support/officialSdk.ts"

const timeout = 60_000

type Credentials = Parameters<typeof LicenseService.layer>[0]["credentials"]

/** Our client of a server on this machine. */
const licenseOf = ({ host, port }: { readonly host: string; readonly port: number }, credentials: Credentials) =>
  LicenseService.layer({ gateway: { protocol: "http", host, port }, credentials }).pipe(
    Layer.provide(NodeHttpClient.layerUndici),
    Layer.build,
    Effect.map(Context.get(LicenseService))
  )

/** Both clients of one emulator, each logged in for itself, over the same socket. */
const both = Effect.fnUntraced(function* (client?: {
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
}) {
  const server = yield* Server
  const { faults, journal, oauth, organization, rateWindow } = yield* Emulator
  const credentials = client ?? oauth.credentials
  const sdk = yield* OfficialSdk.login(server, credentials)
  const license = yield* licenseOf(server, { _tag: "ClientCredentials", ...credentials })
  return { sdk, license, faults, journal, organization, rateWindow }
})

const emulator = (options?: ServerOptions) => Effect.provide(Server.layer({ users: 230, ...options }))

/** Each of the ten operations, as each of the two calls it. */
const pairsOf = (
  license: LicenseService["Service"]
): ReadonlyArray<readonly [(sdk: OfficialSdk.License) => Promise<unknown>, Effect.Effect<unknown, GenesysError>]> => {
  const assignments = [{ licenseId: "cloudCX2", userIdsAdd: ["nobody"], userIdsRemove: [] }]
  return [
    [(sdk) => sdk.getLicenseDefinitions(), license.getDefinitions],
    [(sdk) => sdk.getLicenseDefinition("cloudCX2"), license.getDefinition("cloudCX2")],
    [(sdk) => sdk.getLicenseToggle("any"), license.getToggle("any")],
    [(sdk) => sdk.postLicenseToggle("any"), license.switchToggle("any")],
    [(sdk) => sdk.getLicenseUser("nobody"), license.getUser("nobody")],
    [(sdk) => sdk.getLicenseUsers(), license.getUsersPage({ pageSize: 25, pageNumber: 1 })],
    [(sdk) => sdk.postLicenseUsers({ body: ["nobody"] }), license.getUsers(["nobody"])],
    [(sdk) => sdk.postLicenseInfer({ body: ["agent"] }), license.inferFromRoles(["agent"])],
    [(sdk) => sdk.postLicenseInferPermissions({ body: ["a:b:c"] }), license.inferFromPermissions(["a:b:c"])],
    [
      (sdk) => sdk.postLicenseOrganization({ body: { assignments } }),
      // What became of the one change that was asked for.
      Effect.flatMap(license.updateAssignments(assignments), ([outcome]) =>
        outcome !== undefined && "error" in outcome && outcome.error !== undefined
          ? Effect.fail(outcome.error)
          : Effect.succeed(outcome)
      )
    ]
  ]
}

/** The codes of the published contract, whose list is the same for every operation. */
const documentedCodes: Readonly<Record<number, ReadonlyArray<string>>> = {
  400: ["bad.request"],
  401: ["authentication.required", "bad.credentials", "ip.not.authorized"],
  403: ["missing.permissions", "missing.any.permissions", "not.authorized", "app.not.authorized.for.scope"],
  404: ["not.found"],
  408: ["client.timeout"],
  409: ["request.conflict"],
  413: ["request.entity.too.large"],
  415: ["unsupported.media.type"],
  429: ["too.many.requests.retry.after", "too.many.requests"],
  500: ["internal.server.error"],
  503: ["service.unavailable"],
  504: ["request.timeout", "authentication.request.timeout"]
}

const failure = (effect: Effect.Effect<unknown, GenesysError>) => Effect.orDie(Effect.flip(effect))

/** The body of an error without the one thing that differs from request to request. */
const withoutContext = (body: { readonly contextId?: string }) => ({ ...body, contextId: "" })

describe("the official SDK and LicenseService", () => {
  it("have the same operations", () => {
    expect([...OfficialSdk.operations].sort()).toEqual(Object.keys(LicenseApi.groups.license.endpoints).sort())
    expect(OfficialSdk.operations).toHaveLength(10)
  })

  it.live(
    "see the same definitions",
    () =>
      Effect.gen(function* () {
        const { license, organization, sdk } = yield* both()
        const definitions = yield* sdk.call((license) => license.getLicenseDefinitions())
        expect(definitions.map(({ id }) => id)).toEqual(organization.definitions.map(({ id }) => id))
        expect(definitions.length).toBeGreaterThan(10)
        expect(yield* license.getDefinitions).toStrictEqual(definitions)
      }).pipe(emulator()),
    timeout
  )

  it.live(
    "see the same definition by its id, down to what it comprises",
    () =>
      Effect.gen(function* () {
        const { license, organization, sdk } = yield* both()
        for (const { id } of organization.definitions) {
          const definition = yield* sdk.call((license) => license.getLicenseDefinition(id))
          expect(definition.id).toBe(id)
          expect(yield* license.getDefinition(id)).toStrictEqual(definition)
        }
        const cloudCX3 = yield* license.getDefinition("cloudCX3")
        expect(cloudCX3.comprises[0]?.comprises[0]?.comprises[0]?.id).toBe("collaboratePro")
      }).pipe(emulator()),
    timeout
  )

  it.live(
    "see the same toggles, read and switched",
    () =>
      Effect.gen(function* () {
        const { license, sdk } = yield* both()
        for (const name of ["licenseAutoAssignment", "a feature/of a peculiar?name", "100%"]) {
          const read = yield* sdk.call((license) => license.getLicenseToggle(name))
          expect(read).toStrictEqual({ featureName: name, enabled: true })
          expect(yield* license.getToggle(name)).toStrictEqual(read)
          const switched = yield* sdk.call((license) => license.postLicenseToggle(name))
          expect(yield* license.switchToggle(name)).toStrictEqual(switched)
        }
      }).pipe(emulator()),
    timeout
  )

  it.live(
    "see the same user, with whole definitions",
    () =>
      Effect.gen(function* () {
        const { license, organization, sdk } = yield* both()
        const users = yield* organization.users
        const holding = (count: number) => users.find(({ licenses }) => licenses.length === count)!.id
        for (const userId of [0, 1, 2, 3].map(holding)) {
          const user = yield* sdk.call((license) => license.getLicenseUser(userId))
          expect(user.id).toBe(userId)
          expect(yield* license.getUser(userId)).toStrictEqual(user)
        }
        const three = yield* license.getUser(holding(3))
        expect(three.licenses.map(({ permissions }) => permissions!.ids.length > 0)).toEqual([true, true, true])
      }).pipe(emulator()),
    timeout
  )

  for (const pageSize of [25, 100, 230, 500]) {
    it.live(
      `see the same users on every page of ${pageSize}, and nobody behind the last`,
      () =>
        Effect.gen(function* () {
          const { license, organization, sdk } = yield* both()
          const pages = Math.ceil(230 / pageSize)
          const seen = []
          for (let pageNumber = 1; pageNumber <= pages + 1; pageNumber += 1) {
            const page = yield* sdk.call((license) => license.getLicenseUsers({ pageSize, pageNumber }))
            expect(page).toMatchObject({ pageSize, pageNumber, pageCount: pages, total: 230 })
            expect(yield* license.getUsersPage({ pageSize, pageNumber })).toStrictEqual(page)
            seen.push(...(page.entities ?? []))
          }
          expect(seen.map(({ id, licenses }) => ({ id, licenses }))).toEqual(yield* organization.users)
          expect(yield* Stream.runCollect(license.users({ pageSize }))).toStrictEqual(seen)
        }).pipe(emulator()),
      timeout
    )
  }

  it.live(
    "see the same first page when the SDK leaves paging to the server",
    () =>
      Effect.gen(function* () {
        const { license, sdk } = yield* both()
        const page = yield* sdk.call((license) => license.getLicenseUsers())
        expect(page.entities).toHaveLength(25)
        expect(yield* license.getUsersPage({ pageSize: 25, pageNumber: 1 })).toStrictEqual(page)
      }).pipe(emulator()),
    timeout
  )

  it.live(
    "see the same licenses of many users, and nothing of unknown ones",
    () =>
      Effect.gen(function* () {
        const { license, organization, sdk } = yield* both()
        const users = (yield* organization.users).slice(0, 40)
        const ids = [...users.map(({ id }) => id), "3f4a6f3e-0000-4000-8000-000000000000", "constructor"]

        const answer = yield* sdk.call((license) => license.postLicenseUsers({ body: ids }))
        expect(answer).toStrictEqual(Object.fromEntries(users.map(({ id, licenses }) => [id, { licenses }])))

        const found = yield* license.getUsers(ids)
        expect(Object.fromEntries([...found].map(([id, licenses]) => [id, { licenses }]))).toStrictEqual(answer)

        const single = yield* Effect.forEach(ids, license.getUserLicenses, { concurrency: "unbounded" })
        expect(single.map(Option.getOrUndefined)).toEqual([
          ...users.map(({ licenses }) => licenses),
          undefined,
          undefined
        ])
      }).pipe(emulator()),
    timeout
  )

  it.live(
    "infer the same licenses from each role, and from all of them",
    () =>
      Effect.gen(function* () {
        const { license, organization, sdk } = yield* both()
        const infer = Effect.fnUntraced(function* (roleIds: ReadonlyArray<string>) {
          const inferred = yield* sdk.call((license) => license.postLicenseInfer({ body: [...roleIds] }))
          expect(yield* license.inferFromRoles(roleIds)).toStrictEqual(inferred)
          return inferred
        })
        const byRole: Record<string, ReadonlyArray<string>> = {}
        for (const { id, name } of organization.roles) byRole[name] = yield* infer([id])
        expect(byRole).toEqual({
          employee: ["collaboratePro"],
          "Communicate - User": ["communicate"],
          Agent: ["cloudCX2"],
          Supervisor: ["cloudCX3"],
          "Speech Analyst": ["cloudCX2", "gcSTAupgrade"],
          Planner: ["gc2WEMupgrade"],
          Wallboard: ["wallboardUser"],
          "Custom without permissions": [],
          "License Viewer": [],
          Admin: []
        })
        expect(yield* infer(organization.roles.map(({ id }) => id))).toEqual([
          "cloudCX3",
          "wallboardUser",
          "gc2WEMupgrade"
        ])
        expect(yield* infer(["no-such-role"])).toEqual([])
        expect(yield* infer([])).toEqual([])
      }).pipe(emulator()),
    timeout
  )

  it.live(
    "infer the same licenses from each permission, and from all of them",
    () =>
      Effect.gen(function* () {
        const { license, organization, sdk } = yield* both()
        const infer = Effect.fnUntraced(function* (permissions: ReadonlyArray<string>) {
          const inferred = yield* sdk.call((license) => license.postLicenseInferPermissions({ body: [...permissions] }))
          expect(yield* license.inferFromPermissions(permissions)).toStrictEqual(inferred)
          return inferred
        })
        const all = organization.definitions.flatMap(({ permissions }) => permissions?.ids ?? [])
        for (const permission of new Set(all)) expect((yield* infer([permission])).length).toBeGreaterThan(0)
        expect(yield* infer(["wfm:schedule:view", "routing:queue:join"])).toEqual(["cloudCX2", "gc2WEMupgrade"])
        expect((yield* infer(all)).length).toBeGreaterThan(1)
        expect(yield* infer(["no:such:permission"])).toEqual([])
      }).pipe(emulator()),
    timeout
  )

  describe("give and take licenses", () => {
    const stranger = "3f4a6f3e-0000-4000-8000-000000000000"

    /** The same change for the same seed: `write` of an emulator of its own, and then what both read. */
    const change = <Statuses>(
      write: (
        clients: Effect.Success<ReturnType<typeof both>>,
        assignments: ReadonlyArray<{ licenseId: string; userIdsAdd: Array<string>; userIdsRemove: Array<string> }>
      ) => Effect.Effect<Statuses, unknown>
    ) =>
      Effect.gen(function* () {
        const clients = yield* both()
        const { license, organization, sdk } = clients
        const before = yield* organization.users
        const without = before.find(({ licenses }) => licenses.length === 0)!.id
        const withOne = before.find(({ licenses }) => licenses.join() === "cloudCX2")!.id
        const statuses = yield* write(clients, [
          { licenseId: "cloudCX3", userIdsAdd: [without, withOne, stranger], userIdsRemove: [] },
          { licenseId: "cloudCX2", userIdsAdd: [], userIdsRemove: [withOne] },
          { licenseId: "noSuchLicense", userIdsAdd: [without], userIdsRemove: [] }
        ])

        const after = before.map((user) =>
          user.id === without || user.id === withOne ? { ...user, licenses: ["cloudCX3"] } : user
        )
        const read = yield* sdk.allUsers(100)
        expect(read.map(({ id, licenses }) => ({ id, licenses }))).toEqual(after)
        expect(yield* Stream.runCollect(license.users())).toStrictEqual(read)
        const changed = yield* sdk.call((license) => license.getLicenseUser(withOne))
        expect(changed.licenses?.map(({ id }) => id)).toEqual(["cloudCX3"])
        expect(yield* license.getUser(withOne)).toStrictEqual(changed)
        return { statuses, without, withOne }
      }).pipe(emulator())

    it.live(
      "with the same statuses, and read each other's changes back",
      () =>
        Effect.gen(function* () {
          const official = yield* change(({ sdk }, assignments) =>
            sdk.call((license) => license.postLicenseOrganization({ body: { assignments: [...assignments] } }))
          )
          const ours = yield* change(({ license }, assignments) => license.updateAssignments(assignments))
          const { statuses, withOne, without } = official
          expect(ours).toStrictEqual({
            ...official,
            statuses: [
              { _tag: "Done", change: "add", ...statuses[0] },
              { _tag: "Done", change: "add", ...statuses[1] },
              { _tag: "Refused", change: "add", ...statuses[2] },
              { _tag: "Done", change: "remove", ...statuses[3] },
              { _tag: "Refused", change: "add", ...statuses[4] }
            ]
          })
          expect(statuses).toEqual([
            { userId: without, licenseId: "cloudCX3", result: "Success" },
            { userId: withOne, licenseId: "cloudCX3", result: "Success" },
            { userId: stranger, licenseId: "cloudCX3", result: "User not found" },
            { userId: withOne, licenseId: "cloudCX2", result: "Success" },
            { userId: without, licenseId: "noSuchLicense", result: "License not found" }
          ])
        }),
      timeout
    )
  })

  describe("are refused in the same words", () => {
    it.live(
      "404 for an unknown user",
      () =>
        Effect.gen(function* () {
          const { license, sdk } = yield* both()
          const refusal = yield* sdk.refusal((license) => license.getLicenseUser("nobody"))
          const error = yield* failure(license.getUser("nobody"))
          expect(refusal.status).toBe(404)
          expect(error.reason._tag).toBe("NotFound")
          if (error.reason._tag !== "NotFound") return
          expect(withoutContext(error.reason.body!)).toStrictEqual(withoutContext(refusal.body))
          // The id that support asks for is that of the answer, in the body and in the header.
          expect(refusal.headers["inin-correlation-id"]).toBe(refusal.body.contextId)
          expect(error.correlationId).toBe(error.reason.body!.contextId)
          expect(error.correlationId).not.toBe(refusal.body.contextId)
        }).pipe(emulator()),
      timeout
    )

    it.live(
      "404 for an unknown license",
      () =>
        Effect.gen(function* () {
          const { license, sdk } = yield* both()
          const refusal = yield* sdk.refusal((license) => license.getLicenseDefinition("cloudCX9"))
          const { reason } = yield* failure(license.getDefinition("cloudCX9"))
          expect(refusal.status).toBe(404)
          expect(reason._tag).toBe("NotFound")
          if (reason._tag !== "NotFound") return
          expect(withoutContext(reason.body!)).toStrictEqual(withoutContext(refusal.body))
        }).pipe(emulator()),
      timeout
    )

    const powerless = { clientId: "powerless", clientSecret: Redacted.make("CANARY-and-its-secret") }
    const clients = [
      defaultClient,
      { id: "powerless", secret: "CANARY-and-its-secret", permissions: ["routing:queue:view"] }
    ]

    it.live(
      "403 without a permission, for exactly the operations that need one",
      () =>
        Effect.gen(function* () {
          const { license, sdk } = yield* both(powerless)
          const pairs: ReadonlyArray<
            readonly [(license: OfficialSdk.License) => Promise<unknown>, Effect.Effect<unknown, GenesysError>]
          > = [
            [(sdk) => sdk.getLicenseDefinitions(), license.getDefinitions],
            [(sdk) => sdk.getLicenseDefinition("cloudCX2"), license.getDefinition("cloudCX2")],
            [(sdk) => sdk.getLicenseUser("nobody"), license.getUser("nobody")],
            [(sdk) => sdk.postLicenseUsers({ body: ["nobody"] }), license.getUsers(["nobody"])],
            [(sdk) => sdk.postLicenseInferPermissions({ body: ["a:b:c"] }), license.inferFromPermissions(["a:b:c"])],
            [
              (sdk) => sdk.postLicenseOrganization({ body: { assignments: [] } }),
              license.updateAssignments([{ licenseId: "cloudCX2", userIdsAdd: ["nobody"], userIdsRemove: [] }])
            ]
          ]
          for (const [official, ours] of pairs) {
            const refusal = yield* sdk.refusal(official)
            const { reason } = yield* failure(ours)
            expect(refusal.status).toBe(403)
            expect(refusal.body.code).toBe("missing.any.permissions")
            expect(reason._tag).toBe("Forbidden")
            if (reason._tag !== "Forbidden") return
            expect(withoutContext(reason.body!)).toStrictEqual(withoutContext(refusal.body))
            for (const permission of reason.permissions) expect(refusal.body.message).toContain(permission)
            expect(reason.permissions).toContain("authorization:grant:add")
          }

          yield* sdk.call((license) => license.getLicenseUsers())
          yield* sdk.call((license) => license.getLicenseToggle("any"))
          yield* sdk.call((license) => license.postLicenseToggle("any"))
          yield* sdk.call((license) => license.postLicenseInfer({ body: [] }))
          yield* Stream.runDrain(license.users())
          yield* license.getToggle("any")
          yield* license.switchToggle("any")
          yield* license.inferFromRoles([])
        }).pipe(emulator({ clients })),
      timeout
    )

    it.live(
      "401 with a token that nobody gave out",
      () =>
        Effect.gen(function* () {
          const server = yield* Server
          const accessToken = Redacted.make("CANARY-not-a-token-of-this-organization")
          const license = yield* licenseOf(server, { _tag: "AccessToken", accessToken })
          const refusal = yield* OfficialSdk.withToken(server, accessToken).refusal((license) =>
            license.getLicenseUsers()
          )
          const { reason } = yield* failure(license.getUsersPage({ pageNumber: 1, pageSize: 25 }))
          expect(refusal.status).toBe(401)
          expect(refusal.body.code).toBe("bad.credentials")
          expect(reason._tag).toBe("Unauthorized")
          if (reason._tag !== "Unauthorized") return
          expect(withoutContext(reason.body!)).toStrictEqual(withoutContext(refusal.body))
        }).pipe(emulator()),
      timeout
    )

    it.live(
      "401 at the login with a wrong secret",
      () =>
        Effect.gen(function* () {
          const server = yield* Server
          const { oauth } = yield* Emulator
          const credentials = { ...oauth.credentials, clientSecret: Redacted.make("CANARY-a-wrong-secret") }
          const { body } = yield* Effect.flip(OfficialSdk.login(server, credentials))
          const license = yield* licenseOf(server, { _tag: "ClientCredentials", ...credentials })
          const { operation, reason } = yield* failure(license.getDefinitions)
          expect(body.response.status).toBe(401)
          expect(operation).toBe("authenticate")
          expect(reason).toMatchObject({
            _tag: "AuthenticationFailed",
            status: 401,
            error: body.response.data.error,
            description: body.response.data.error_description
          })
        }).pipe(emulator()),
      timeout
    )

    for (const status of errorStatuses) {
      it.live(
        `${status} in each of the ten operations`,
        () =>
          Effect.gen(function* () {
            const { faults, license, sdk } = yield* both()
            const operation = Object.values(LicenseApi.groups.license.endpoints).map(({ identifier }) => identifier)
            // So long that nobody waits for it.
            const retryAfter = status === 429 ? 3_600 : undefined
            yield* faults.add({ operation, fault: { type: "status", status, retryAfter } })
            for (const [official, ours] of pairsOf(license)) {
              const refusal = yield* sdk.refusal(official)
              expect(refusal.status).toBe(status)
              expect(documentedCodes[status]).toContain(refusal.body.code)
              const { reason } = yield* failure(Effect.provideService(ours, CurrentCallOptions, { retries: 0 }))
              const said = reason._tag === "OutcomeUnknown" ? reason.because : reason
              expect(said).toHaveProperty("body")
              if (!("body" in said) || typeof said.body !== "object") return
              expect(withoutContext(said.body)).toStrictEqual(withoutContext(refusal.body))
            }
          }).pipe(emulator()),
        timeout
      )
    }

    it.live(
      "429 from the rate window, in the words of the platform",
      () =>
        Effect.gen(function* () {
          const { license, rateWindow, sdk } = yield* both()
          yield* sdk.call((license) => license.getLicenseUsers())
          yield* license.getDefinitions
          // From now on there is no more than what each token has used already.
          yield* rateWindow.configure({ requests: 1, window: "1 hour" })
          const refusal = yield* sdk.refusal((license) => license.getLicenseUsers())
          const { reason } = yield* failure(license.getDefinitions)
          expect(refusal.status).toBe(429)
          expect(refusal.body.code).toBe("too.many.requests.retry.after")
          expect(Number(refusal.headers["retry-after"])).toBeGreaterThan(3_500)
          expect(refusal.body.message).toBe(
            `Rate limit exceeded the maximum. Retry the request in [${refusal.headers["retry-after"]}] seconds`
          )
          expect(reason).toMatchObject({ _tag: "RateLimited", body: { code: refusal.body.code } })
        }).pipe(emulator()),
      timeout
    )

    it.live(
      "400 for a page that cannot be, which LicenseService does not even send",
      () =>
        Effect.gen(function* () {
          const { journal, license, sdk } = yield* both()
          for (const page of [{ pageSize: 0 }, { pageNumber: 0 }, { pageSize: -1 }, { pageSize: 1.5 }]) {
            const refusal = yield* sdk.refusal((license) => license.getLicenseUsers(page))
            expect(refusal.status).toBe(400)
            expect(refusal.body).toMatchObject({ status: 400, code: expect.any(String), message: expect.any(String) })
          }
          const before = (yield* journal.requests).length
          for (const page of [
            { pageSize: 0, pageNumber: 1 },
            { pageSize: 25, pageNumber: 0 }
          ]) {
            const { reason } = yield* failure(license.getUsersPage(page))
            expect(reason._tag).toBe("InvalidRequest")
          }
          expect((yield* journal.requests).length).toBe(before)
        }).pipe(emulator()),
      timeout
    )
  })
})

describe("a login of the official SDK", () => {
  const redirectUri = "https://example.com/back?from=genesys"

  /** Where the user's browser is led, who agrees at once. */
  const authorize = (url: string, query: { readonly [name: string]: string }) =>
    Effect.promise(async () => {
      const { headers, status } = await fetch(`${url}/oauth/authorize?${new URLSearchParams(query)}`, {
        redirect: "manual"
      })
      expect(status).toBe(302)
      const back = new URL(headers.get("location")!)
      expect(`${back.origin}${back.pathname}`).toBe("https://example.com/back")
      expect(back.searchParams.get("from")).toBe("genesys")
      expect(back.searchParams.get("state")).toBe("a state")
      return back.searchParams.get("code")!
    })

  const consent = (url: string, more: { readonly [name: string]: string } = {}) =>
    authorize(url, {
      response_type: "code",
      client_id: defaultClientId,
      redirect_uri: redirectUri,
      state: "a state",
      ...more
    })

  const secret = Redacted.make(defaultClientSecret)

  const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

  const grants: Readonly<
    Record<
      string,
      (server: Server["Service"]) => Effect.Effect<{
        readonly official: Parameters<typeof OfficialSdk.logIn>[1]
        readonly ours: Credentials
        /** Whether the SDK gets itself another token when the first is refused. */
        readonly sdkRenews: boolean
      }>
    >
  > = {
    "client credentials": () =>
      Effect.succeed({
        official: (client) => client.loginClientCredentialsGrant(defaultClientId, defaultClientSecret),
        ours: { _tag: "ClientCredentials", clientId: defaultClientId, clientSecret: secret },
        sdkRenews: false
      }),
    "an authorization code": Effect.fnUntraced(function* ({ url }) {
      const [theirs, code] = [yield* consent(url), yield* consent(url)]
      return {
        official: (client) =>
          client.loginCodeAuthorizationGrant(defaultClientId, defaultClientSecret, theirs, redirectUri),
        ours: {
          _tag: "AuthorizationCode",
          clientId: defaultClientId,
          clientSecret: secret,
          code: Redacted.make(code),
          redirectUri
        },
        sdkRenews: true
      }
    }),
    PKCE: Effect.fnUntraced(function* ({ url }) {
      const challenge = yield* Effect.promise(() => OfficialSdk.codeChallenge(verifier))
      const query = { code_challenge: challenge, code_challenge_method: "S256" }
      const [theirs, code] = [yield* consent(url, query), yield* consent(url, query)]
      return {
        official: (client) => client.authorizePKCEGrant(defaultClientId, verifier, theirs, redirectUri),
        ours: {
          _tag: "Pkce",
          clientId: defaultClientId,
          code: Redacted.make(code),
          codeVerifier: Redacted.make(verifier),
          redirectUri
        },
        sdkRenews: false
      }
    }),
    "a SAML2 assertion": () =>
      Effect.succeed({
        official: (client) => client.loginSaml2BearerGrant(defaultClientId, defaultClientSecret, "acme", "PHNhbWw+"),
        ours: {
          _tag: "Saml2Bearer",
          clientId: defaultClientId,
          clientSecret: secret,
          orgName: "acme",
          assertion: Redacted.make("PHNhbWw+")
        },
        sdkRenews: false
      })
  }

  for (const [name, grant] of Object.entries(grants)) {
    it.live(
      `by ${name} opens the same organization as ours, and ends when it is revoked`,
      () =>
        Effect.gen(function* () {
          const server = yield* Server
          const { journal, oauth } = yield* Emulator
          const { official, ours, sdkRenews } = yield* grant(server)
          const sdk = yield* OfficialSdk.logIn(server, official)
          const license = yield* licenseOf(server, ours)
          const page = yield* sdk.call((license) => license.getLicenseUsers({ pageSize: 100 }))
          expect(page.total).toBe(230)
          expect(yield* license.getUsersPage({ pageSize: 100, pageNumber: 1 })).toStrictEqual(page)

          yield* oauth.revokeAll
          yield* Effect.flip(sdk.call((license) => license.getLicenseUsers()))
          // The SDK lets the call fail that met the 401, gets another token meanwhile, and uses it from then on.
          const again = sdk.call((license) => license.getLicenseUsers({ pageSize: 100 }))
          if (sdkRenews) {
            expect(yield* Effect.retry(again, Schedule.spaced("10 millis"))).toStrictEqual(page)
          } else {
            yield* Effect.flip(again)
          }
          yield* license.getUsersPage({ pageSize: 100, pageNumber: 1 })

          const logins = (yield* journal.requests).filter(({ operation }) => operation === "token")
          expect(new Set(logins.map(({ status }) => status))).toEqual(new Set([200]))
          expect(logins.length).toBeGreaterThanOrEqual(sdkRenews ? 4 : 3)
        }).pipe(emulator()),
      timeout
    )
  }
})

describe("a server that shares no code with the packages", () => {
  const documented = Effect.acquireDisposable(Effect.promise(DocumentedServer.listen))
  const credentials = {
    clientId: DocumentedServer.clientId,
    clientSecret: Redacted.make(DocumentedServer.clientSecret)
  }
  const user = DocumentedServer.userId(3)

  it.live(
    "is asked for the same by the SDK and by LicenseService, in all ten operations",
    () =>
      Effect.gen(function* () {
        const server = yield* documented
        const sdk = yield* OfficialSdk.login(server, credentials)
        const license = yield* licenseOf(server, { _tag: "ClientCredentials", ...credentials })
        const assignments = [{ licenseId: "collaborate", userIdsAdd: [user], userIdsRemove: ["nobody"] }]

        const pairs: Readonly<
          Record<
            string,
            readonly [(sdk: OfficialSdk.License) => Promise<unknown>, Effect.Effect<unknown, GenesysError>]
          >
        > = {
          getLicenseDefinitions: [(sdk) => sdk.getLicenseDefinitions(), license.getDefinitions],
          getLicenseDefinition: [(sdk) => sdk.getLicenseDefinition("cloudCX1"), license.getDefinition("cloudCX1")],
          getLicenseToggle: [(sdk) => sdk.getLicenseToggle("ä/b c"), license.getToggle("ä/b c")],
          postLicenseToggle: [(sdk) => sdk.postLicenseToggle("a?b#c%"), license.switchToggle("a?b#c%")],
          getLicenseUser: [(sdk) => sdk.getLicenseUser(user), license.getUser(user)],
          getLicenseUsers: [
            (sdk) => sdk.getLicenseUsers({ pageSize: 30, pageNumber: 2 }),
            license.getUsersPage({ pageSize: 30, pageNumber: 2 })
          ],
          postLicenseUsers: [
            (sdk) => sdk.postLicenseUsers({ body: [user, "nobody"] }),
            license.getUsers([user, "nobody"])
          ],
          postLicenseInfer: [(sdk) => sdk.postLicenseInfer({ body: ["agent"] }), license.inferFromRoles(["agent"])],
          postLicenseInferPermissions: [
            (sdk) => sdk.postLicenseInferPermissions({ body: ["chat:chat:access"] }),
            license.inferFromPermissions(["chat:chat:access"])
          ],
          postLicenseOrganization: [
            (sdk) => sdk.postLicenseOrganization({ body: { assignments } }),
            license.updateAssignments(assignments)
          ]
        }
        expect(Object.keys(pairs).sort()).toEqual([...OfficialSdk.operations].sort())

        /** What of a request means something to Genesys Cloud. */
        const meaning = ({ body, headers, method, path, query }: DocumentedServer.Asked) => ({
          method,
          path,
          query,
          authorization: headers["authorization"],
          contentType: body === "" ? undefined : headers["content-type"],
          accept: headers["accept"],
          body: body === "" ? undefined : JSON.parse(body)
        })
        // The second client logs in before its first call.
        yield* license.getToggle("log in")

        for (const [official, ours] of Object.values(pairs)) {
          yield* sdk.call(official)
          const asked = meaning(server.asked.at(-1)!)
          yield* ours
          expect(meaning(server.asked.at(-1)!)).toStrictEqual(asked)
        }
        // Two logins, the toggle, and nothing but ten calls of each.
        expect(server.asked).toHaveLength(2 + 1 + 2 * 10)

        const logins = server.asked.filter(({ path }) => path === "/oauth/token")
        const form = ({ body, headers, method }: DocumentedServer.Asked) => ({
          method,
          body,
          authorization: headers["authorization"]
        })
        expect(logins).toHaveLength(2)
        expect(form(logins[1]!)).toStrictEqual(form(logins[0]!))
      }),
    timeout
  )

  it.live(
    "tells both clients the same, where one of them tidies up what is missing, null or undocumented",
    () =>
      Effect.gen(function* () {
        const server = yield* documented
        const sdk = yield* OfficialSdk.login(server, credentials)
        const license = yield* licenseOf(server, { _tag: "ClientCredentials", ...credentials })

        const raw = yield* sdk.allUsers(25)
        expect(raw).toHaveLength(DocumentedServer.userCount)
        expect(raw.filter(({ licenses }) => licenses === undefined || licenses === null).length).toBeGreaterThan(30)
        expect(yield* Stream.runCollect(license.users({ pageSize: 30 }))).toStrictEqual(
          raw.map(({ id, licenses }) => ({ id, licenses: licenses ?? [] }))
        )

        const definitions = yield* sdk.call((license) => license.getLicenseDefinitions())
        expect(yield* license.getDefinitions).toStrictEqual(
          definitions.map(({ id, selfUri }) => ({ id, selfUri, prerequisites: [], comprises: [] }))
        )
        expect(yield* license.getDefinition("cloudCX1")).toStrictEqual({
          id: "cloudCX1",
          permissions: { ids: ["routing:queue:member", "conversation:call:accept"] },
          prerequisites: [],
          comprises: [{ id: "collaborate", prerequisites: [], comprises: [] }]
        })

        const ids = [...Array(8).keys()].map(DocumentedServer.userId)
        const byId: Record<string, any> = yield* sdk.call((license) =>
          license.postLicenseUsers({ body: [...ids, "nobody"] })
        )
        expect(Object.keys(byId)).toEqual(ids)
        expect(yield* license.getUsers([...ids, "nobody"])).toStrictEqual(
          new Map(Object.entries(byId).map(([id, { licenses }]) => [id, licenses ?? []]))
        )

        const assignments = [{ licenseId: "collaborate", userIdsAdd: [user, "nobody"], userIdsRemove: [] }]
        expect(yield* license.updateAssignments(assignments)).toEqual([
          { _tag: "Done", licenseId: "collaborate", userId: user, change: "add", result: "SUCCESS" },
          { _tag: "Refused", licenseId: "collaborate", userId: "nobody", change: "add", result: "NO_SUCH_USER" }
        ])
        const changed = yield* sdk.call((license) => license.getLicenseUser(user))
        expect(changed.licenses?.map(({ id }) => id)).toEqual(["cloudCX1", "hourlyRetired", "collaborate"])
        expect((yield* license.getUser(user)).licenses.map(({ id }) => id)).toEqual(
          changed.licenses?.map(({ id }) => id)
        )
      }),
    timeout
  )
})
