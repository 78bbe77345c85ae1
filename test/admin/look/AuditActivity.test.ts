import { describe, expect, it } from "@effect/vitest"
import * as Catalog from "@genesys-license/emulator/organization/Catalog"
import type { UserLicenses } from "@genesys-license/schema/license/User"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import * as Activity from "../../../packages/admin/src/look/Activity.ts"
import * as Audit from "../../../packages/admin/src/look/Audit.ts"
import * as People from "../../../packages/admin/src/people/People.ts"
import * as UserFacts from "../../../packages/admin/src/people/UserFacts.ts"
import { inOrganization, user } from "../organization.ts"

const pagesOf = (users: ReadonlyArray<UserLicenses>) => Stream.make({ users })
const audit = (users: ReadonlyArray<UserLicenses>, options?: Audit.Options) =>
  Audit.of(pagesOf(users), Catalog.definitions, options)
const peopleOf = (csv: string) => Effect.flatMap(UserFacts.parse(csv), People.ofFacts)

describe("Audit with facts about users", () => {
  const csv = [
    "id,email,division,lastLogin,state",
    "old,old@example.com,Sales,2026-01-01,active",
    "recent,recent@example.com,Sales,2026-03-01T00:00:01Z,active",
    "never,never@example.com,Support,,active",
    "left,left@example.com,Support,2026-04-29,inactive",
    "free,free@example.com,Sales,2020-01-01,inactive",
    "elsewhere,elsewhere@example.com,Sales,2020-01-01,active"
  ].join("\n")
  const users = [
    user("old", "cloudCX2", "wallboardUser"),
    user("recent", "cloudCX2"),
    user("never", "cloudCX2"),
    user("left", "cloudCX3"),
    user("free"),
    user("stranger", "cloudCX2")
  ]
  const activity = (options: Audit.Options = {}) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 3, 30))
      const people = yield* peopleOf(csv)
      return (yield* audit(users, { people, listed: 10, ...options })).activity!
    })

  it.effect("finds those who hold licenses and have not logged in for 60 days", () =>
    Effect.gen(function* () {
      expect(yield* activity()).toMatchObject({
        asOf: "2026-04-30T00:00:00.000Z",
        inactiveDays: 60,
        inactive: {
          users: 1,
          listed: [
            {
              userId: "old",
              licenses: ["cloudCX2", "wallboardUser"],
              email: "old@example.com",
              division: "Sales",
              lastLogin: "2026-01-01T00:00:00.000Z",
              lastLoginFrom: "facts",
              state: "active"
            }
          ]
        },
        neverLoggedIn: { users: 1, listed: [expect.objectContaining({ userId: "never" })] },
        noLoginKnown: { users: 0, listed: [] },
        notActive: { users: 1, states: { inactive: 1 }, listed: [expect.objectContaining({ userId: "left" })] },
        unknown: { users: 1, listed: [{ userId: "stranger", licenses: ["cloudCX2"] }] },
        couldGiveBack: 3,
        known: 5,
        notInOrganization: 1
      })
    })
  )

  it.effect("counts the days that it is told", () =>
    Effect.gen(function* () {
      expect((yield* activity({ inactiveDays: 59 })).inactive.listed.map(({ userId }) => userId)).toEqual([
        "old",
        "recent"
      ])
      expect((yield* activity({ inactiveDays: 120 })).inactive.users).toBe(0)
    })
  )

  it.effect("counts for each license and each division", () =>
    Effect.gen(function* () {
      const { departments, divisions, licenses, managers } = yield* activity()
      expect(licenses).toEqual([
        {
          licenseId: "cloudCX2",
          inactive: 1,
          neverLoggedIn: 1,
          noLoginKnown: 0,
          notActive: 0,
          unknown: 1,
          couldGiveBack: 2,
          notKnown: 1
        },
        {
          licenseId: "cloudCX3",
          inactive: 0,
          neverLoggedIn: 0,
          noLoginKnown: 0,
          notActive: 1,
          unknown: 0,
          couldGiveBack: 1,
          notKnown: 0
        },
        {
          licenseId: "wallboardUser",
          inactive: 1,
          neverLoggedIn: 0,
          noLoginKnown: 0,
          notActive: 0,
          unknown: 0,
          couldGiveBack: 1,
          notKnown: 0
        }
      ])
      const counted = (groups: ReadonlyArray<Activity.ActivityOfGroup>) =>
        groups.map(({ couldGiveBack, licensed, notKnown, users }) => [users, licensed, couldGiveBack, notKnown])
      expect(divisions.map(({ division }) => division)).toEqual(["Sales", "Support", ""])
      expect(counted(divisions)).toEqual([
        [3, 2, 1, 0],
        [2, 2, 2, 0],
        [1, 1, 0, 1]
      ])
      expect(divisions[0]).toMatchObject({ inactive: 1, notActive: 0 })
      // The CSV tells neither: everybody is in a group without a name.
      expect([departments, managers].map((groups) => counted(groups))).toEqual([[[6, 5, 3, 1]], [[6, 5, 3, 1]]])
    })
  )

  it.effect("names as many as are wanted, and counts all", () =>
    Effect.gen(function* () {
      expect((yield* activity({ listed: 0 })).inactive).toEqual({ users: 1, listed: [] })
    })
  )

  it.effect("names the first of thousands as it would if it named all of them, in the same order", () =>
    Effect.gen(function* () {
      // Several have the same login, and the order of the list decides between them.
      const many = Array.from({ length: 5_000 }, (_, n) => ({ id: `u${n}`, day: (n * 7919) % 27 }))
      const rows = many.map(({ id, day }) => `${id},2026-01-${String(day + 1).padStart(2, "0")}`)
      const people = yield* peopleOf(["userId,lastLogin", ...rows].join("\n"))
      yield* TestClock.setTime(Date.UTC(2026, 3, 30))
      const holders = many.map(({ id }) => user(id, "cloudCX2"))
      const idleOf = (listed: number) =>
        Effect.map(audit(holders, { people, listed }), ({ activity }) => activity!.inactive)
      const all = yield* idleOf(Infinity)
      expect(all.listed).toHaveLength(5_000)
      for (const listed of [1, 40, 2_000]) {
        expect(yield* idleOf(listed)).toEqual({ users: 5_000, listed: all.listed.slice(0, listed) })
      }
    })
  )

  it.effect("finds nobody inactive in facts that do not tell of log-ins", () =>
    Effect.gen(function* () {
      const people = yield* peopleOf("userId\nold\n")
      const { inactive, neverLoggedIn, noLoginKnown, notKnown } = (yield* audit(users, { people })).activity!
      expect([inactive.users, neverLoggedIn.users]).toEqual([0, 0])
      // Nor is anybody fine.
      expect([noLoginKnown.users, notKnown]).toEqual([1, 5])
    })
  )
})

