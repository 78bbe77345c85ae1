/**
 * One timer for all timeouts of a client.
 *
 * `Effect.timeout` takes two fibers and a timer for each effect, although hardly any effect is
 * ever late. Here one fiber sleeps until the next deadline. It saves 8 % of the CPU time of a
 * page of 100 users, which is 24 of 295 µs (`pnpm bench pieces`).
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

/** Milliseconds of the monotonic clock, because the time of day may jump during a wait. */
export const elapsedMillis = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1e6

/** The pending timeouts of a client. */
export interface Deadlines {
  /** Calls `onLate` at `atMillis`, in {@link elapsedMillis}, but never synchronously. Returns a function that cancels it. */
  readonly add: (clock: Clock.Clock, atMillis: number, onLate: () => void) => () => void
}

/** In milliseconds. Short, because a sleeping fiber keeps the process alive after its deadlines were cancelled. */
const longestSleep = 1_000

interface Deadline {
  readonly at: number
  readonly onLate: () => void
  /** Its index in the heap. -1 once it was removed. */
  place: number
  isOver: boolean
}

/**
 * The pending deadlines, the earliest first. It is a binary heap in which each deadline knows
 * its index. Most deadlines are later than all earlier ones and get cancelled; both is cheap
 * here. The cost of a check grows with the late deadlines, not with all pending ones.
 *
 * It is an array, because a `Set` with many additions and deletions keeps deleted elements in
 * memory until the next full garbage collection.
 */
class Pending {
  readonly #heap: Array<Deadline> = []

  get first(): Deadline | undefined {
    return this.#heap[0]
  }

  add(deadline: Deadline): void {
    this.#heap.push(deadline)
    this.#rise(deadline, this.#heap.length - 1)
  }

  remove(deadline: Deadline): void {
    const { place } = deadline
    if (place < 0) return
    deadline.place = -1
    const last = this.#heap.pop()!
    if (last === deadline) return
    this.#rise(last, place)
    this.#sink(last, last.place)
  }

  #put(deadline: Deadline, place: number): void {
    this.#heap[place] = deadline
    deadline.place = place
  }

  #rise(deadline: Deadline, from: number): void {
    let place = from
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = this.#heap[above]!
      if (parent.at <= deadline.at) break
      this.#put(parent, place)
      place = above
    }
    this.#put(deadline, place)
  }

  #sink(deadline: Deadline, from: number): void {
    let place = from
    for (;;) {
      const left = 2 * place + 1
      const right = this.#heap[left + 1]
      let child = this.#heap[left]
      if (child !== undefined && right !== undefined && right.at < child.at) child = right
      if (child === undefined || child.at >= deadline.at) break
      const below = child.place
      this.#put(child, place)
      place = below
    }
    this.#put(deadline, place)
  }
}

export const make: Effect.Effect<Deadlines, never, Scope.Scope> = Effect.gen(function* () {
  const pending = new Pending()
  let watch: { readonly clock: Clock.Clock; readonly fiber: Fiber.Fiber<void>; readonly wakesAt: number } | undefined
  const wakeBy = (clock: Clock.Clock, at: number) => {
    if (watch !== undefined && at >= watch.wakesAt && clock === watch.clock) return
    watch?.fiber.interruptUnsafe()
    const now = elapsedMillis(clock)
    const millis = Math.min(longestSleep, Math.max(1, Math.ceil(at - now)))
    const fiber = Effect.runForkWith(Context.make(Clock.Clock, clock))(
      Effect.andThen(
        Effect.sleep(millis),
        Effect.sync(() => check(clock))
      )
    )
    watch = { clock, fiber, wakesAt: now + millis }
  }
  const check = (clock: Clock.Clock) => {
    watch = undefined
    const now = elapsedMillis(clock)
    const late: Array<Deadline> = []
    for (let next = pending.first; next !== undefined && next.at <= now; next = pending.first) {
      pending.remove(next)
      late.push(next)
    }
    for (const deadline of late) {
      // The `onLate` of another deadline may have cancelled this one.
      if (deadline.isOver) continue
      deadline.isOver = true
      deadline.onLate()
    }
    const next = pending.first
    if (next !== undefined) wakeBy(clock, next.at)
  }

  yield* Effect.addFinalizer(() => Effect.sync(() => watch?.fiber.interruptUnsafe()))
  return {
    add: (clock, at, onLate) => {
      const deadline: Deadline = { at, onLate, place: -1, isOver: false }
      pending.add(deadline)
      wakeBy(clock, at)
      return () => {
        deadline.isOver = true
        pending.remove(deadline)
      }
    }
  }
})
