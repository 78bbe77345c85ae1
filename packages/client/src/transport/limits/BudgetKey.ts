/**
 * Who shares a budget of requests, and a circuit breaker: whoever asks the same
 * organization with the same grant, and nobody else.
 */
import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import * as Redacted from "effect/Redacted"
import type { Credentials } from "../../cloud/Credentials.ts"

/** What tells one grant from another. A user's grants of one client are as many as there are users. */
const identityOf = (credentials: Credentials): ReadonlyArray<string> => {
  switch (credentials._tag) {
    case "ClientCredentials":
      return [credentials.clientId]
    case "AuthorizationCode":
    case "Pkce":
      return [credentials.clientId, Redacted.value(credentials.code)]
    case "RefreshToken":
      return [credentials.clientId, Redacted.value(credentials.refreshToken)]
    case "Saml2Bearer":
      return [credentials.clientId, credentials.orgName, Redacted.value(credentials.assertion)]
    case "AccessToken":
      return [Redacted.value(credentials.accessToken)]
  }
}

/**
 * A key of a store that others may read, so that only a digest of the grant is in it.
 * It is made of the address, too: the same client id in two regions is two clients.
 *
 * A page that was not loaded over https has no digests. Its key is random: not shared
 * is safe, shared by accident is not.
 */
export const make = (credentials: Credentials): Effect.Effect<(url: string) => string> =>
  Effect.promise(async () => {
    const bytes = new TextEncoder().encode(JSON.stringify([credentials._tag, ...identityOf(credentials)]))
    const { subtle } = globalThis.crypto as { readonly subtle?: SubtleCrypto }
    const digest =
      subtle === undefined
        ? globalThis.crypto.getRandomValues(new Uint8Array(16))
        : new Uint8Array(await subtle.digest("SHA-256", bytes)).subarray(0, 16)
    return (url) => `genesys-cloud:${url}:${Hex.encode(digest)}`
  })
