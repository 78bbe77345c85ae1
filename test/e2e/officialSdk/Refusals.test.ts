import { describe, expect, it } from "@effect/vitest"
import { CurrentCallOptions, type GenesysError, type LicenseService } from "@genesys-license/client"
import { defaultClient, Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import { errorStatuses, LicenseApi } from "@genesys-license/schema"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as OfficialSdk from "../../support/officialSdk.ts"
import { both, emulator, failure, licenseOf, timeout, withoutContext } from "./clients.ts"

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

describe("the official SDK and LicenseService are refused in the same words", () => {
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
    "at the login with a wrong secret",
    () =>
      Effect.gen(function* () {
        const server = yield* Server
        const { oauth } = yield* Emulator
        const credentials = { ...oauth.credentials, clientSecret: Redacted.make("CANARY-a-wrong-secret") }
        const { body } = yield* Effect.flip(OfficialSdk.login(server, credentials))
        const license = yield* licenseOf(server, { _tag: "ClientCredentials", ...credentials })
        const { operation, reason } = yield* failure(license.getDefinitions)
        expect(operation).toBe("authenticate")
        expect(reason).toMatchObject({
          _tag: "AuthenticationFailed",
          status: body.response.status,
          error: "invalid_client",
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
