import { describe, expect, it } from "@effect/vitest"
import { FleetPage, type FleetSummary } from "@genesys-license/admin"
import * as Effect from "effect/Effect"

const row = (id: string, more: Partial<FleetSummary.Row> = {}): FleetSummary.Row => ({
  id,
  state: "done",
  numbers: { gained: 1, lost: 0 },
  notes: [],
  isDoneBefore: false,
  ...more
})

const page = (...organizations: ReadonlyArray<FleetSummary.Row>) =>
  FleetPage.page({
    command: "compare",
    counts: { done: 1, partly: 0, failed: 1, timedOut: 0, notReached: 0 },
    organizations
  })

describe("the page of a fleet", () => {
  it.effect("has a row for each organization, those that need a look first, and escapes what others say", () =>
    Effect.gen(function* () {
      const html = yield* page(
        row("acme"),
        row("globex", { state: "failed", error: { reason: "Forbidden", message: "<script>", isRetryable: false } })
      )
      expect(html.match(/<th scope="row">(\w+)</g)).toEqual(['<th scope="row">globex<', '<th scope="row">acme<'])
      expect(html).toContain("&lt;script&gt;")
      // The page has a script of its own, and its policy allows no other.
      expect(html.match(/<script/g)).toHaveLength(1)
      expect(html).toContain("script-src 'sha256-")
      expect(html).toContain("<h1>Compare of 2 organizations</h1>")
      expect(html).toContain("default-src 'none'")
      expect(html).not.toContain("<svg")
    })
  )

  it.effect("draws sparks on one scale, up for what is gained and down for what is lost", () =>
    Effect.gen(function* () {
      const html = yield* page(
        row("acme", { changes: [{ licenseId: "a", gained: 100, lost: 0 }] }),
        row("globex", { changes: [{ licenseId: "a", gained: 50, lost: 1 }] }),
        row("initech", { changes: [] })
      )
      expect(html.match(/aria-label="[^"]* lost"/g)).toEqual([
        'aria-label="100 licenses gained, 0 licenses lost"',
        'aria-label="50 licenses gained, 1 license lost"',
        'aria-label="0 licenses gained, 0 licenses lost"'
      ])
      const bars = [...html.matchAll(/<rect x="0" y="(\d+)" width="4" height="(\d+)" fill="var\(--(plain|striped)\)"/g)]
      expect(bars.map(([, y, height, part]) => `${part} ${y}+${height}`)).toEqual([
        "plain 1+11",
        "plain 6+6",
        "striped 12+1"
      ])
    })
  )
})
