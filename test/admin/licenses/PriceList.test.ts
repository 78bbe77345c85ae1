import { describe, expect, it } from "@effect/vitest"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import * as PriceList from "../../../packages/admin/src/licenses/PriceList.ts"
import * as SeatPrices from "../../../packages/admin/src/look/SeatPrices.ts"
import { reasonOf } from "../organization.ts"

const parse = (text: string) => PriceList.parse(text, { source: "prices.csv" })

const held = (licenseId: string, users: number) => ({ licenseId, users })

describe("a list of prices", () => {
  it.effect("has exact amounts, of a month if it does not say", () =>
    Effect.gen(function* () {
      const prices = yield* parse("License ID,Price,Currency,Per\na,0.1,usd,\nb,1200,EUR,Year\n")
      expect([...prices.keys()]).toEqual(["a", "b"])
      expect(BigDecimal.format(prices.get("a")!.amount)).toBe("0.1")
      expect(prices.get("a")).toMatchObject({ currency: "USD", per: "month" })
      expect(prices.get("b")).toMatchObject({ currency: "EUR", per: "year" })
    })
  )

  it.effect("has commas for decimal points where that is plain", () =>
    Effect.gen(function* () {
      const prices = yield* parse("licenseId;price;currency\na;99,50;EUR\n")
      expect(BigDecimal.format(prices.get("a")!.amount)).toBe("99.5")
    })
  )

  it.effect.each([
    ["a,1,USD\na,2,USD", 'line 3, column licenseId: duplicate license "a".'],
    [",1,USD", "line 2, column licenseId: must not be empty."],
    ["a,,USD", 'column price: must be a number such as 120 or 99.50, not "".'],
    ["a,-1,USD", "column price: must be a number"],
    ["a,1e3,USD", "column price: must be a number"],
    ["a,$12,USD", "column price: must be a number"],
    ['a,"1,234",USD', 'column price: "1,234" is ambiguous; write 1234 or 1.234.'],
    ["a,1,$", 'column currency: must be a three-letter code such as USD, not "$".'],
    ["a,1,USD,week", "column per: must be month or year."]
  ] as const)("is refused where a price is not plain: %j", ([rows, message]) =>
    Effect.gen(function* () {
      const columns = rows.endsWith("week") ? "licenseId,price,currency,per" : "licenseId,price,currency"
      expect((yield* reasonOf(parse(`${columns}\n${rows}\n`))).message).toContain(message)
    })
  )
})

describe("seats at list price", () => {
  it.effect("are never added up over currencies, nor over months and years", () =>
    Effect.gen(function* () {
      const prices = yield* parse(
        "licenseId,price,currency,per\na,0.10,USD,\nb,0.20,USD,\nc,5,EUR,\nd,1000,USD,year\ngone,1,USD,\n"
      )
      const licenses = [held("a", 3), held("b", 1), held("c", 2), held("d", 1), held("e", 7), held("f", 0)]
      expect(SeatPrices.make(licenses, prices)).toEqual({
        licenses: [
          { licenseId: "a", seats: 3, price: "0.10", listPrice: "0.30", currency: "USD", per: "month" },
          { licenseId: "b", seats: 1, price: "0.20", listPrice: "0.20", currency: "USD", per: "month" },
          { licenseId: "c", seats: 2, price: "5.00", listPrice: "10.00", currency: "EUR", per: "month" },
          { licenseId: "d", seats: 1, price: "1000.00", listPrice: "1000.00", currency: "USD", per: "year" }
        ],
        totals: [
          { listPrice: "10.00", currency: "EUR", per: "month" },
          { listPrice: "0.50", currency: "USD", per: "month" },
          { listPrice: "1000.00", currency: "USD", per: "year" }
        ],
        unpriced: ["e"],
        strangers: ["gone"]
      })
    })
  )

  it.effect("are exact, however many decimals a price has", () =>
    Effect.gen(function* () {
      const price = fc.tuple(fc.bigInt(0n, 10n ** 25n), fc.integer({ min: 0, max: 20 }))
      const cases = fc.sample(fc.tuple(price, fc.integer({ min: 0, max: 1_000_000 })), { numRuns: 100, seed: 7 })
      for (const [[digits, scale], seats] of cases) {
        const text = digits.toString().padStart(scale + 1, "0")
        const decimal = scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`
        const prices = yield* parse(`licenseId,price,currency\na,${decimal},USD\n`)
        const [sum] = SeatPrices.make([held("a", seats)], prices).totals
        const [whole, part = ""] = sum!.listPrice.split(".")
        expect(part.length).toBeGreaterThanOrEqual(2)
        const inSmallest = BigInt(whole + part.padEnd(20, "0"))
        expect(inSmallest).toBe(digits * BigInt(seats) * 10n ** BigInt(20 - scale))
      }
    })
  )
})
