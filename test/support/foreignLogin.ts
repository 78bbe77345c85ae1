/**
 * A login that this project did not write: `oidc-provider`, a certified OAuth server, on a
 * loopback socket with the paths of Genesys Cloud. The API behind it accepts only the tokens
 * of this login.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { generateKeyPairSync } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { Adapter, AdapterPayload, default as Provider } from "oidc-provider"
import { mark } from "./Canary.ts"

// The server warns on stderr if Node is newer than the latest LTS version.
Object.defineProperty(process.release, "lts", { value: process.release.lts ?? "Jod" })
const { Provider: OidcProvider } = await import("oidc-provider")

// Without characters that need escapes in a Basic header. OAuth escapes them there, but the SDKs of Genesys do not.
export const clientId = "0de1c0de-0000-4000-8000-00000000a11c"
export const clientSecret = Redacted.make(`${mark}-secret_of.the-foreign~login`)
/** A client without a secret, such as a desktop program. */
export const publicClientId = "0de1c0de-0000-4000-8000-00000000b0b0"
export const redirectUri = "https://example.com/back"

/** A token request, as the server interpreted it. */
export interface Asked {
  readonly grantType: string
  readonly clientId: string
  readonly refreshToken: string | undefined
  /** The error code of OAuth. Absent if the request succeeded. */
  readonly refused?: string
}

export interface ForeignLogin {
  readonly host: string
  readonly port: number
  /** All token requests of known clients. */
  readonly asked: ReadonlyArray<Asked>
  /** Lets a user log in with a browser and agree. Returns the query of the redirect to `redirectUri`. */
  readonly consent: (query: { readonly [name: string]: string }) => Effect.Effect<URLSearchParams>
  /** Revokes all access tokens. Refresh tokens stay valid. */
  readonly endAccessTokens: Effect.Effect<void>
}

/** The storage of the server, with a separate map for each kind. */
class Memory implements Adapter {
  readonly entries = new Map<string, AdapterPayload>()

  async upsert(id: string, payload: AdapterPayload) {
    this.entries.set(id, payload)
  }
  async find(id: string) {
    return this.entries.get(id)
  }
  async findByUid(uid: string) {
    return [...this.entries.values()].find((payload) => payload.uid === uid)
  }
  async findByUserCode() {
    return undefined
  }
  async consume(id: string) {
    this.entries.get(id)!.consumed = Math.floor(Date.now() / 1000)
  }
  async destroy(id: string) {
    this.entries.delete(id)
  }
  async revokeByGrantId(grantId: string) {
    for (const [id, payload] of this.entries) if (payload.grantId === grantId) this.entries.delete(id)
  }
}

const lifetime = { AccessToken: 86_400, ClientCredentials: 86_400, AuthorizationCode: 60, RefreshToken: 86_400 }
const grantOf = { grant_types: ["authorization_code", "refresh_token"], redirect_uris: [redirectUri] }

const makeProvider = (issuer: string, memoryOf: (model: string) => Memory) => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  return new OidcProvider(issuer, {
    adapter: memoryOf,
    clients: [
      {
        client_id: clientId,
        client_secret: Redacted.value(clientSecret),
        ...grantOf,
        grant_types: [...grantOf.grant_types, "client_credentials"]
      },
      { client_id: publicClientId, token_endpoint_auth_method: "none", ...grantOf }
    ],
    // A key for ID tokens, which these tests do not use. Without a key, the server prints a warning.
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "ES256" }] },
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    clientAuthMethods: ["client_secret_basic", "none"],
    cookies: { keys: [`${mark}-cookies`] },
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    issueRefreshToken: (_, client) => client.grantTypeAllowed("refresh_token"),
    // A user has already agreed to everything.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ accountId: oidc.session!.accountId!, clientId: oidc.client!.clientId })
      grant.addOIDCScope("openid license:readonly")
      await grant.save()
      return grant
    },
    pkce: { required: (_, client) => client.clientId === publicClientId },
    rotateRefreshToken: true,
    routes: { authorization: "/oauth/authorize", token: "/oauth/token" },
    scopes: ["openid", "license:readonly"],
    ttl: { ...lifetime, Grant: 86_400, IdToken: 60, Interaction: 60, Session: 60 }
  })
}

/** The part of the API that tests of a login need. */
const answerApi = async (provider: Provider, request: IncomingMessage, response: ServerResponse) => {
  const token = request.headers.authorization?.replace(/^Bearer /, "") ?? ""
  const isGood = (await provider.AccessToken.find(token)) ?? (await provider.ClientCredentials.find(token))
  const body = isGood
    ? { id: "foreign-organization" }
    : { message: "Invalid login credentials.", code: "bad.credentials", status: 401, details: [], errors: [] }
  response.writeHead(isGood ? 200 : 401, { "content-type": "application/json" }).end(JSON.stringify(body))
}

/** A browser that keeps cookies and follows redirects until it leaves the server. */
const browse = async (start: URL) => {
  const cookies = new Map<string, string>()
  let url = start
  while (url.origin === start.origin) {
    const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join("; ")
    const response = await fetch(url, { redirect: "manual", headers: { cookie } })
    const location = response.headers.get("location")
    if (location === null) throw new Error(`${url.pathname} leads nowhere: ${response.status}`)
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!
      cookies.set(name!, value!)
    }
    url = new URL(location, url)
  }
  return url
}

/** Starts the server. It ends with the scope. */
export const make = Effect.gen(function* () {
  const asked: Array<Asked> = []
  const memories = new Map<string, Memory>()
  const memoryOf = (model: string) => {
    const memory = memories.get(model) ?? new Memory()
    memories.set(model, memory)
    return memory
  }

  const server = createServer()
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.void))
    }),
    () =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )
  const { address: host, port } = server.address() as AddressInfo
  const origin = `http://${host}:${port}`

  const provider = makeProvider(origin, memoryOf)
  const note = (params: { readonly [name: string]: unknown }, client: string, refused?: string) =>
    asked.push({
      grantType: String(params["grant_type"]),
      clientId: client,
      refreshToken: params["refresh_token"] as string | undefined,
      ...(refused !== undefined && { refused })
    })
  provider.on("grant.success", ({ oidc }) => note(oidc.params!, oidc.client!.clientId))
  provider.on("grant.error", ({ oidc }, { error }) => {
    if (oidc.client !== undefined) note(oidc.params!, oidc.client.clientId, error)
  })

  const answerLogin = provider.callback()
  server.on("request", (request, response) => {
    const path = request.url ?? ""
    if (path.startsWith("/api/")) return answerApi(provider, request, response)
    if (path.startsWith("/interaction/")) {
      return provider.interactionFinished(request, response, { login: { accountId: "somebody" } })
    }
    return answerLogin(request, response)
  })

  const login: ForeignLogin = {
    host,
    port,
    asked,
    consent: (query) =>
      Effect.promise(async () => {
        const back = await browse(
          new URL(
            `${origin}/oauth/authorize?${new URLSearchParams({ response_type: "code", redirect_uri: redirectUri, ...query })}`
          )
        )
        if (`${back.origin}${back.pathname}` !== redirectUri) throw new Error(`Led to ${back.origin}${back.pathname}`)
        return back.searchParams
      }),
    endAccessTokens: Effect.sync(() => {
      memoryOf("AccessToken").entries.clear()
      memoryOf("ClientCredentials").entries.clear()
    })
  }
  return login
})
