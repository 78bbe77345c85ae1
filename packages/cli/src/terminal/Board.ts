/**
 * Progress of many pieces of work: one bar for all, and a line for each that runs. Without
 * a terminal, prints a line when a piece of work ends.
 */
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Semaphore from "effect/Semaphore"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Fit from "./Fit.ts"
import * as Progress from "./Progress.ts"
import { number } from "./Table.ts"

export interface Board {
  readonly began: (name: string) => Effect.Effect<void>
  /** With `needsAttention`, the line is also printed on a terminal, and stays above the board. */
  readonly ended: (name: string, line: string, needsAttention: boolean) => Effect.Effect<void>
}

/** The state to draw. */
export interface Frame {
  readonly label: string
  readonly total: number
  readonly done: number
  readonly wrong: number
  /** The running pieces of work with their start times, the oldest first. */
  readonly running: ReadonlyArray<readonly [name: string, since: number]>
  readonly now: number
  readonly columns: number
  readonly rows: number
}

/** The maximum number of lines for running work. */
const most = 10

const interval = "125 millis"

/** Runs `work` and shows the board meanwhile. `done` is how many pieces were done before. */
export const during = <A, E, R>(
  { done: before, label, total }: { readonly label: string; readonly total: number; readonly done: number },
  work: (board: Board) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | Stdio.Stdio> =>
  Effect.gen(function* () {
    if (!(yield* Progress.isShown)) {
      return yield* work({ began: () => Effect.void, ended: (_, line) => Console.error(line) })
    }
    const stdio = yield* Stdio.Stdio
    const running = new Map<string, number>()
    let done = before
    let wrong = 0
    let drawn = 0
    const write = (text: string) => Effect.ignore(Stream.run(Stream.make(text), stdio.stderr()))
    const erased = () => {
      const text = drawn === 0 ? "" : Progress.erased + `\x1b[1A${Progress.erased}`.repeat(drawn - 1)
      drawn = 0
      return text
    }
    const draw = Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const { columns = 80, rows = 24 } = process.stderr
      const shown = lines({ label, total, done, wrong, running: [...running], now, columns, rows })
      const text = erased() + shown.join("\n")
      drawn = shown.length
      return write(text)
    })
    const screen = yield* Semaphore.make(1)
    yield* Effect.addFinalizer(() => screen.withPermits(1)(Effect.suspend(() => write(erased()))))
    yield* Effect.forkScoped(Effect.repeat(screen.withPermits(1)(draw), Schedule.spaced(interval)))
    return yield* work({
      began: (name) => Effect.map(Clock.currentTimeMillis, (now) => void running.set(name, now)),
      ended: (name, line, needsAttention) =>
        Effect.suspend(() => {
          running.delete(name)
          done += 1
          if (!needsAttention) return Effect.void
          wrong += 1
          return screen.withPermits(1)(Effect.suspend(() => write(`${erased()}${line}\n`)))
        })
    })
  }).pipe(Effect.scoped)

/** The lines of the board, cut to fit the screen. */
export const lines = (frame: Frame): ReadonlyArray<string> => {
  const { columns, done, label, now, rows, running, total, wrong } = frame
  const head = [
    label,
    Progress.bar(total === 0 ? 1 : done / total),
    `${number(done)} of ${number(total)}`,
    ...(wrong > 0 ? [`${number(wrong)} ${wrong === 1 ? "needs" : "need"} attention`] : [])
  ].join("  ")
  const room = Math.max(0, Math.min(most, rows - 3))
  const shown = running.slice(0, running.length > room ? Math.max(0, room - 1) : room)
  const hidden = running.length - shown.length
  return [
    head,
    ...shown.map(([name, since]) => `  ${name}  ${Progress.length(now - since)}`),
    ...(hidden > 0 && room > 0 ? [`  and ${number(hidden)} more`] : [])
  ].map((line) => Fit.cell(line, Math.max(1, columns - 1)))
}
