/**
 * The access token of a client. All calls share one login. The token is kept until shortly
 * before it expires, and replaced when the API rejects it.
 */
import { TokenError, TokenResponse } from "@genesys-license/schema/OAuth"
import * as Cache from "effect/Cache"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { ResolvedCallOptions } from "../call/CallOptions.ts"
import type { Credentials } from "../../cloud/Credentials.ts"
import {
  AuthenticationFailed,
  GenesysError,
  OutcomeUnknown,
  type Reason,
  UnexpectedResponse
} from "../../errors/GenesysError.ts"
import * as InBetween from "../attempt/InBetween.ts"
import * as Metrics from "../call/Metrics.ts"
import * as Call from "../call/Call.ts"
import type { Redaction } from "../call/Redaction.ts"
import * as TokenRequest from "./TokenRequest.ts"

/** The current token of a client. */
export class AccessToken extends Context.Service<
  AccessToken,
  {
    /** The current token. Logs in if there is none. */
    readonly get: Effect.Effect<Redacted.Redacted, GenesysError>
    /** Drops `refused` if it is still the current token. Returns whether the client can get another one. */
    readonly drop: (refused: Redacted.Redacted) => Effect.Effect<boolean>
    /**
     * The current refresh token, to store for a later session. Only the grants of a user have one.
     * If a login is running, waits up to 5 seconds for it, because it replaces the token.
     */
    readonly refreshToken: Effect.Effect<Option.Option<Redacted.Redacted>>
  }
>()("@genesys-license/client/AccessToken") {}

/** The lifetime to assume if the response has none or an invalid one: the shortest of the platform. */
const unknownLifetime = Duration.minutes(5)
/** The longest lifetime of the platform. */
const longestLifetime = Duration.hours(48)

/**
 * Reads `expires_in`, in seconds. An invalid value counts as five minutes. A wrong guess costs
 * one request, because a rejected token is replaced anyway.
 *
 * @see https://developer.genesys.cloud/authorization/platform-auth/
 */
export const lifetime = (expiresIn: unknown): Duration.Duration => {
  const seconds = typeof expiresIn === "string" && expiresIn.trim() !== "" ? Number(expiresIn) : expiresIn
  return typeof seconds === "number" && seconds > 0 && Number.isFinite(seconds)
    ? Duration.min(Duration.seconds(seconds), longestLifetime)
    : unknownLifetime
}

/** How long a token is used: its lifetime minus 10 %, at most minus five minutes, so that it does not expire during a request. */
export const usable = (lifetime: Duration.Duration): Duration.Duration =>
  Duration.subtract(lifetime, Duration.min(Duration.minutes(5), Duration.times(lifetime, 0.1)))

const operation = "authenticate"

const decodeResponse = Schema.decodeUnknownEffect(Schema.fromJsonString(TokenResponse))
const decodeError = Schema.decodeUnknownOption(Schema.fromJsonString(TokenError))

/** Turns 400 and 401 of the token endpoint into `AuthenticationFailed`. Their body is a `TokenError`. */
const refusal = (error: GenesysError, call: Call.Call): GenesysError => {
  const { reason } = error
  const status = reason._tag === "Unauthorized" ? 401 : reason._tag === "Refused" ? reason.status : undefined
  if (status !== 400 && status !== 401) return error
  const body = Option.getOrUndefined(decodeError(Call.withoutSecrets(call, call.body ?? "")))
  const description =
    body?.error_description ?? body?.description ?? (InBetween.isPage(call.body) ? InBetween.page : undefined)
  return failed(
    new AuthenticationFailed({
      status,
      ...(body !== undefined && { error: body.error }),
      ...(description !== undefined && { description })
    })
  )
}

/** How long a closing client waits for a running login before it interrupts it. */
const patience = Duration.seconds(5)

