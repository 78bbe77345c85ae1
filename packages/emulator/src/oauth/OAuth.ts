/**
 * Who may call: authorization codes, access tokens and refresh tokens, from their
 * issue until they expire, rotate or are revoked.
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

/** Who may log in. */
export interface OAuthOptions {
  /** Default: one, with `defaultClientId` and `defaultClientSecret`. */
  readonly clients?: ReadonlyArray<OAuthClient.OAuthClientOptions> | undefined
}

/** What an access token stands for. */
export interface Session {
  /** Whose token it is. */
  readonly client: OAuthClient.OAuthClient
  /** Absent for client credentials, which scopes do not bind. */
  readonly scopes: ReadonlyArray<Scope> | undefined
  /** In milliseconds of the `Clock`. */
  readonly expiresAt: number
}

/** What the token endpoint hands out. */
export interface Grant {
  /** The bearer token. */
  readonly accessToken: string
  /** In seconds from now. */
  readonly expiresIn: number
  /** Absent for client credentials and SAML. */
  readonly refreshToken: string | undefined
}

/** Why it does not. */
export class Refusal extends Data.TaggedError("Refusal")<{
  /** Of the answer. */
  readonly status: 400
  /** The code of RFC 6749. */
  readonly error: "invalid_client" | "invalid_grant" | "unsupported_grant_type" | "invalid_request"
  /** The vendor's text. */
  readonly description: string
}> {}

/** {@link Session} as it is kept: the client may change, and may go. */
interface Opened extends Omit<Session, "client"> {
  readonly clientId: string
}

/** A user's consent, waiting to be exchanged for a token. */
interface Consent {
  readonly clientId: string
  readonly redirectUri: string
  readonly codeChallenge: string | undefined
}

/** The right to renew a user's token. `pkce`: without the secret of the client. */
interface Renewal {
  readonly clientId: string
  readonly pkce: boolean
}

/** More tokens of a kind than these are not kept: the oldest ends. */
const capacity = 100_000

/** The OAuth server. Of each kind of token, 100,000 are kept. */
export class OAuth extends Context.Service<
  OAuth,
  {
    /** The id and secret of the first client. */
    readonly credentials: { readonly clientId: string; readonly clientSecret: Redacted.Redacted }
    /** All clients, in the order in which they were given. */
    readonly clients: Effect.Effect<ReadonlyArray<OAuthClient.OAuthClient>>
    /** Puts others in their place. The tokens of a client that is still there stay good. */
    readonly replace: (options?: OAuthOptions) => Effect.Effect<void>
    /** Goes back to the clients of the beginning. */
    readonly reset: Effect.Effect<void>
    /** The session of a token that is neither unknown nor expired nor revoked. */
    readonly session: (accessToken: string) => Effect.Effect<Option.Option<Session>>
    /** Does what `POST /oauth/token` is for. */
    readonly exchange: (
      request: TokenRequest,
      sender: { readonly clientId: string; readonly clientSecret: Redacted.Redacted | undefined }
    ) => Effect.Effect<Grant, Refusal>

    /** A user logs in and agrees: gives the code that the browser would bring back. It is good for one exchange. */
    readonly authorize: (options: {
      readonly redirectUri: string
      /** Default: the first client. */
      readonly clientId?: string | undefined
      /** With PKCE: BASE64URL(SHA256(code_verifier)). */
      readonly codeChallenge?: string | undefined
    }) => Effect.Effect<Redacted.Redacted>
    /** A token without a request for it. */
    readonly issue: (options?: {
      /** Default: the first client. */
      readonly clientId?: string | undefined
      /** Makes it the token of a user. Default: client credentials. */
      readonly scopes?: ReadonlyArray<Scope> | undefined
    }) => Effect.Effect<Redacted.Redacted>
    /** Ends an access token or a refresh token now. */
    readonly revoke: (token: Redacted.Redacted) => Effect.Effect<void>
    /** Ends all access tokens now. Refresh tokens and codes stay good. */
    readonly revokeAll: Effect.Effect<void>
  }
>()("@genesys-license/emulator/OAuth") {
  /** A server with the clients of the options, and no tokens. Ids come from the `Random` in use. */
  static readonly make = (options: OAuthOptions = {}): Effect.Effect<OAuth["Service"]> =>
    make(options).pipe(Effect.provide(Digest.layerWebCrypto))

  /** {@link make} as a layer. */
  static readonly layer = (options?: OAuthOptions): Layer.Layer<OAuth> => Layer.effect(OAuth, OAuth.make(options))
}

const make = Effect.fnUntraced(function* (options: OAuthOptions) {
  const random = yield* Random.Random
  const digest = yield* Digest.Digest

  let registered = register(options)
  const sessions = new Map<string, Opened>()
  const consents = new Map<string, Consent>()
  const renewals = new Map<string, Renewal>()

  const replace = (options: OAuthOptions = {}) =>
    Effect.sync(() => {
      registered = register(options)
    })

  /** For those who set up a test: a client that does not exist is their mistake. */
  const clientOf = (clientId: string | undefined): Effect.Effect<OAuthClient.OAuthClient> =>
    Effect.suspend(() => {
      const client = clientId === undefined ? registered.values().next().value : registered.get(clientId)
      return client === undefined ? Effect.die(new Error(`No such OAuth client: ${clientId}`)) : Effect.succeed(client)
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

  /** Reads an entry that only one reader may have. */
  const takeFrom = <A>(entries: Map<string, A>, key: Redacted.Redacted) =>
    Effect.sync(() => {
      const entry = entries.get(Redacted.value(key))
      entries.delete(Redacted.value(key))
      return entry
    })

  const meets = (challenge: string | undefined, verifier: Redacted.Redacted | undefined) =>
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
          !(yield* meets(consent.codeChallenge, request.code_verifier))
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

  /** PKCE proves itself by its verifier, and so does what comes of it. */
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
        const opened = sessions.get(accessToken)
        const client = registered.get(opened?.clientId ?? "")
        const isGood = opened !== undefined && client !== undefined && now < opened.expiresAt
        return isGood ? Option.some({ ...opened, client }) : Option.none()
      }),
    exchange: Effect.fnUntraced(function* (request, { clientId, clientSecret }) {
      const client = registered.get(clientId)
      const isAuthentic =
        clientSecret === undefined ? needsNoSecret(request) : Redacted.value(clientSecret) === client?.secret
      // Since 2025 the platform does not say which of the two was wrong, and answers 400 to both.
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
