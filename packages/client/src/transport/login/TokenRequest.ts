/**
 * The token request of each grant: `POST /oauth/token` with a form. If the client has a secret,
 * it is sent in a Basic header.
 *
 * @see https://developer.genesys.cloud/authorization/platform-auth/
 */
import type { TokenRequest } from "@genesys-license/schema/OAuth"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import type { AccessToken, Credentials } from "../../cloud/Credentials.ts"

/** Credentials that log in, in contrast to an existing access token. */
export type Grant = Exclude<Credentials, AccessToken>

/** The form of the contract with plain strings in place of `Redacted`. */
type Form<Request> = Request extends TokenRequest
  ? { readonly [K in keyof Request]: Request[K] extends Redacted.Redacted | undefined ? string : Request[K] }
  : never

const formOf = (grant: Grant, refreshToken: Redacted.Redacted | undefined): Form<TokenRequest> => {
  if (refreshToken !== undefined) return { grant_type: "refresh_token", refresh_token: Redacted.value(refreshToken) }
  switch (grant._tag) {
    case "ClientCredentials":
      return { grant_type: "client_credentials" }
    case "AuthorizationCode":
    case "Pkce":
      return {
        grant_type: "authorization_code",
        code: Redacted.value(grant.code),
        redirect_uri: grant.redirectUri,
        ...(grant._tag === "Pkce" && { code_verifier: Redacted.value(grant.codeVerifier) })
      }
    case "RefreshToken":
      return { grant_type: "refresh_token", refresh_token: Redacted.value(grant.refreshToken) }
    case "Saml2Bearer":
      return {
        grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer",
        orgName: grant.orgName,
        assertion: Redacted.value(grant.assertion)
      }
  }
}

const secretOf = (grant: Grant) => ("clientSecret" in grant ? grant.clientSecret : undefined)

/**
 * What a login uses up. A code works once. A refresh token works once, and the response contains
 * the next one. An assertion may work only once.
 */
export const usedUp = (
  grant: Grant,
  refreshToken?: Redacted.Redacted
): "code" | "refreshToken" | "assertion" | undefined => {
  if (refreshToken !== undefined) return "refreshToken"
  switch (grant._tag) {
    case "ClientCredentials":
      return undefined
    case "AuthorizationCode":
    case "Pkce":
      return "code"
    case "RefreshToken":
      return "refreshToken"
    case "Saml2Bearer":
      return "assertion"
  }
}

/** The request for a token. With `refreshToken`, it renews the token of a user. */
export const make = (grant: Grant, refreshToken?: Redacted.Redacted): HttpClientRequest.HttpClientRequest => {
  const secret = secretOf(grant)
  const form = formOf(grant, refreshToken)
  return HttpClientRequest.post("/oauth/token").pipe(
    secret === undefined
      ? HttpClientRequest.bodyUrlParams({ ...form, client_id: grant.clientId })
      : (request) =>
          HttpClientRequest.basicAuth(HttpClientRequest.bodyUrlParams(request, { ...form }), grant.clientId, secret)
  )
}

/** The secrets of a grant: texts of the server must not be quoted with them. */
export const secrets = (grant: Grant): ReadonlyArray<Redacted.Redacted> => {
  const secret = secretOf(grant)
  const basic = secret && Redacted.make(btoa(`${grant.clientId}:${Redacted.value(secret)}`))
  return [basic, ...Object.values(grant)].filter((value) => Redacted.isRedacted(value)) as Array<Redacted.Redacted>
}
