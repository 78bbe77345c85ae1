import { describe, expect, it } from "@effect/vitest"
import fc from "fast-check"
import * as Policies from "../../../packages/admin/src/licenses/Policies.ts"

const grants = (domain: string | undefined, entityName: string | undefined, ...actionSet: ReadonlyArray<string>) =>
  Policies.granting([
    { ...(domain !== undefined && { domain }), ...(entityName !== undefined && { entityName }), actionSet }
  ])

describe("Policies", () => {
  it("grant the actions of an entity, and no others", () => {
    const isGranted = grants("routing", "queue", "view", "join")
    expect(["routing:queue:view", "routing:queue:join"].every(isGranted)).toBe(true)
    expect(["routing:queue:edit", "routing:skill:view", "recording:queue:view", "routing:queue"].some(isGranted)).toBe(
      false
    )
  })

  it("grant everything that * stands for, in any of the three places", () => {
    expect(grants("routing", "queue", "*")("routing:queue:edit")).toBe(true)
    expect(grants("routing", "*", "view")("routing:skill:view")).toBe(true)
    expect(grants("routing", "*", "view")("routing:skill:edit")).toBe(false)
    expect(grants("*", "queue", "view")("anything:queue:view")).toBe(true)
    expect(grants("*", "*", "*")("a:b:c")).toBe(true)
  })

  it("grant nothing where the domain, the entity or the actions are left out", () => {
    expect(grants(undefined, "queue", "*")("undefined:queue:view")).toBe(false)
    expect(grants("routing", undefined, "*")("routing:undefined:view")).toBe(false)
    expect(grants("routing", "queue")("routing:queue:view")).toBe(false)
    expect(Policies.granting([])("routing:queue:view")).toBe(false)
  })

  it("grant what any one of them matches, part by part", () => {
    const part = fc.constantFrom("a", "b", "c")
    const pattern = fc.constantFrom("a", "b", "c", "*")
    const policy = fc.record({
      domain: pattern,
      entityName: pattern,
      actionSet: fc.array(pattern, { maxLength: 3 })
    })
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 4 }), fc.tuple(part, part, part), (policies, parts) => {
        const [domain, entity, action] = parts
        const matches = (pattern: string, text: string) => pattern === "*" || pattern === text
        const isGranted = policies.some(
          (policy) =>
            matches(policy.domain, domain) &&
            matches(policy.entityName, entity) &&
            policy.actionSet.some((pattern) => matches(pattern, action))
        )
        expect(Policies.granting(policies)(parts.join(":"))).toBe(isGranted)
      })
    )
  })
})
