/**
 * The time of the emulator: that of the `Clock` in use, and as much ahead of it as
 * somebody has asked for. Tokens expire by it, rate windows close by it, and the
 * journal is dated by it. Nothing that waits gets faster.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** How far the clock can be ahead: a thousand years, which dates in JSON can still write. */
const farthest = Duration.days(365_250)

/** The clock would be where no date is. It has not been moved. */
export class TooFarAhead extends Data.TaggedError("TooFarAhead")<{
  /** What was asked for. */
  readonly by: Duration.Duration
}> {
  override get message() {
    return `The clock can be ahead by ${Duration.format(farthest)} at most.`
  }
}

/** The clock of tokens, rate windows and the journal. It begins with the time of the `Clock` in use. */
export class EmulatorClock extends Context.Service<
  EmulatorClock,
  {
    /** How far it is ahead. */
    readonly ahead: Effect.Effect<Duration.Duration>
    /** Moves it on, by whole milliseconds. In a test in process, `TestClock` does that for everybody at once. */
    readonly advance: (by: Duration.Duration) => Effect.Effect<void, TooFarAhead>
    /** Goes back to the time of the `Clock`. */
    readonly reset: Effect.Effect<void>
    /** Runs an effect by this time. */
    readonly apply: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  }
>()("@genesys-license/emulator/EmulatorClock") {
  /** A clock that is not ahead. */
  static readonly make: Effect.Effect<EmulatorClock["Service"]> = Effect.sync(() => {
    let aheadMillis = 0
    return EmulatorClock.of({
      ahead: Effect.sync(() => Duration.millis(aheadMillis)),
      advance: (by) =>
        Effect.suspend(() => {
          const ahead = aheadMillis + Math.ceil(Duration.toMillis(by))
          if (!(ahead <= Duration.toMillis(farthest))) return Effect.fail(new TooFarAhead({ by }))
          aheadMillis = ahead
          return Effect.void
        }),
      reset: Effect.sync(() => {
        aheadMillis = 0
      }),
      apply: (effect) =>
        Effect.suspend(() =>
          aheadMillis === 0
            ? effect
            : Effect.clockWith((clock) => Effect.provideService(effect, Clock.Clock, shift(clock, aheadMillis)))
        )
    })
  })

  /** {@link make} as a layer. */
  static readonly layer: Layer.Layer<EmulatorClock> = Layer.effect(EmulatorClock, EmulatorClock.make)
}

const shift = (clock: Clock.Clock, millis: number): Clock.Clock => {
  const nanos = BigInt(millis) * 1_000_000n
  return {
    currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + millis,
    currentTimeMillis: Effect.sync(() => clock.currentTimeMillisUnsafe() + millis),
    currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe() + nanos,
    currentTimeNanos: Effect.sync(() => clock.currentTimeNanosUnsafe() + nanos),
    monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
    monotonicTimeNanos: clock.monotonicTimeNanos,
    sleep: (duration) => clock.sleep(duration)
  }
}
