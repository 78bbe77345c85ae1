/**
 * Helpers for tests of a single change: its outcome, or its error.
 */
import type { AssignmentOutcome, GenesysError } from "@genesys-license/client"
import * as Effect from "effect/Effect"

type Outcomes = Effect.Effect<ReadonlyArray<AssignmentOutcome>, GenesysError>

/** The outcome of the only change. */
export const only = (call: Outcomes): Effect.Effect<AssignmentOutcome, GenesysError> =>
  Effect.flatMap(call, ([first, ...others]) =>
    first !== undefined && others.length === 0
      ? Effect.succeed(first)
      : Effect.die(new Error(`There are ${others.length + (first === undefined ? 0 : 1)} outcomes`))
  )

/** The same call, which fails with the error of its only outcome, if there is one. */
export const raised = (call: Outcomes): Effect.Effect<AssignmentOutcome, GenesysError> =>
  Effect.tap(only(call), (outcome) =>
    "error" in outcome && outcome.error !== undefined ? Effect.fail(outcome.error) : Effect.void
  )
