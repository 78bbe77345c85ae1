/**
 * The bearer token: fetched once for all who ask, kept until shortly before it
 * expires, and replaced when the API refuses it.
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
    /** The token in use; fetched when there is none. */
    readonly get: Effect.Effect<Redacted.Redacted, GenesysError>
    /** Drops `refused` if it is still in use, and tells whether another one can be had. */
    readonly drop: (refused: Redacted.Redacted) => Effect.Effect<boolean>
    /**
     * The refresh token to keep for a later session; only the grants of a user have one.
     * Waits up to 5 seconds for a login that is on its way, which replaces it.
     */
    readonly refreshToken: Effect.Effect<Option.Option<Redacted.Redacted>>
  }
>()("@genesys-license/client/AccessToken") {}

/** Where a lifetime is not told, or makes no sense: the shortest that the platform gives out. */
const unknownLifetime = Duration.minutes(5)
/** The longest that the platform gives out. */
const longestLifetime = Duration.hours(48)

/**
 * The lifetime that `expires_in` stands for, in seconds. Whatever cannot be one
 * counts as five minutes: a wrong guess costs a request, as a refused token is
 * replaced anyway.
 *
 * @see https://developer.genesys.cloud/authorization/platform-auth/
 */
export const lifetime = (expiresIn: unknown): Duration.Duration => {
  const seconds = typeof expiresIn === "string" && expiresIn.trim() !== "" ? Number(expiresIn) : expiresIn
  return typeof seconds === "number" && seconds > 0 && Number.isFinite(seconds)
    ? Duration.min(Duration.seconds(seconds), longestLifetime)
    : unknownLifetime
}

/** How long a token is used: its lifetime less a tenth, but at most five minutes, so that it never expires on the way. */
export const usable = (lifetime: Duration.Duration): Duration.Duration =>
  Duration.subtract(lifetime, Duration.min(Duration.minutes(5), Duration.times(lifetime, 0.1)))

const operation = "authenticate"

const decodeResponse = Schema.decodeUnknownEffect(Schema.fromJsonString(TokenResponse))
const decodeError = Schema.decodeUnknownOption(Schema.fromJsonString(TokenError))

/** 400 and 401 of the token endpoint are about the credentials, and have a body of their own. */
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

/** What a closing client waits for a login that must not be lost; then it is given up. */
const patience = Duration.seconds(5)

/** Fetches tokens through `send`, whose base is the login. */
export const make = Effect.fnUntraced(function* (
  credentials: Credentials,
  send: Call.Send,
  // Whoever asks first asks for all: the options of one call are not those of the others.
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
  /** The code of the credentials may have been used, and must not be sent again. */
  let isCodeSent = false
  const usedUp = () => TokenRequest.usedUp(credentials, refresh)
  const hasNone = () => usedUp() === "code" && isCodeSent

  const fetch = Effect.contextWith((context: Context.Context<never>) => {
    if (hasNone()) return Effect.fail(codeIsUsedUp)
    // It may be older than many an access token that came after it.
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

  /** A login that must not be lost: what it uses up is gone, and what replaces it is in its answer. */
  let onItsWay: Fiber.Fiber<TokenResponse, GenesysError> | undefined
  /** The same, and runs to its end when nobody waits for it any more; who comes later waits for the same one. */
  const fetchToTheEnd = Effect.withFiber((fiber: Fiber.Fiber<unknown, unknown>) => {
    if (onItsWay !== undefined) return Fiber.join(onItsWay)
    const kept = Effect.tap(fetch, (token) => Cache.set(cache, "token", token))
    const running = Effect.runForkWith(fiber.context)(kept)
    // It may be over at once.
    if (running.pollUnsafe() === undefined) {
      onItsWay = running
      running.addObserver(() => {
        onItsWay = undefined
      })
    }
    return Fiber.join(running)
  })
  const landed = Effect.suspend(() =>
    onItsWay === undefined ? Effect.void : Effect.timeoutOption(Fiber.await(onItsWay), patience)
  )
  yield* Effect.addFinalizer(() =>
    Effect.andThen(
      landed,
      Effect.sync(() => onItsWay?.interruptUnsafe())
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
        hasNone()
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
    refreshToken: Effect.map(landed, () => Option.fromUndefinedOr(refresh))
  })
})

const failed = (reason: Reason) => new GenesysError({ operation, reason })

const codeIsUsedUp = failed(
  new AuthenticationFailed({ error: "invalid_grant", description: "the code was sent before, and works once" })
)

/** The token of an answer. Not quoted: what is no token response may still hold a token. */
const read = (call: Call.Call) =>
  decodeResponse(call.body).pipe(
    // A token that cannot travel in a header is none; the platform's error would repeat it.
    Effect.filterOrFail((token) => /^[\x21-\x7e]+$/.test(Redacted.value(token.access_token))),
    Effect.mapError(() =>
      failed(
        new UnexpectedResponse({
          problem: InBetween.isPage(call.body)
            ? InBetween.page
            : "the token endpoint answered without a usable access_token"
        })
      )
    )
  )

/** The error as it is, but where nobody knows whether the login used up what works once. */
const lost = (error: GenesysError, call: Call.Call, usedUp: "code" | "assertion" | undefined): GenesysError =>
  usedUp !== undefined && call.maybeProcessed && error.reason._tag !== "OutcomeUnknown"
    ? failed(new OutcomeUnknown({ because: error.reason, usedUp }))
    : error
