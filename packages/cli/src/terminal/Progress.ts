/**
 * The progress of long work: one line on stderr that is redrawn. Draws nothing if stderr is
 * not a terminal, or if stdout is a pipe.
 */
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Semaphore from "effect/Semaphore"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { fstatSync } from "node:fs"
import { number } from "./Table.ts"
import { type RateWindow, Traffic } from "./Traffic.ts"

export interface Progress {
  readonly done: number
  /** Absent while it is unknown. */
  readonly total?: number
}

/** The state to draw. */
export interface Frame extends Progress {
  /** The name of the work, such as `Reading users`. */
  readonly label: string
  readonly elapsedMillis: number
  /** The time since the last progress. */
  readonly stillMillis: number
  readonly now: number
  readonly window: RateWindow | undefined
  /** How many of the counted items one request returns. */
  readonly perRequest: number
  readonly columns: number
  readonly colors: boolean
}

/** Short enough to look alive. */
const interval = "125 millis"

/** The documented length of a rate limit window. Answers only say how much of it is left. */
const windowMillis = 60_000

const barWidth = 24

/** The progress line, for work that also needs the screen itself. */
export interface Line {
  readonly onProgress: (progress: Progress) => Effect.Effect<void>
  /** Hides the line while an effect uses the screen. */
  readonly hide: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/** A line that is never drawn. */
const none: Line = { onProgress: () => Effect.void, hide: (effect) => effect }

/** Runs work that reports progress. The line appears with the first report. */
export const during = <A, E, R>(
  label: string,
  perRequest: number,
  work: (onProgress: Line["onProgress"]) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | Traffic | Stdio.Stdio> => withLine({ label, perRequest }, (line) => work(line.onProgress))

/** The same for work that controls the line. The line shows `before` until the first report. */
export const withLine = <A, E, R>(
  { before, label, perRequest }: { readonly before?: string; readonly label: string; readonly perRequest: number },
  work: (line: Line) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | Traffic | Stdio.Stdio> =>
  Effect.gen(function* () {
    if (!(yield* isShown)) return yield* work(none)
    const stdio = yield* Stdio.Stdio
    const environment = yield* Effect.orDie(names)

    const traffic = yield* Traffic
    const startedAt = yield* Clock.currentTimeMillis
    let progress: Progress | undefined
    let movedAt = startedAt
    let isHidden = false
    let isDrawn = false
    const write = (text: string) => Effect.ignore(Stream.run(Stream.make(text), stdio.stderr()))
    const text = (now: number) => {
      if (progress === undefined) return before
      return line({
        ...progress,
        label,
        perRequest,
        now,
        elapsedMillis: now - startedAt,
        stillMillis: now - movedAt,
        window: traffic.window,
        columns: process.stderr.columns ?? 80,
        colors: environment.noColor === ""
      })
    }
    const draw = Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const drawn = isHidden ? undefined : text(now)
      if (drawn === undefined) return Effect.void
      isDrawn = true
      return write(`${erased}${drawn}`)
    })
    const erase = Effect.suspend(() => {
      if (!isDrawn) return Effect.void
      isDrawn = false
      return write(erased)
    })
    // Only one fiber may draw or erase at a time.
    const screen = yield* Semaphore.make(1)
    const setHidden = (hidden: boolean) =>
      screen.withPermits(1)(
        Effect.suspend(() => {
          isHidden = hidden
          return hidden ? erase : Effect.void
        })
      )
    yield* Effect.addFinalizer(() => setHidden(true))
    yield* Effect.forkScoped(Effect.repeat(screen.withPermits(1)(draw), Schedule.spaced(interval)))
    return yield* work({
      onProgress: (latest) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          progress = latest
          movedAt = now
        }),
      hide: (effect) =>
        Effect.acquireUseRelease(
          setHidden(true),
          () => effect,
          () => setHidden(false)
        )
    })
  }).pipe(Effect.scoped)

export const erased = "\r\x1b[K"

/** Whether there is a screen to draw on. */
export const isShown: Effect.Effect<boolean, never, Stdio.Stdio> = Effect.gen(function* () {
  const stdio = yield* Stdio.Stdio
  if (!(yield* stdio.stderrIsTerminal)) return false
  const { term } = yield* Effect.orDie(names)
  return term !== "dumb" && !(yield* isPiped)
})

/** The program at the other end of a pipe may write to the same terminal, so nothing is drawn. */
const isPiped = Effect.sync(() => {
  try {
    const stdout = fstatSync(1)
    return stdout.isFIFO() || stdout.isSocket()
  } catch {
    return true
  }
})

const variable = (name: string) => Config.withDefault(Config.String(name), "")
const names = Config.all({ noColor: variable("NO_COLOR"), term: variable("TERM") })

/** The line, cut to fit the terminal. The most important parts come first. */
export const line = (frame: Frame): string => {
  const { window, done, label, now, total } = frame
  const perSecond = frame.elapsedMillis < 500 ? undefined : (done / frame.elapsedMillis) * 1000
  const left = remainingMillis(frame)
  // Not only at 0: requests on their way are not counted in the last answer yet.
  const isWaiting =
    window !== undefined && window.endsAt > now && window.left * 20 <= window.allowed && frame.stillMillis > 1000
  const parts = [
    total === undefined ? number(done) : `${number(done)} of ${number(total)}`,
    ...(left === undefined ? [] : [`${length(left)} left`]),
    ...(isWaiting ? [`waiting ${length(window.endsAt - now)} for the rate limit`] : []),
    ...(perSecond === undefined || done === 0 ? [] : [`${number(Math.round(perSecond))}/s`]),
    ...(window === undefined || isWaiting || window.endsAt <= now
      ? []
      : [`${number(window.left)} of ${number(window.allowed)} requests left`])
  ]
  const texts = [label, ...(total === undefined ? [] : [bar(total === 0 ? 1 : Math.min(1, done / total))])]
  let text = texts.join("  ")
  for (const part of parts) {
    // Leaves the last column free, where some terminals wrap.
    if (text.length + 2 + part.length >= frame.columns) break
    text += `  ${part}`
  }
  const drawn = text.slice(0, Math.max(0, frame.columns - 1))
  return frame.colors ? drawn.replace(/█+/, (full) => `\x1b[36m${full}\x1b[39m`) : drawn
}

export const bar = (share: number) => {
  const full = Math.round(share * barWidth)
  return "█".repeat(full) + "░".repeat(barWidth - full)
}

/** A duration in whole seconds, for people. */
export const length = (millis: number) => Duration.format(Duration.seconds(Math.max(1, Math.ceil(millis / 1000))))

/** The remaining time: by the speed so far, but not less than the rate limit allows for the remaining requests. */
const remainingMillis = ({ window, done, elapsedMillis, now, perRequest, total }: Frame): number | undefined => {
  if (total === undefined || done === 0 || done >= total || elapsedMillis < 500) return undefined
  const bySpeed = ((total - done) / done) * elapsedMillis
  if (window === undefined || window.endsAt <= now) return bySpeed
  const beyond = Math.ceil((total - done) / perRequest) - window.left
  if (beyond <= 0) return bySpeed
  return Math.max(bySpeed, window.endsAt - now + Math.floor((beyond - 1) / window.allowed) * windowMillis)
}
