import { describe, expect, it } from "@effect/vitest"
import * as Board from "genesys-license/terminal/Board"

const frame: Board.Frame = {
  label: "Auditing",
  total: 200,
  done: 50,
  wrong: 0,
  running: [],
  now: 60_000,
  columns: 80,
  rows: 24
}

const running = (count: number) => Array.from({ length: count }, (_, n) => [`org-${n}`, n * 1000] as const)

describe("the board of many organizations", () => {
  it("has a bar for all, and a line for each that runs", () => {
    expect(Board.lines({ ...frame, wrong: 2, running: running(2) })).toEqual([
      "Auditing  ██████░░░░░░░░░░░░░░░░░░  50 of 200  2 need attention",
      "  org-0  1m",
      "  org-1  59s"
    ])
  })

  it("fits the screen: those that run the longest are shown, and the others counted", () => {
    const lines = Board.lines({ ...frame, running: running(32) })
    expect(lines).toHaveLength(11)
    expect(lines.at(-1)).toBe("  and 23 more")
    const small = Board.lines({ ...frame, running: running(32), rows: 6, columns: 20 })
    expect(small).toHaveLength(4)
    for (const line of small) expect(line.length).toBeLessThan(20)
    expect(Board.lines({ ...frame, running: running(3), rows: 2 })).toHaveLength(1)
  })

  it("is full when there is nothing to do", () => {
    expect(Board.lines({ ...frame, total: 0, done: 0 })).toEqual(["Auditing  ████████████████████████  0 of 0"])
  })
})