/** Makes the token of a client. `send` sends requests to the login. */
export const make = Effect.fnUntraced(function* (
  credentials: Credentials,
  send: Call.Send,
  // The options of the client, not those of the call that came first, because all calls share the login.
  options: ResolvedCallOptions,
  redaction: Redaction
) {
  if (credentials._tag === "AccessToken") {
    redaction.keep(credentials.accessToken)
    return AccessToken.of({
      get: Effect.succeed(credentials.accessToken),
      drop: () => Effect.succeed(false),
      refreshToken: Effect.succeedNone
    })
  }

  for (const secret of TokenRequest.secrets(credentials)) redaction.keep(secret)
  let refresh: Redacted.Redacted | undefined
  /** Whether the authorization code may be used up. It must not be sent again. */
  let isCodeSent = false
  const usedUp = () => TokenRequest.usedUp(credentials, refresh)
  const isCodeUsedUp = () => usedUp() === "code" && isCodeSent

  const fetch = Effect.contextWith((context: Context.Context<never>) => {
    if (isCodeUsedUp()) return Effect.fail(codeUsedUp)
    // Noted again, because only recent secrets are remembered and this one may be old.
    if (refresh !== undefined) redaction.note(refresh)
    const uses = usedUp()
    const usesOnce = uses === "code" || uses === "assertion" ? uses : undefined
    const call = Call.make({ operation, permissions: [], writes: usesOnce !== undefined, options, redaction, context })
    return send(TokenRequest.make(credentials, refresh), call).pipe(
      Effect.mapError((error) => refusal(error, call)),
      Effect.flatMap(() => read(call)),
      Effect.tap((token) =>
        Effect.sync(() => {
          refresh = token.refresh_token ?? refresh
          redaction.note(token.access_token)
          if (token.refresh_token !== undefined) redaction.note(token.refresh_token)
          Metrics.count(Metrics.tokens, call)
        })
      ),
      Effect.mapError((error) => Call.annotate(lost(error, call, usesOnce), call)),
      Effect.onExit(() => {
        if (uses === "code" && call.maybeProcessed) isCodeSent = true
        return Effect.void
      }),
      Effect.withSpan("AccessToken.fetch", { kind: "client" })
    )
  })

  /**
   * A running login that must not be interrupted. It uses up a code, assertion or refresh token,
   * and only its response contains the replacement.
   */
  let login: Fiber.Fiber<TokenResponse, GenesysError> | undefined
  /** Like `fetch`, but the login goes on when its callers are interrupted. Later callers wait for the same login. */
  const fetchToTheEnd = Effect.withFiber((fiber: Fiber.Fiber<unknown, unknown>) => {
    if (login !== undefined) return Fiber.join(login)
    const kept = Effect.tap(fetch, (token) => Cache.set(cache, "token", token))
    const running = Effect.runForkWith(fiber.context)(kept)
    // The login may have ended synchronously.
    if (running.pollUnsafe() === undefined) {
      login = running
      running.addObserver(() => {
        login = undefined
      })
    }
    return Fiber.join(running)
  })
  const awaitLogin = Effect.suspend(() =>
    login === undefined ? Effect.void : Effect.timeoutOption(Fiber.await(login), patience)
  )
  yield* Effect.addFinalizer(() =>
    Effect.andThen(
      awaitLogin,
      Effect.sync(() => login?.interruptUnsafe())
    )
  )

  const cache: Cache.Cache<"token", TokenResponse, GenesysError> = yield* Cache.makeWith<
    "token",
    TokenResponse,
    GenesysError
  >(() => Effect.suspend(() => (usedUp() === undefined ? fetch : fetchToTheEnd)), {
    capacity: 1,
    timeToLive: Exit.match({
      onFailure: () => Duration.zero,
      onSuccess: (token) => usable(lifetime(token.expires_in))
    })
  })

  return AccessToken.of({
    get: Effect.map(Cache.get(cache, "token"), (token) => token.access_token),
    drop: (refused) =>
      Effect.suspend(() =>
        isCodeUsedUp()
          ? Effect.succeed(false)
          : Effect.as(
              Cache.invalidateWhen(
                cache,
                "token",
                (token) => Redacted.value(token.access_token) === Redacted.value(refused)
              ),
              true
            )
      ),
    refreshToken: Effect.map(awaitLogin, () => Option.fromUndefinedOr(refresh))
  })
})

const failed = (reason: Reason) => new GenesysError({ operation, reason })

const codeUsedUp = failed(
  new AuthenticationFailed({
    error: "invalid_grant",
    description: "the code was already sent, and a code works only once"
  })
)

/** Decodes the token. Errors do not quote the response, because even an invalid one may contain a token. */
const read = (call: Call.Call) =>
  decodeResponse(call.body).pipe(
    // A header could not hold such a token, and the platform's error would contain it.
    Effect.filterOrFail((token) => /^[\x21-\x7e]+$/.test(Redacted.value(token.access_token))),
    Effect.mapError(() =>
      failed(
        new UnexpectedResponse({
          problem: InBetween.isPage(call.body) ? InBetween.page : "the token endpoint returned no usable access_token"
        })
      )
    )
  )

/** Becomes `OutcomeUnknown` if the login may have used up a code or an assertion. */
const lost = (error: GenesysError, call: Call.Call, usedUp: "code" | "assertion" | undefined): GenesysError =>
  usedUp !== undefined && call.maybeProcessed && error.reason._tag !== "OutcomeUnknown"
    ? failed(new OutcomeUnknown({ because: error.reason, usedUp }))
    : error
