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
  inUse: [
    { roleId: "r3", name: "Supervisor", users: 40, licenses: ["cloudCX2", "gcSTAupgrade"], seats: 80 },
    { roleId: "r4", users: 7, licenses: [], seats: 0 }
  ],
  known: 20,
  unknown: 4
}

const ada = { userId: "u1", name: "Ada", email: "ada@example.com" }
const options = { listed: 10, known: new Map([["u1", ada]]) }

describe("The section of roles", () => {
  it("shows each finding, and nobody's text as markup", () => {
    const { html } = RoleSection.section(findings, options)
    expect(html).toMatch(/cloudCX3.*cloudCX2.*12/)
    expect(html).toContain("&lt;b&gt; Agent&lt;/b&gt; + r2")
    expect(html).toMatch(
      /<summary>2 of 12 users<\/summary>\s*<ul class="who"><li>Ada &lt;ada@example\.com&gt;<\/li>\s*<li><span class="id">u2<\/span>/
    )
    expect(html).toContain("and 10 more users")
    expect(html).toContain("The roles of 4 licensed users are not known, so the findings do not include them.")
  })

  it("says that there is none of a kind, and cuts long lists", () => {
    const many = Array.from({ length: 30 }, (_, n) => ({ licenseId: `l${n}`, instead: [], users: 1, userIds: [] }))
    const { html } = RoleSection.section({ unneeded: many, missing: [], inUse: [], known: 30, unknown: 0 }, options)
    expect(html).toContain("and 10 more findings")
    expect(html).toContain("<p>None.</p>")
    expect(html).toContain("No role with users needs a license.")
    expect(html).not.toContain("not known")
  })

  it("shows the roles that need seats, by their cost", () => {
    const { html } = RoleSection.section(findings, options)
    expect(html.replace(/<[^>]+>/g, " ")).toMatch(/Supervisor +40 +cloudCX2 \+ gcSTAupgrade +80/)
    expect(html).not.toContain("r4")
  })

  it("names nobody where nobody is to be named", () => {
    expect(RoleSection.section(findings, { ...options, listed: 0 }).html).not.toMatch(/Ada|u1|Who/)
  })
})
