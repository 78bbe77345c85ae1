import { describe, expect, it } from "@effect/vitest"
import * as Catalog from "@genesys-license/emulator/organization/Catalog"
import * as CostingPermissions from "../../../packages/admin/src/licenses/CostingPermissions.ts"

const policy = (domain: string, entityName: string, ...actionSet: ReadonlyArray<string>) => ({
  domain,
  entityName,
  actionSet
})

const define = (
  id: string,
  ids: ReadonlyArray<string>,
  {
    comprises = [],
    prerequisites = []
  }: { comprises?: ReadonlyArray<string>; prerequisites?: ReadonlyArray<string> } = {}
) => ({
  id,
  permissions: { ids },
  prerequisites: prerequisites.map((id) => ({ id })),
  comprises: comprises.map((id) => ({ id, prerequisites: [], comprises: [] }))
})

describe("CostingPermissions", () => {
  it("are those of a role that the license grants and no part of it does, at any depth", () => {
    const costing = CostingPermissions.make(Catalog.definitions)
    const policies = [
      policy("chat", "chat", "access"),
      policy("routing", "queue", "view"),
      policy("performance", "insights", "view")
    ]
    expect(costing.among(policies, "cloudCX3")).toEqual(["performance:insights:view"])
    expect(costing.among(policies, "cloudCX2")).toEqual(["routing:queue:view"])
    expect(costing.among(policies, "collaboratePro")).toEqual(["chat:chat:access"])
  })

  it("are none that a prerequisite grants, or a part of it", () => {
    const costing = CostingPermissions.make([
      define("small", ["a:a:a"]),
      define("base", ["b:b:b"], { comprises: ["small"] }),
      define("addOn", ["a:a:a", "b:b:b", "c:c:c"], { prerequisites: ["base"] })
    ])
    expect(costing.among([policy("*", "*", "*")], "addOn")).toEqual(["c:c:c"])
  })

  it("are all that * stands for, among those that the definition lists", () => {
    const costing = CostingPermissions.make(Catalog.definitions)
    expect(costing.among([policy("wfm", "*", "view")], "gc2WEMupgrade")).toEqual([
      "wfm:agentSchedule:view",
      "wfm:historicalAdherence:view",
      "wfm:schedule:view",
      "wfm:shortTermForecast:view"
    ])
  })

  it("are none where the policies or the definition are not known", () => {
    const costing = CostingPermissions.make([{ id: "bare", prerequisites: [], comprises: [] }])
    expect(costing.among(undefined, "bare")).toEqual([])
    expect(costing.among([policy("*", "*", "*")], "bare")).toEqual([])
    expect(costing.among([policy("*", "*", "*")], "unheard")).toEqual([])
  })

  it("end where licenses need each other", () => {
    const costing = CostingPermissions.make([
      define("one", ["a:a:a", "b:b:b"], { prerequisites: ["other"] }),
      define("other", ["a:a:a"], { prerequisites: ["one"] })
    ])
    expect(costing.among([policy("*", "*", "*")], "one")).toEqual(["b:b:b"])
  })
})
