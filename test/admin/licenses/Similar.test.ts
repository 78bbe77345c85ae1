import { describe, expect, it } from "@effect/vitest"
import * as Similar from "../../../packages/admin/src/licenses/Similar.ts"

const roles = ["Supervisor", "Team Supervisor", "Agent", "Admin", "Agents EMEA", "employee"]

describe("Similar names", () => {
  it("are a few letters away, the closest first", () => {
    expect(Similar.to("Agnet", roles)).toEqual(["Agent"])
    expect(Similar.to("supervisr", roles)).toEqual(["Supervisor"])
    expect(Similar.to("Agents", roles)).toEqual(["Agent", "Agents EMEA"])
  })

  it("contain what was typed, or are contained in it", () => {
    expect(Similar.to("EMEA", roles)).toEqual(["Agents EMEA"])
    expect(Similar.to("the supervisor of the team", roles)).toEqual(["Supervisor"])
  })

  it("are three at most, and each once", () => {
    expect(Similar.to("role", ["role 1", "role 2", "role 2", "role 3", "role 4"])).toEqual([
      "role 1",
      "role 2",
      "role 3"
    ])
  })

  it("are none where nothing is near", () => {
    expect(Similar.to("quality manager", roles)).toEqual([])
    expect(Similar.to("", roles)).toEqual([])
  })
})
