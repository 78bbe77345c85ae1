import { describe, expect, it } from "@effect/vitest"
import * as Profile from "../../../packages/admin/src/people/Profile.ts"

const may = (day: number) => `2026-05-${String(day).padStart(2, "0")}T00:00:00.000Z`
const time = (day: number) => Date.UTC(2026, 4, day)

describe("Profile", () => {
  it.each([
    ["with a password, if that is the later", may(9), may(2), { lastLogin: time(9), lastLoginFrom: "dateLastLogin" }],
    ["by a token, if that is the later", may(2), may(9), { lastLogin: time(9), lastLoginFrom: "lastTokenIssued" }],
    [
      "with a password, where there is no token",
      may(2),
      undefined,
      { lastLogin: time(2), lastLoginFrom: "dateLastLogin" }
    ],
    ["by a token, under single sign-on", undefined, may(2), { lastLogin: time(2), lastLoginFrom: "lastTokenIssued" }],
    ["not known, where neither is there", undefined, undefined, {}],
    ["not known, where it is no date", "yesterday", "soon", {}]
  ])("has a last login %s", (_, dateLastLogin, dateIssued, login) => {
    const profile = Profile.fromPerson({
      id: "u",
      ...(dateLastLogin !== undefined && { dateLastLogin }),
      ...(dateIssued !== undefined && { lastTokenIssued: { dateIssued } })
    })
    expect(profile).toEqual({ userId: "u", ...login })
  })

  it("takes a field that wins, and what it leaves out from the other", () => {
    const merged = Profile.merge(
      { userId: "u", name: "Jane Doe", department: "Sales" },
      { userId: "u", name: "J. Doe", email: "jane@example.com", lastLogin: 1, lastLoginFrom: "dateLastLogin" }
    )
    expect(merged).toEqual({
      userId: "u",
      name: "Jane Doe",
      email: "jane@example.com",
      department: "Sales",
      lastLogin: 1,
      lastLoginFrom: "dateLastLogin"
    })
  })

  it("believes in no never where a login is known, and in a login of a CSV however old it is", () => {
    const known: Profile.Profile = { userId: "u", lastLogin: 9, lastLoginFrom: "lastTokenIssued" }
    expect(Profile.merge({ userId: "u", neverLoggedIn: true }, known)).toEqual(known)
    expect(Profile.merge({ userId: "u", neverLoggedIn: true }, { userId: "u" })).toEqual({
      userId: "u",
      neverLoggedIn: true
    })
    expect(Profile.merge({ userId: "u", lastLogin: 1, lastLoginFrom: "facts" }, known)).toMatchObject({
      lastLogin: 1,
      lastLoginFrom: "facts"
    })
  })

  it.each([
    [{ name: "Jane Doe", email: "jane@example.com" }, "Jane Doe <jane@example.com>", "Jane Doe"],
    [{ email: "jane@example.com" }, "jane@example.com", "jane@example.com"],
    [{ name: "Jane Doe" }, "Jane Doe", "Jane Doe"],
    [{}, "", undefined]
  ])("calls %o by what is known", (profile, addressed, called) => {
    expect(Profile.addressed(profile)).toBe(addressed)
    expect(Profile.called(profile)).toBe(called)
  })
})
