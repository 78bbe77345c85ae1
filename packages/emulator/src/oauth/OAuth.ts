/**
 * The OAuth server: issues authorization codes, access tokens and refresh tokens, and knows when
 * they expire or are revoked.
 */
import type { TokenRequest } from "@genesys-license/schema/OAuth"
import type { Scope } from "@genesys-license/schema/Operation"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Digest from "effect/crypto/Digest"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import { forgetOldest } from "../Forgetting.ts"
import * as OAuthClient from "./OAuthClient.ts"
import * as Uuid from "../Uuid.ts"

/** The OAuth clients that may log in. */
export interface OAuthOptions {
  /** The clients. Default: one, with `defaultClientId` and `defaultClientSecret`. */
  readonly clients?: ReadonlyArray<OAuthClient.OAuthClientOptions> | undefined
}

/** The rights of an access token. */
export interface Session {
  /** The client that the token was issued to. */
  readonly client: OAuthClient.OAuthClient
  /** `undefined` for client credentials, which scopes do not restrict. */
  readonly scopes: ReadonlyArray<Scope> | undefined
  /** The time of the `Clock`, in milliseconds since 1970. */
  readonly expiresAt: number
}

/** The tokens that the token endpoint issues. */
export interface Grant {
  /** The bearer token. */
  readonly accessToken: string
  /** Seconds until the access token expires. */
  readonly expiresIn: number
  /** `undefined` for client credentials and SAML. */
  readonly refreshToken: string | undefined
}

/** The token endpoint refuses a request. */
export class Refusal extends Data.TaggedError("Refusal")<{
  /** The status of the answer. */
  readonly status: 400
  /** The error code of RFC 6749. */
  readonly error: "invalid_client" | "invalid_grant" | "unsupported_grant_type" | "invalid_request"
  /** The vendor's message. */
  readonly description: string
}> {}

/** A {@link Session} as it is stored: with the id of the client, because clients can be replaced. */
interface StoredSession extends Omit<Session, "client"> {
  readonly clientId: string
}

/** The consent of a user, until its code is exchanged for a token. */
interface Consent {
  readonly clientId: string
  readonly redirectUri: string
  readonly codeChallenge: string | undefined
}

/** A refresh token. With `pkce`, a client can use it without its secret. */
interface Renewal {
  readonly clientId: string
  readonly pkce: boolean
}

/** The maximum number of codes, of access tokens, and of refresh tokens. Above it, the oldest one ends. */
const capacity = 100_000

/** The OAuth server. It keeps the newest 100,000 codes, access tokens and refresh tokens. */
export class OAuth extends Context.Service<
  OAuth,
  {
    /** The id and secret of the first client. */
    readonly credentials: { readonly clientId: string; readonly clientSecret: Redacted.Redacted }
    /** All clients, in the order of the options. */
    readonly clients: Effect.Effect<ReadonlyArray<OAuthClient.OAuthClient>>
    /** Replaces all clients. The tokens of a client that still exists stay valid. */
    readonly replace: (options?: OAuthOptions) => Effect.Effect<void>
    /** Restores the clients from the start. */
    readonly reset: Effect.Effect<void>
    /** The session of a valid access token. None if the token is unknown, expired or revoked. */
    readonly session: (accessToken: string) => Effect.Effect<Option.Option<Session>>
    /** Handles a request to `POST /oauth/token`. */
    readonly exchange: (
      request: TokenRequest,
      sender: { readonly clientId: string; readonly clientSecret: Redacted.Redacted | undefined }
    ) => Effect.Effect<Grant, Refusal>

    /** Lets a user log in and agree. Returns the authorization code, which is valid for one exchange. */
    readonly authorize: (options: {
      readonly redirectUri: string
      /** Default: the first client. */
      readonly clientId?: string | undefined
      /** For PKCE: BASE64URL(SHA256(code_verifier)). Default: without PKCE. */
      readonly codeChallenge?: string | undefined
    }) => Effect.Effect<Redacted.Redacted>
    /** Issues an access token without a request to the token endpoint. */
    readonly issue: (options?: {
      /** Default: the first client. */
      readonly clientId?: string | undefined
      /** The scopes of a user's token. Default: a token of client credentials. */
      readonly scopes?: ReadonlyArray<Scope> | undefined
    }) => Effect.Effect<Redacted.Redacted>
    /** Revokes an access token or a refresh token. */
    readonly revoke: (token: Redacted.Redacted) => Effect.Effect<void>
    /** Revokes all access tokens. Refresh tokens and codes stay valid. */
    readonly revokeAll: Effect.Effect<void>
  }
>()("@genesys-license/emulator/OAuth") {
  /** A server with the clients of the options, and no tokens. The `Random` in use generates the tokens. */
  static readonly make = (options: OAuthOptions = {}): Effect.Effect<OAuth["Service"]> =>
    make(options).pipe(Effect.provide(Digest.layerWebCrypto))

  /** {@link make} as a layer. */
  static readonly layer = (options?: OAuthOptions): Layer.Layer<OAuth> => Layer.effect(OAuth, OAuth.make(options))
}

