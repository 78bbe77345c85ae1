/**
 * The summary of a run: the state and the numbers of each organization.
 *
 * A summary is plain data and goes through `JSON.stringify` as it is.
 */
import type { Entry, FleetRecord } from "./FleetRecord.ts"

/** `notReached`: the run ended before the work for the organization began or ended. */
export type State = Entry["state"] | "notReached"

/** One organization in the summary. */
export interface Row extends Pick<Entry, "numbers" | "notes" | "changes" | "error"> {
  /** Its id in the list of organizations. */
  readonly id: string
  /** How it ended. */
  readonly state: State
  /** When it ended, ISO 8601. */
  readonly at?: string
  /** The name of the file with the result, in the output folder. */
  readonly file?: string
  /** Whether an earlier run did it. */
  readonly isDoneBefore: boolean
}

/** The outcome of a run for all organizations. */
export interface Summary {
  /** What was done, such as `audit`. */
  readonly command: string
  /** How many organizations are in each state. */
  readonly counts: Readonly<Record<State, number>>
  /** In the order of the list of organizations. */
  readonly organizations: ReadonlyArray<Row>
}

/** `ran` has the outcomes of this run; `skipped` has the organizations that an earlier run did. */
export const make = (
  command: string,
  ids: ReadonlyArray<string>,
  record: FleetRecord,
  ran: ReadonlyMap<string, Entry>,
  skipped: ReadonlySet<string>
): Summary => {
  const organizations = ids.map((id): Row => {
    const entry = ran.get(id) ?? (skipped.has(id) ? record.of(id) : undefined)
    if (entry === undefined) return { id, state: "notReached", numbers: {}, notes: [], isDoneBefore: false }
    const { at, changes, error, file, notes, numbers, state } = entry
    return {
      id,
      state,
      at,
      isDoneBefore: skipped.has(id),
      ...(file !== undefined && { file: file.name }),
      numbers,
      ...(changes !== undefined && { changes }),
      notes,
      ...(error !== undefined && { error })
    }
  })
  const counts = { done: 0, partly: 0, failed: 0, timedOut: 0, notReached: 0 }
  for (const { state } of organizations) counts[state] += 1
  return { command, counts, organizations }
}

/** Whether nothing is left to do. */
export const isComplete = ({ counts, organizations }: Summary): boolean => counts.done === organizations.length

/** The names of all numbers in the summary, in the order of their first occurrence. */
export const numbersOf = ({ organizations }: Pick<Summary, "organizations">): ReadonlyArray<string> => [
  ...new Set(organizations.flatMap(({ numbers }) => Object.keys(numbers)))
]

/** The name of each state, for people. */
export const states: { readonly [S in State]: string } = {
  done: "done",
  partly: "partly done",
  failed: "failed",
  timedOut: "timed out",
  notReached: "not reached"
}

/** The error and the notes of an organization as one text. */
export const detailOf = ({ error, notes }: Pick<Row, "error" | "notes">): string =>
  [...(error === undefined ? [] : [error.message]), ...notes].join(" ")