describe("Audit with the directory", () => {
  const now = Date.UTC(2026, 3, 30)
  const daysAgo = (days: number) => new Date(now - days * 86_400_000).toISOString()
  const token = (days: number) => ({ dateIssued: daysAgo(days) })
  const organization = {
    users: [
      user("recent", "cloudCX2"),
      user("token", "cloudCX2"),
      user("idle", "cloudCX2", "wallboardUser"),
      user("sso", "cloudCX3"),
      user("off", "cloudCX3"),
      user("gone", "cloudCX3"),
      user("free")
    ],
    people: [
      { id: "recent", name: "Rae", dateLastLogin: daysAgo(1), lastTokenIssued: null },
      { id: "token", name: "Tom", dateLastLogin: daysAgo(300), lastTokenIssued: token(2) },
      { id: "idle", name: "Ida", email: "ida@example.com", dateLastLogin: daysAgo(200), lastTokenIssued: token(91) },
      { id: "sso", name: "Sol", dateLastLogin: null, lastTokenIssued: null },
      { id: "off", name: "Oda", state: "inactive" as const, dateLastLogin: daysAgo(300), lastTokenIssued: null },
      { id: "gone", name: "Gus", state: "deleted" as const, dateLastLogin: daysAgo(3), lastTokenIssued: null },
      { id: "free", name: "Fay", dateLastLogin: null, lastTokenIssued: null }
    ]
  }
  const run = (options: Audit.Options = {}) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      return yield* Audit.run({ people: yield* People.read(), inactiveDays: 90, listed: 10, ...options })
    })

  it.effect("finds who has not logged in, by the later of the two dates, and says which one it is", () =>
    Effect.gen(function* () {
      const { inactive } = (yield* run()).activity!
      expect(inactive.listed.map(({ lastLogin, lastLoginFrom, userId }) => [userId, lastLogin, lastLoginFrom])).toEqual(
        [
          ["off", daysAgo(300), "dateLastLogin"],
          ["idle", daysAgo(91), "lastTokenIssued"]
        ]
      )
    }).pipe(inOrganization(organization))
  )

  it.effect("counts the same of people of whom only what is counted is kept", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const people = yield* People.read({ keep: Activity.counted })
      const idle = people.of("idle")
      expect(idle).toMatchObject({ division: "Home", state: "active", lastLogin: now - 91 * 86_400_000 })
      for (const field of ["name", "email", "title", "manager"]) expect(idle).not.toHaveProperty(field)
      const { managers: _, ...counts } = (yield* Audit.run({ people, inactiveDays: 90 })).activity!
      const { managers: __, ...expected } = (yield* run({ listed: 0 })).activity!
      expect(counts).toEqual(expected)
    }).pipe(inOrganization(organization))
  )

  it.effect("names those with the oldest login, wherever they stand in the list of the organization", () =>
    Effect.gen(function* () {
      const { inactive } = (yield* run({ listed: 1 })).activity!
      expect(inactive).toMatchObject({ users: 2, listed: [{ userId: "off" }] })
      const { unlicensedUserIds, activity } = yield* run({ listed: 0, listedHolders: Infinity })
      expect(unlicensedUserIds).toEqual([])
      expect(activity!.inactive.listed.map(({ userId }) => userId)).toEqual(["off", "idle"])
    }).pipe(inOrganization(organization))
  )

  it.effect("counts users of whom no login is known in a row of their own, and calls nobody idle for it", () =>
    Effect.gen(function* () {
      const { inactive, neverLoggedIn, noLoginKnown, unknown } = (yield* run()).activity!
      expect(noLoginKnown).toEqual({ users: 1, listed: [expect.objectContaining({ userId: "sso", name: "Sol" })] })
      expect([inactive.users, neverLoggedIn.users, unknown.users]).toEqual([2, 0, 0])
    }).pipe(inOrganization(organization))
  )

  it.effect("finds leavers who still hold a seat, the deleted ones and those whom nobody knows among them", () =>
    Effect.gen(function* () {
      const strangers = Stream.make({ users: [...organization.users, user("stranger", "cloudCX2")] })
      yield* TestClock.setTime(now)
      const people = yield* People.read()
      const { activity } = yield* Audit.of(strangers, Catalog.definitions, { people, inactiveDays: 90, listed: 10 })
      expect(activity!.notActive).toMatchObject({ users: 3, states: { inactive: 1, deleted: 1, unknown: 1 } })
      expect(activity!.notActive.listed.map(({ name, userId }) => [userId, name])).toEqual([
        ["off", "Oda"],
        ["gone", "Gus"],
        ["stranger", undefined]
      ])
      // The stranger is no login of whom anything could be known.
      expect(activity!.noLoginKnown.listed.map(({ userId }) => userId)).toEqual(["sso"])
      // Whoever is idle and has left gives back one seat, not two.
      expect(activity!.couldGiveBack).toBe(4)
    }).pipe(inOrganization(organization))
  )

  it.effect("names those whose ids it lists", () =>
    Effect.gen(function* () {
      expect((yield* run()).people).toEqual([expect.objectContaining({ userId: "free", name: "Fay" })])
      expect((yield* run({ listed: 0 })).people).toEqual([])
    }).pipe(inOrganization(organization))
  )
})