const make = Effect.fnUntraced(function* (options: OAuthOptions) {
  const random = yield* Random.Random
  const digest = yield* Digest.Digest

  let registered = register(options)
  const sessions = new Map<string, StoredSession>()
  const consents = new Map<string, Consent>()
  const renewals = new Map<string, Renewal>()

  const replace = (options: OAuthOptions = {}) =>
    Effect.sync(() => {
      registered = register(options)
    })

  /** Only for calls by a test: an unknown client is a bug of the test, so this dies. */
  const clientOf = (clientId: string | undefined): Effect.Effect<OAuthClient.OAuthClient> =>
    Effect.suspend(() => {
      const client = clientId === undefined ? registered.values().next().value : registered.get(clientId)
      return client === undefined
        ? Effect.die(new Error(`There is no OAuth client ${clientId}. Add it to the clients of the emulator.`))
        : Effect.succeed(client)
    })

  const open = (client: OAuthClient.OAuthClient, scopes?: ReadonlyArray<Scope>): Effect.Effect<Grant> =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      const accessToken = Uuid.next(random)
      const lifetime = Duration.seconds(client.accessTokenValiditySeconds)
      sessions.set(accessToken, { clientId: client.id, scopes, expiresAt: now + Duration.toMillis(lifetime) })
      forgetOldest(sessions, capacity)
      return { accessToken, expiresIn: client.accessTokenValiditySeconds, refreshToken: undefined }
    })

  const openRenewable = (client: OAuthClient.OAuthClient, pkce: boolean): Effect.Effect<Grant> =>
    Effect.map(open(client, client.scopes), (grant) => {
      const refreshToken = Uuid.next(random)
      renewals.set(refreshToken, { clientId: client.id, pkce })
      forgetOldest(renewals, capacity)
      return { ...grant, refreshToken }
    })

  /** Removes and returns an entry, because a code or refresh token works only once. */
  const takeFrom = <A>(entries: Map<string, A>, key: Redacted.Redacted) =>
    Effect.sync(() => {
      const entry = entries.get(Redacted.value(key))
      entries.delete(Redacted.value(key))
      return entry
    })

  const verifierMatches = (challenge: string | undefined, verifier: Redacted.Redacted | undefined) =>
    challenge === undefined || verifier === undefined
      ? Effect.succeed(challenge === undefined && verifier === undefined)
      : digest
          .digest(Digest.sha256, new TextEncoder().encode(Redacted.value(verifier)))
          .pipe(Effect.map((hash) => Base64Url.encode(hash) === challenge))

  const grant = Effect.fnUntraced(function* (request: TokenRequest, client: OAuthClient.OAuthClient) {
    switch (request.grant_type) {
      case "client_credentials":
        return yield* open(client)
      case "authorization_code": {
        const consent = yield* takeFrom(consents, request.code)
        if (
          consent?.clientId !== client.id ||
          consent.redirectUri !== request.redirect_uri ||
          !(yield* verifierMatches(consent.codeChallenge, request.code_verifier))
        ) {
          return yield* invalidGrant("authorization code is invalid")
        }
        return yield* openRenewable(client, consent.codeChallenge !== undefined)
      }
      case "refresh_token": {
        const renewal = yield* takeFrom(renewals, request.refresh_token)
        if (renewal?.clientId !== client.id) return yield* invalidGrant("refresh token is invalid")
        return yield* openRenewable(client, renewal.pkce)
      }
      case "urn:ietf:params:oauth:grant-type:saml2-bearer": {
        if (Redacted.value(request.assertion) === "") return yield* invalidGrant("assertion is invalid")
        if (request.orgName === "") return yield* invalidGrant("organization is unknown")
        return yield* open(client, client.scopes)
      }
    }
  })

  /** PKCE replaces the client secret by the code verifier, also for the refresh tokens that follow. */
  const needsNoSecret = (request: TokenRequest) =>
    (request.grant_type === "authorization_code" && request.code_verifier !== undefined) ||
    (request.grant_type === "refresh_token" && renewals.get(Redacted.value(request.refresh_token))?.pkce === true)

  return OAuth.of({
    get credentials() {
      const { id = "", secret = "" }: Partial<OAuthClient.OAuthClient> = registered.values().next().value ?? {}
      return { clientId: id, clientSecret: Redacted.make(secret) }
    },
    clients: Effect.sync(() => [...registered.values()]),
    replace,
    reset: replace(options),
    session: (accessToken) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const session = sessions.get(accessToken)
        const client = registered.get(session?.clientId ?? "")
        const isValid = session !== undefined && client !== undefined && now < session.expiresAt
        return isValid ? Option.some({ ...session, client }) : Option.none()
      }),
    exchange: Effect.fnUntraced(function* (request, { clientId, clientSecret }) {
      const client = registered.get(clientId)
      const isAuthentic =
        clientSecret === undefined ? needsNoSecret(request) : Redacted.value(clientSecret) === client?.secret
      // Since 2025 the platform answers 400 to a wrong id and to a wrong secret, and does not say which is wrong.
      if (client === undefined || !isAuthentic) return yield* invalidClient
      return yield* grant(request, client)
    }),
    authorize: ({ clientId, codeChallenge, redirectUri }) =>
      Effect.map(clientOf(clientId), (client) => {
        const code = Uuid.next(random)
        consents.set(code, { clientId: client.id, redirectUri, codeChallenge })
        forgetOldest(consents, capacity)
        return Redacted.make(code)
      }),
    issue: ({ clientId, scopes } = {}) =>
      clientOf(clientId).pipe(
        Effect.flatMap((client) => open(client, scopes)),
        Effect.map(({ accessToken }) => Redacted.make(accessToken))
      ),
    revoke: (token) =>
      Effect.sync(() => {
        sessions.delete(Redacted.value(token))
        renewals.delete(Redacted.value(token))
      }),
    revokeAll: Effect.sync(() => sessions.clear())
  })
})

const register = ({ clients = [OAuthClient.defaultClient] }: OAuthOptions) =>
  new Map(clients.map((client) => [client.id, OAuthClient.make(client)]))

const invalidClient = new Refusal({ status: 400, error: "invalid_client", description: "authentication failed" })

const invalidGrant = (description: string) => new Refusal({ status: 400, error: "invalid_grant", description })
