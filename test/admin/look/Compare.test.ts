import { describe, expect, it } from "@effect/vitest"
import type { UserLicenses } from "@genesys-license/schema/license/User"
import fc from "fast-check"
import { compare, isSame } from "../../../packages/admin/src/look/Compare.ts"
import { user } from "../organization.ts"

const snapshot: fc.Arbitrary<{ readonly users: ReadonlyArray<UserLicenses> }> = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom("u1", "u2", "u3", "u4", "u5", "__proto__", "constructor"),
      licenses: fc.uniqueArray(fc.constantFrom("a", "b", "c", "toString"))
    }),
    { selector: ({ id }) => id }
  )
  .map((users) => ({ users }))

describe("compare", () => {
  it("tells who gained and who lost what, and who came and went", () => {
    expect(
      compare(
        { users: [user("same", "a"), user("switched", "a"), user("left", "b"), user("idle")] },
        { users: [user("switched", "b"), user("same", "a"), user("joined", "b", "c")] }
      )
    ).toEqual({
      joined: ["joined"],
      left: ["idle", "left"],
      licenses: [
        { licenseId: "a", before: 2, after: 1, gained: [], lost: ["switched"] },
        { licenseId: "b", before: 1, after: 2, gained: ["joined", "switched"], lost: ["left"] },
        { licenseId: "c", before: 0, after: 1, gained: ["joined"], lost: [] }
      ]
    })
  })

  it("finds no difference between a snapshot and itself, in whatever order it is", () => {
    fc.assert(
      fc.property(snapshot, ({ users }) => {
        const reversed = users.toReversed().map(({ id, licenses }) => ({ id, licenses: licenses.toReversed() }))
        expect(isSame(compare({ users }, { users: reversed }))).toBe(true)
      }),
      { seed: 6 }
    )
  })

  it("tells the opposite the other way round", () => {
    fc.assert(
      fc.property(snapshot, snapshot, (a, b) => {
        const there = compare(a, b)
        const back = compare(b, a)
        expect(back).toEqual({
          joined: there.left,
          left: there.joined,
          licenses: there.licenses.map(({ after, before, gained, licenseId, lost }) => ({
            licenseId,
            before: after,
            after: before,
            gained: lost,
            lost: gained
          }))
        })
      }),
      { seed: 6 }
    )
  })

  it("turns one snapshot into the other when it is carried out", () => {
    fc.assert(
      fc.property(snapshot, snapshot, (a, b) => {
        const { joined, left, licenses } = compare(a, b)
        const users = new Map(a.users.map(({ id, licenses }) => [id, new Set(licenses)]))
        for (const id of joined) users.set(id, new Set())
        for (const { gained, licenseId, lost } of licenses) {
          for (const userId of gained) users.get(userId)!.add(licenseId)
          for (const userId of lost) users.get(userId)!.delete(licenseId)
        }
        for (const id of left) users.delete(id)
        expect(users).toEqual(new Map(b.users.map(({ id, licenses }) => [id, new Set(licenses)])))
      }),
      { seed: 6 }
    )
  })
})
