/**
 * What becomes of a request, in the words of the tests: faults of the emulator, or a
 * wire that breaks before it.
 */
import type { Fault } from "@genesys-license/emulator/faults/Fault"
import type { FaultRule } from "@genesys-license/emulator/faults/FaultRule"
import type { Operation } from "@genesys-license/emulator/journal/RequestMatch"
import type * as Schema from "effect/Schema"
import type { Break } from "../support/Wire.ts"

/** Faults that happen together, or the break; no fault is the right answer. */
export type Answer = ReadonlyArray<Fault> | Break

/** An answer for each request in turn, and the last one for all that follow. */
export type Script = ReadonlyArray<Answer>

type Fields = Readonly<Record<string, string>>

/** What the emulator answers by itself. */
export const ok: ReadonlyArray<Fault> = []
/** The right answer, with more headers. */
export const withHeaders = (set: Fields): ReadonlyArray<Fault> => [{ type: "headers", set }]

/** A status, and nothing else but what is told. */
export const reply = (status: number, text?: string, headers?: Fields): ReadonlyArray<Fault> => [
  { type: "response", status, ...(text !== undefined && { text }), ...(headers !== undefined && { headers }) }
]
/** 200 and JSON. */
export const json = (value: Schema.Json, headers?: Fields): ReadonlyArray<Fault> => [
  { type: "response", json: value, ...(headers !== undefined && { headers }) }
]
/** An error as the API writes it. */
export const error = (status: number, code?: string): ReadonlyArray<Fault> => [
  { type: "status", status, ...(code !== undefined && { code }) }
]
/** 429 as the API writes it. */
export const limited = (retryAfter?: number | string): ReadonlyArray<Fault> => [
  { type: "status", status: 429, retryAfter }
]

/** The connection breaks after the request has gone out. */
export const reset: ReadonlyArray<Fault> = [{ type: "reset" }]
/** Silence. */
export const silence: ReadonlyArray<Fault> = [{ type: "hang" }]
/** So much later. */
export const late = (duration: string, answer: ReadonlyArray<Fault> = []): ReadonlyArray<Fault> => [
  { type: "latency", duration },
  ...answer
]

/** The platform fails with this code, or with this cause; the emulator hears nothing. */
export const broken = (cause: unknown): Break => ({
  cause: typeof cause === "string" ? Object.assign(new Error("fetch failed"), { code: cause }) : cause
})
/** Nobody listens: the request was certainly not sent. */
export const refusedConnection = broken("ECONNREFUSED")

const isBreak = (answer: Answer): answer is Break => "cause" in answer

/** The break of the n-th request. */
export const breakOf = (script: Script, attempt: number): Break | undefined => {
  const answer = script[attempt - 1] ?? script.at(-1)
  return answer !== undefined && isBreak(answer) ? answer : undefined
}

/** The rules by which the emulator answers so; requests that break on their way never reach it. */
export const rulesOf = (operation: Operation | ReadonlyArray<Operation>, script: Script): ReadonlyArray<FaultRule> => {
  const lasts = script.length - 1
  let arrived = 0
  return script.flatMap((answer, index): ReadonlyArray<FaultRule> => {
    if (isBreak(answer)) return []
    arrived += 1
    const which = index === lasts ? { skip: arrived - 1 } : { nth: arrived }
    return answer.map((fault) => ({ operation, ...which, fault }))
  })
}
