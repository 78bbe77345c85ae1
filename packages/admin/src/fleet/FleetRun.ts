/**
 * Does the same work for many organizations, several at a time. An organization that fails,
 * dies or takes too long does not affect the others.
 *
 * The concurrency limits memory and sockets. It does not limit the rate of requests: each
 * organization has its own rate limit.
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

/** How many organizations at a time, for how long, and who is told. */
export interface Options<I, A, E, E2 = never, R2 = never> {
  /** Organizations at the same time. Default: 16. */
  readonly concurrency?: number | undefined
  /** The longest that one organization may take. Default: 15 minutes. */
  readonly timeout?: Duration.Input | undefined
  /** Called when the work for an organization begins. */
  readonly onBegan?: ((organization: I) => Effect.Effect<void>) | undefined
  /** Called when the work for an organization ends. If this fails, all work ends. */
  readonly onEnded?: ((organization: I, ended: Ended<A, E>) => Effect.Effect<void, E2, R2>) | undefined
}

/** How the work for one organization ended. `Died` means a bug in the program. */
export type Ended<A, E> =
  | { readonly _tag: "Succeeded"; readonly value: A }
  | { readonly _tag: "Failed"; readonly error: E }
  | { readonly _tag: "TimedOut"; readonly after: Duration.Duration }
  | { readonly _tag: "Died"; readonly cause: Cause.Cause<E> }

/** The defaults of the options. */
export const defaults = { concurrency: 16, timeout: "15 minutes" } as const

/**
 * Does `work` for each organization, and returns how each ended, in the order of the list.
 * Layers that `work` provides are built again for each organization, so organizations never
 * share a budget, a retry quota or a token.
 */
export const run = <I, A, E, R, E2 = never, R2 = never>(
  organizations: ReadonlyArray<I>,
  work: (organization: I) => Effect.Effect<A, E, R>,
  options: Options<I, A, E, E2, R2> = {}
): Effect.Effect<ReadonlyArray<Ended<A, E>>, E2, R | R2> => {
  const { concurrency = defaults.concurrency, onBegan, onEnded } = options
  const after = Duration.fromInputUnsafe(options.timeout ?? defaults.timeout)
  const one = Effect.fnUntraced(function* (organization: I) {
    if (onBegan !== undefined) yield* onBegan(organization)
    const exit = yield* Effect.suspend(() => work(organization)).pipe(
      Effect.provideServiceEffect(Layer.CurrentMemoMap, Effect.sync(Layer.makeMemoMapUnsafe)),
      Effect.timeoutOption(after),
      Effect.exit
    )
    const ended = endedOf(exit, after)
    if (onEnded !== undefined) yield* onEnded(organization, ended)
    return ended
  })
  return Effect.forEach(organizations, one, { concurrency })
}

const endedOf = <A, E>(exit: Exit.Exit<Option.Option<A>, E>, after: Duration.Duration): Ended<A, E> => {
  if (Exit.isSuccess(exit)) {
    return Option.isSome(exit.value) ? { _tag: "Succeeded", value: exit.value.value } : { _tag: "TimedOut", after }
  }
  const error = Cause.findErrorOption(exit.cause)
  return Option.isSome(error) ? { _tag: "Failed", error: error.value } : { _tag: "Died", cause: exit.cause }
}
