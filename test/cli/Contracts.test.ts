import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { runHere } from "./run.ts"

const holding = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `user-${n}`, licenses: ["cloudCX2"] }))

/** Ten seats were bought, and twelve are held. */
const organization = Effect.provide(Server.layer({ users: holding(10), seed: "contract" }))

const hireTwo = Effect.flatMap(Emulator, ({ organization }) => organization.updateUsers(() => holding(12)))

describe("contracts", () => {
  it.live("show what was bought, used, and used beyond it, in the current period", () =>
    Effect.gen(function* () {
      yield* hireTwo
      const { exitCode, stderr, stdout } = yield* runHere("contracts")
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
      expect(stdout).toMatch(/^Contract \S+, billing period \d{4}-\d\d, \S+ to \S+ \(preview\)\n/)
      expect(stdout).toMatch(/^ {2}Charge +Unit +Prepaid +Used +Overage +Overage charge$/m)
      expect(stdout).toMatch(/^ {2}Genesys Cloud CX 2 +User +10 +12 +2 +240 USD$/m)
    }).pipe(organization)
  )

  it.live("are of the period that is named by its id or by a day in it, and of no other", () =>
    Effect.gen(function* () {
      const periods = JSON.parse((yield* runHere("contracts", "--format", "json")).stdout)
      const [{ dateEnd, periodId }] = periods.charges
      for (const period of [periodId, dateEnd]) {
        expect(JSON.parse((yield* runHere("contracts", "--format", "json", "--period", period)).stdout)).toEqual(
          periods
        )
      }
      const none = yield* runHere("contracts", "--period", "1999-01")
      expect(none).toMatchObject({ exitCode: 1, stdout: "" })
      expect(none.stderr).toMatch(/^There is no billing period "1999-01"\. Available: .*\d{4}-\d\d\.\n$/)
    }).pipe(organization)
  )

  it.live.each([403, 404, 500] as const)("fail in one sentence that says that they are a preview (%s)", (status) =>
    Effect.gen(function* () {
      const { exitCode, stderr, stdout } = yield* runHere("contracts")
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
      expect(stderr).toMatch(
        /^The contracts cannot be read\. Their API is a preview: .* getBillingContracts: [^\n]*\n$/
      )
    }).pipe(
      Effect.provide(
        Server.layer({
          users: 5,
          faults: [{ operation: "getBillingContracts", fault: { type: "status", status, retryAfter: "no" } }]
        })
      )
    )
  )
})
