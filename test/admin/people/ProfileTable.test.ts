/** Profiles that are kept small are the ones that went in. */
import { describe, expect, it } from "@effect/vitest"
import fc from "fast-check"
import { type Field, fields, type Profile } from "../../../packages/admin/src/people/Profile.ts"
import { ProfileTable } from "../../../packages/admin/src/people/ProfileTable.ts"

const text = fc.string({ unit: "binary", maxLength: 8 })
const key = fc.oneof(
  fc.uuid(),
  fc.constantFrom("u1", "__proto__", "", "0A1B2C3D-1111-4222-8333-AAAAAAAAAAA4", "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa4")
)
const name = fc.oneof(text, fc.constantFrom("Ada Lovelace", "İpek Öz", "a b c"))
const email = fc.oneof(
  text,
  fc.tuple(text, text).map((parts) => parts.join("@")),
  fc.constantFrom("ada.lovelace@example.com", "Ada.Lovelace.2@example.com", "ada.love@", "@a@b", "i̇pek.öz@example.com")
)
const profile = fc.record(
  {
    userId: fc.oneof(key, text),
    name,
    email,
    department: text,
    title: text,
    division: text,
    manager: fc.constantFrom("m1", "m2", ""),
    state: fc.constantFrom("active", "inactive"),
    lastLogin: fc.integer({ min: Date.UTC(1, 0), max: Date.UTC(9999, 0) }),
    lastLoginFrom: fc.constantFrom("dateLastLogin" as const, "facts" as const),
    neverLoggedIn: fc.constant(true as const)
  },
  { requiredKeys: ["userId"] }
) satisfies fc.Arbitrary<Profile>

const tableOf = (entries: ReadonlyArray<readonly [string, Profile]>, kept?: ReadonlySet<Field>) => {
  const table = new ProfileTable(kept)
  for (const [key, profile] of entries) table.set(key, profile)
  return table
}

describe("ProfileTable", () => {
  it("is a map, whatever the keys and the profiles", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, profile), { maxLength: 40 }), key, (entries, other) => {
        const [table, map] = [tableOf(entries), new Map<string, Profile>(entries)]
        expect([...table]).toEqual([...map])
        expect([...table.keys()]).toEqual([...map.keys()])
        expect([...table.values()]).toEqual([...map.values()])
        expect(table.size).toBe(map.size)
        for (const one of [...map.keys(), other]) {
          expect(table.get(one)).toEqual(map.get(one))
          expect(table.has(one)).toBe(map.has(one))
        }
        const seen = new Map<string, Profile>()
        table.forEach((profile, key) => seen.set(key, profile))
        expect(seen).toEqual(map)
      }),
      { seed: 6, numRuns: 200 }
    )
  })

  it("stores only the fields that are kept", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, profile), { maxLength: 10 }), fc.subarray([...fields]), (entries, kept) => {
        const isKept = (field: string) =>
          !(fields as ReadonlyArray<string>).includes(field) || kept.some((one) => one === field)
        const some = (profile: Profile) =>
          Object.fromEntries(Object.entries(profile).filter(([field]) => isKept(field)))
        expect([...tableOf(entries, new Set(kept))]).toEqual(
          [...new Map(entries)].map(([key, profile]) => [key, some(profile)])
        )
      }),
      { seed: 7, numRuns: 200 }
    )
  })

  it("puts another text in the place of each that a field has, of no other field, and of none that is told later", () => {
    const table = tableOf([
      ["a", { userId: "a", manager: "m1", title: "m1" }],
      ["b", { userId: "b" }]
    ])
    table.rename("manager", (manager) => `${manager}!`)
    expect([...table.values()]).toEqual([{ userId: "a", manager: "m1!", title: "m1" }, { userId: "b" }])
    table.set("c", { userId: "c", manager: "m1" })
    expect(table.get("c")?.manager).toBe("m1")
    expect(table.get("a")?.manager).toBe("m1!")
  })

  it("holds more profiles than it had room for, and longer ones than a block", () => {
    const long = "x".repeat(2 ** 20)
    const entries = Array.from({ length: 5_000 }, (_, n): readonly [string, Profile] => [
      n % 2 === 0 ? `00000000-0000-4000-8000-${String(n).padStart(12, "0")}` : `u${n}`,
      { userId: `u${n}`, name: n % 2_000 === 0 ? `${n}${long}` : `Person ${n}`, division: `Division ${n % 7}` }
    ])
    expect([...tableOf(entries)]).toEqual(entries)
    const table = tableOf(entries)
    for (const [key, profile] of entries) expect(table.get(key)?.name).toBe(profile.name)
  })
})
