/**
 * The clock of the emulator: the `Clock` in use plus an offset that tests set.
 *
 * It decides when tokens expire and rate windows close, and it dates the journal.
 * The offset does not shorten delays such as the latency of a fault.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** A thousand years. JSON dates can still express that. */
const maximumOffset = Duration.days(365_250)

/** The clock would be too far ahead of the `Clock` in use. It was not moved. */
export class TooFarAhead extends Data.TaggedError("TooFarAhead")<{
  /** The requested step. */
  readonly by: Duration.Duration
}> {
  override get message() {
    return `The emulator's clock can be at most ${Duration.toDays(maximumOffset)} days ahead. It was not moved. Advance it by less, or reset it first.`
  }
}

/** The clock for tokens, rate windows and the journal. It starts at the time of the `Clock` in use. */
export class EmulatorClock extends Context.Service<
  EmulatorClock,
  {
    /** The offset: how far this clock is ahead of the `Clock` in use. */
    readonly ahead: Effect.Effect<Duration.Duration>
    /**
     * Increases the offset, rounded up to whole milliseconds. A test in the same process can use `TestClock` instead,
     * which also moves the time of the caller.
     */
    readonly advance: (by: Duration.Duration) => Effect.Effect<void, TooFarAhead>
    /** Sets the offset to zero. */
    readonly reset: Effect.Effect<void>
    /** Runs an effect with this clock. */
    readonly apply: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  }
>()("@genesys-license/emulator/EmulatorClock") {
  /** A clock with an offset of zero. */
  static readonly make: Effect.Effect<EmulatorClock["Service"]> = Effect.sync(() => {
    let aheadMillis = 0
    return EmulatorClock.of({
      ahead: Effect.sync(() => Duration.millis(aheadMillis)),
      advance: (by) =>
        Effect.suspend(() => {
          const ahead = aheadMillis + Math.ceil(Duration.toMillis(by))
          if (!(ahead <= Duration.toMillis(maximumOffset))) return Effect.fail(new TooFarAhead({ by }))
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
