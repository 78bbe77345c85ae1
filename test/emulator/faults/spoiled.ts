/** Helpers for tests of faults: a small organization, and requests to it. */
import { Emulator } from "@genesys-license/emulator/Emulator"
import type { Fault } from "@genesys-license/emulator/faults/Fault"
import type { FaultRule } from "@genesys-license/emulator/faults/FaultRule"
import * as Effect from "effect/Effect"
import { call } from "../Caller.ts"

export const users = [
  { id: "ann", licenses: ["cloudCX2"] },
  { id: "bob", licenses: [] },
  { id: "eve", licenses: ["communicate"] }
]
export const broken: Fault = { type: "status", status: 503 }
export const page = "/api/v2/license/users"

export const emulator = (...faults: ReadonlyArray<FaultRule>) => Emulator.layerTest({ users, faults })

/** Sends `count` requests for a page, and returns their statuses. */
export const statuses = (count: number) =>
  Effect.map(
    Effect.forEach(Array.from({ length: count }), () => call("GET", page)),
    (answers) => answers.map(({ status }) => status)
  )

export const counts = Effect.gen(function* () {
  const { faults } = yield* Emulator
  return (yield* faults.rules).map(({ fired, matched, name }) => [name, matched, fired])
})
