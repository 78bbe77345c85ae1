/**
 * The key of a budget of requests and of a circuit breaker. Clients share both exactly if they use
 * the same address and the same credentials.
 */
import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import * as Redacted from "effect/Redacted"
import type { Credentials } from "../../cloud/Credentials.ts"

/** What identifies credentials. With the grants of users, one OAuth client has as many credentials as users. */
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
 * Makes the key for a URL. It contains only a digest of the credentials, because others may read
 * the store. It contains the address, because the same client id in two regions is two clients.
 *
 * A web page that was not loaded over https cannot compute digests. Its key is random: a budget
 * that nobody shares is safe, one that is shared by accident is not.
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
