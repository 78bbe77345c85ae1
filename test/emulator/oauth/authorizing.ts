/** Helpers for tests of the login: a client, a consent, and a request that needs a token. */
import { Emulator } from "@genesys-license/emulator/Emulator"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { createHash } from "node:crypto"
import { call } from "../Caller.ts"

export const credentials = { clientId: defaultClientId, clientSecret: defaultClientSecret }
export const redirect_uri = "http://localhost:3000/back"
export const code_verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
export const codeChallenge = createHash("sha256").update(code_verifier).digest("base64url")

export const definitions = (token: string | Redacted.Redacted) =>
  call("GET", "/api/v2/license/definitions", { token: Redacted.isRedacted(token) ? token : Redacted.make(token) })

export const refused = (error: string, description: string) => ({ error, description, error_description: description })

export const consent = (options: { readonly codeChallenge?: string; readonly clientId?: string } = {}) =>
  Effect.flatMap(Emulator, ({ oauth }) => oauth.authorize({ redirectUri: redirect_uri, ...options }))
