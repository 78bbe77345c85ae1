import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as ChargeMap from "../../../packages/admin/src/licenses/ChargeMap.ts"
import { reasonOf } from "../organization.ts"

const parse = (text: string) => ChargeMap.parse(text, { source: "charges.csv" })

describe("a file of charges", () => {
  it.effect("tells the license of a charge, whatever its capitals and spaces", () =>
    Effect.gen(function* () {
      const map = yield* parse(
        "Charge;License ID;note\nGenesys Cloud CX 2;cloudCX2;\n Wallboard  User ;wallboardUser;x\n"
      )
      expect(ChargeMap.licenseOf(map, "genesys cloud  cx 2 ")).toBe("cloudCX2")
      expect(ChargeMap.licenseOf(map, "Wallboard User")).toBe("wallboardUser")
    })
  )

  it.effect("guesses nothing: a charge that only resembles one has no license", () =>
    Effect.gen(function* () {
      const map = yield* parse("charge,licenseId\nGenesys Cloud CX 2,cloudCX2\n")
      for (const charge of ["Genesys Cloud CX 2 Concurrent", "cloudCX2", "Genesys Cloud CX", "", "constructor"]) {
        expect(ChargeMap.licenseOf(map, charge)).toBeUndefined()
      }
    })
  )

  it.effect("lets several charges be for one license, and tells which do not occur", () =>
    Effect.gen(function* () {
      const map = yield* parse("charge,licenseId\nCX 2,cloudCX2\nCX 2 Concurrent,cloudCX2\n")
      expect(ChargeMap.strangers(map, ["cx 2", "Tokens"])).toEqual(["CX 2 Concurrent"])
    })
  )

  it.effect.each([
    ["charge\nCX 2\n", "charges.csv, line 1: missing column licenseId"],
    ["charge,licenseId\nCX 2,\n", "charges.csv, line 2, column licenseId: must not be empty."],
    ["charge,licenseId\n,cloudCX2\n", "charges.csv, line 2, column charge: must not be empty."],
    [
      "charge,licenseId\nCX 2,cloudCX2\ncx 2,cloudCX3\n",
      'charges.csv, line 3, column charge: duplicate charge "cx 2"; each charge has one license.'
    ]
  ] as const)("is refused with the line of what is wrong: %j", ([text, message]) =>
    Effect.gen(function* () {
      expect((yield* reasonOf(parse(text))).message).toContain(message)
    })
  )
})
