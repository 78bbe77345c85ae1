import { describe, expect, it } from "@effect/vitest"
import type { Credentials } from "@genesys-license/client/Credentials"
import { defaultClientId, defaultClientSecret, Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as OfficialSdk from "../../support/officialSdk.ts"
import { emulator, licenseOf, timeout } from "./clients.ts"

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
