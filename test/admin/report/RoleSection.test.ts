import { describe, expect, it } from "@effect/vitest"
import type { RoleFindings } from "../../../packages/admin/src/look/RoleFindings.ts"
import * as RoleSection from "../../../packages/admin/src/report/RoleSection.ts"

const findings: RoleFindings = {
  unneeded: [
    { licenseId: "cloudCX3", instead: ["cloudCX2"], users: 12, userIds: ["u1", "u2"] },
    { licenseId: "wallboardUser", instead: [], users: 1, userIds: ["u3"] }
  ],
  missing: [
    {
      licenseId: "cloudCX2",
      roles: [{ roleId: "r1", name: "<b>\nAgent</b>" }, { roleId: "r2" }],
      users: 3,
      userIds: []
    }
  ],
  known: 20,
  unknown: 4
}

describe("The section of roles", () => {
  it("shows each finding, and nobody's text as markup", () => {
    const { html } = RoleSection.section(findings)
    expect(html).toMatch(/cloudCX3.*cloudCX2.*12/)
    expect(html).toContain("&lt;b&gt; Agent&lt;/b&gt; + r2")
    expect(html).toMatch(/<summary>12 users<\/summary>\s*<span class="id">u1<\/span>\s*<span class="id">u2<\/span>/)
    const names = [{ userId: "u1", name: "Ann <Ann>", email: "ann@example.com" }]
    expect(RoleSection.section(findings, names).html).toMatch(
      /Ann &lt;Ann&gt; &lt;ann@example\.com&gt; <span class="id">u1<\/span>\s*<span class="id">u2<\/span>/
    )
    expect(html).toContain("and 10 more users")
    expect(html).toContain("The roles of 4 licensed users are not known.")
  })

  it("says that there is none of a kind, and cuts long lists", () => {
    const many = Array.from({ length: 30 }, (_, n) => ({ licenseId: `l${n}`, instead: [], users: 1, userIds: [] }))
    const { html } = RoleSection.section({ unneeded: many, missing: [], known: 30, unknown: 0 })
    expect(html).toContain("and 10 more findings")
    expect(html).toContain("<p>None.</p>")
    expect(html).not.toContain("not known")
  })

  it("has a line in short for each kind, with how many times it was found", () => {
    const line = (found: number, place: string, text: string) => `${found} ${place}: ${text}`
    expect(RoleSection.inShort(findings, line)).toEqual([
      "13 unneeded: 13 times a license is held that no role of the holder needs.",
      "3 missing: 3 times a role needs a license that its holder lacks."
    ])
    expect(RoleSection.inShort(undefined, line)).toEqual([])
  })
})
