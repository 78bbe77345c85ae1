import { describe as suite, expect, it } from "@effect/vitest"
import { compare, describe, type Recorded } from "../../packages/admin/src/organization/OrganizationIdentity.ts"

const host = "api.example"
const elsewhere = "gateway.example:8443"

suite("OrganizationIdentity", () => {
  it.each<[comparison: string, one: Recorded | undefined, other: Recorded | undefined]>([
    ["same", { id: "o1", host }, { id: "o1", name: "Example", host }],
    ["same", { id: "A1b2", host }, { id: "a1B2", host: "API.example" }],
    ["sameElsewhere", { id: "o1", host }, { id: "o1", host: elsewhere }],
    ["other", { id: "o1", host }, { id: "o2", host }],
    ["sameHost", { host }, { id: "o1", host }],
    ["sameHost", { host }, { host }],
    ["sameHost", host, { id: "o1", host }],
    ["other", { host }, { id: "o1", host: elsewhere }],
    ["other", host, { host: elsewhere }],
    ["unsaid", undefined, { id: "o1", host }],
    ["unsaid", undefined, undefined]
  ])("is %s: %o and %o", (comparison, one, other) => {
    expect([compare(one, other), compare(other, one)]).toEqual([comparison, comparison])
  })

  it("is described by its name, its id and its host, as far as they are known", () => {
    expect(describe({ id: "o1", name: "Exa\u001b[31mmple", host })).toBe("Exa [31mmple (o1) at api.example")
    expect(describe({ id: "o1", host })).toBe("the organization (o1) at api.example")
    expect(describe({ host })).toBe("api.example")
    expect(describe(host)).toBe("api.example")
  })
})
