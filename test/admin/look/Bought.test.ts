import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as ChargeMap from "../../../packages/admin/src/licenses/ChargeMap.ts"
import * as Bought from "../../../packages/admin/src/look/Bought.ts"

const charge = (
  charge: string,
  numbers: { readonly prepaid?: number; readonly used?: number; readonly overage?: number }
) => ({
  contract: "K-1",
  periodId: "p",
  charge,
  ...numbers
})

describe("seats bought beside seats held", () => {
  it.effect("are there only where the file tells the license, and the contract a number", () =>
    Effect.gen(function* () {
      const map = yield* ChargeMap.parse(
        "charge,licenseId\nCX 2,cloudCX2\nCX 2 Concurrent,cloudCX2\nNo number,cloudCX3\nNo license,gone\nNever charged,cloudCX3\n"
      )
      const charges = [
        charge("CX 2", { prepaid: 10, used: 12, overage: 2 }),
        charge("CX 2 Concurrent", { prepaid: 0 }),
        charge("No number", { used: 3 }),
        charge("No license", { prepaid: 5 }),
        charge("AI Tokens", { prepaid: 1000 })
      ]
      const held = [
        { licenseId: "cloudCX2", users: 14 },
        { licenseId: "cloudCX3", users: 0 }
      ]
      const place = { licenseId: "cloudCX2", held: 14, contract: "K-1", periodId: "p" }
      expect(Bought.make(charges, map, held)).toEqual({
        charges: [
          { ...place, charge: "CX 2", bought: 10, used: 12, overage: 2 },
          { ...place, charge: "CX 2 Concurrent", bought: 0 }
        ],
        leftOut: ["No number", "No license", "AI Tokens"],
        strangers: ["Never charged"],
        unknownLicenses: ["gone"]
      })
    })
  )
})
