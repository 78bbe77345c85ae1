/** What tests of tokens share: clients of the emulator, grants, and what was asked for. */
import { LicenseService } from "@genesys-license/client"
import type { Credentials } from "@genesys-license/client/Credentials"
import type { Fault } from "@genesys-license/emulator/faults/Fault"
import type { OAuth } from "@genesys-license/emulator/oauth/OAuth"
import {
  defaultClient,
  defaultClientId,
  defaultClientSecret,
  type OAuthClientOptions
} from "@genesys-license/emulator/oauth/OAuthClient"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { type Server, serviceOf } from "../../clients.ts"

/** The API refuses the token of this request, and every other one that there is. */
export const revoked: ReadonlyArray<Fault> = [{ type: "revoke" }]

/** The OAuth client of the emulator, but for this. */
export const configured = (options: Partial<OAuthClientOptions>) => ({ clients: [{ ...defaultClient, ...options }] })
/** Its tokens live so long. */
export const living = (accessTokenValiditySeconds: number) => configured({ accessTokenValiditySeconds })

/** The token as it is, but for this field; without a value, but for the lack of it. */
export const tokenWith = (field: string, value: Schema.Json | undefined): ReadonlyArray<Fault> => {
  const path = `/${field}`
  return [
    { type: "patch", operations: [value === undefined ? { op: "remove", path } : { op: "replace", path, value }] }
  ]
}

/** Which token each request to the API bore, numbered as they appear. */
export const borne = ({ api }: Server) => {
  const bearers = api.map(({ headers }) => headers["authorization"])
  const known = [...new Set(bearers)]
  return bearers.map((bearer) => known.indexOf(bearer) + 1)
}

/** What was sent for each token. */
export const formsOf = ({ token }: Server) => token.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))

/** Another client of the emulator, whose credentials come from it. */
export const clientOf = (credentials: Credentials) =>
  serviceOf(LicenseService, LicenseService.layer({ region: "us-east-1", credentials }))

export const secret = (text: string) => Redacted.make(text)

export const client = { clientId: defaultClientId, clientSecret: secret(defaultClientSecret) }
export const basic = `Basic ${btoa(`${defaultClientId}:${defaultClientSecret}`)}`
export const redirectUri = "https://example.com/back"
export const codeVerifier = secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
export const codeChallenge = createHash("sha256").update(Redacted.value(codeVerifier)).digest("base64url")

/** The refresh token of an earlier session. */
export const renewal = (oauth: OAuth["Service"], pkce: boolean) =>
  Effect.gen(function* () {
    const code = yield* oauth.authorize({ redirectUri, ...(pkce && { codeChallenge }) })
    const { refreshToken } = yield* oauth.exchange(
      {
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectUri,
        ...(pkce && { code_verifier: codeVerifier })
      },
      { clientId: defaultClientId, clientSecret: pkce ? undefined : client.clientSecret }
    )
    return secret(refreshToken!)
  })

/** Credentials that the emulator takes, and as what they must be sent. */
export interface Grant {
  readonly credentials: Credentials
  readonly header: string | undefined
  readonly form: Record<string, string>
}
export const grants: ReadonlyArray<
  readonly [name: string, (oauth: OAuth["Service"]) => Effect.Effect<Grant, unknown>]
> = [
  [
    "ClientCredentials",
    () =>
      Effect.succeed({
        credentials: { _tag: "ClientCredentials", ...client },
        header: basic,
        form: { grant_type: "client_credentials" }
      })
  ],
  [
    "AuthorizationCode",
    (oauth) =>
      Effect.map(oauth.authorize({ redirectUri }), (code) => ({
        credentials: { _tag: "AuthorizationCode", ...client, code, redirectUri },
        header: basic,
        form: { grant_type: "authorization_code", code: Redacted.value(code), redirect_uri: redirectUri }
      }))
  ],
  [
    "Pkce",
    (oauth) =>
      Effect.map(oauth.authorize({ redirectUri, codeChallenge }), (code) => ({
        credentials: { _tag: "Pkce", clientId: defaultClientId, code, codeVerifier, redirectUri },
        header: undefined,
        form: {
          grant_type: "authorization_code",
          code: Redacted.value(code),
          redirect_uri: redirectUri,
          code_verifier: Redacted.value(codeVerifier),
          client_id: defaultClientId
        }
      }))
  ],
  [
    "RefreshToken",
    (oauth) =>
      Effect.map(renewal(oauth, false), (refreshToken) => ({
        credentials: { _tag: "RefreshToken", ...client, refreshToken },
        header: basic,
        form: { grant_type: "refresh_token", refresh_token: Redacted.value(refreshToken) }
      }))
  ],
  [
    "RefreshToken without a secret",
    (oauth) =>
      Effect.map(renewal(oauth, true), (refreshToken) => ({
        credentials: { _tag: "RefreshToken", clientId: defaultClientId, refreshToken },
        header: undefined,
        form: {
          grant_type: "refresh_token",
          refresh_token: Redacted.value(refreshToken),
          client_id: defaultClientId
        }
      }))
  ],
  [
    "Saml2Bearer",
    () =>
      Effect.succeed({
        credentials: { _tag: "Saml2Bearer", ...client, orgName: "acme", assertion: secret("CANARY-PHNhbWw+") },
        header: basic,
        form: {
          grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer",
          orgName: "acme",
          assertion: "CANARY-PHNhbWw+"
        }
      })
  ]
]
