/**
 * How far many pieces of work are, on one screen: a bar for all, and a line for each that
 * runs. Where there is no screen, a line is written when one of them ends.
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
  /** `isWrong`: the line is also written where there is a screen, and stays above the board. */
  readonly ended: (name: string, line: string, isWrong: boolean) => Effect.Effect<void>
}

/** What is to be drawn. */
export interface Frame {
  readonly label: string
  readonly total: number
  readonly done: number
  readonly wrong: number
  /** Since when each of them runs, the longest first. */
  readonly running: ReadonlyArray<readonly [name: string, since: number]>
  readonly now: number
  readonly columns: number
  readonly rows: number
}

/** Lines for those that run. */
const most = 10

const interval = "125 millis"

/** Does something while the board is shown. `done`: how many are done before it begins. */
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
      ended: (name, line, isWrong) =>
        Effect.suspend(() => {
          running.delete(name)
          done += 1
          if (!isWrong) return Effect.void
          wrong += 1
          return screen.withPermits(1)(Effect.suspend(() => write(`${erased()}${line}\n`)))
        })
    })
  }).pipe(Effect.scoped)

/** Lines that fit the screen. */
export const lines = (frame: Frame): ReadonlyArray<string> => {
  const { columns, done, label, now, rows, running, total, wrong } = frame
  const head = [
    label,
    Progress.bar(total === 0 ? 1 : done / total),
    `${number(done)} of ${number(total)}`,
    ...(wrong > 0 ? [`${number(wrong)} need a look`] : [])
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
