/** The people of an organization, by its own directory: who they are, and what it costs to find out. */
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Directory from "../../../packages/admin/src/people/Directory.ts"
import * as People from "../../../packages/admin/src/people/People.ts"
import * as UserFacts from "../../../packages/admin/src/people/UserFacts.ts"
import { inOrganization, reasonOf, user } from "../organization.ts"

const guid = "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa4"

const four = {
  users: [user("ann", "cloudCX2"), user("bob"), user("eve"), user(guid)],
  people: [
    {
      id: "ann",
      name: "Ann",
      email: "Ann@Example.com",
      department: "Sales",
      manager: { id: "bob" },
      dateLastLogin: "2026-01-02T00:00:00Z",
      lastTokenIssued: { dateIssued: "2026-03-04T00:00:00Z" }
    },
    { id: "bob", name: "Bob", email: "bob@example.com", state: "inactive", dateLastLogin: null, lastTokenIssued: null },
    { id: "eve", name: "Eve", email: "eve@example.com", state: "deleted" },
    { id: guid, name: "Ann", email: "other@example.com" }
  ]
} as const

/** How often the list of users was asked for. */
const requests = Effect.gen(function* () {
  const { journal } = yield* Emulator
  return (yield* journal.requests).filter(({ operation }) => operation === "getUsers").length
})

describe("Directory", () => {
  it.effect("reads who is active and who is not, with the last login and the name of the manager", () =>
    Effect.gen(function* () {
      const profiles = yield* Directory.read()
      expect([...profiles.keys()].sort()).toEqual([guid, "ann", "bob"])
      expect(profiles.get("ann")).toMatchObject({
        userId: "ann",
        name: "Ann",
        email: "Ann@Example.com",
        department: "Sales",
        manager: "Bob",
        state: "active",
        lastLogin: Date.UTC(2026, 2, 4),
        lastLoginFrom: "lastTokenIssued"
      })
      expect(profiles.get("bob")).toMatchObject({ state: "inactive" })
      expect(profiles.get("bob")).not.toHaveProperty("lastLogin")
    }).pipe(inOrganization(four))
  )

  it.effect("reads 500 people with a request, and says how far it is", () =>
    Effect.gen(function* () {
      const progress: Array<{ readonly users: number }> = []
      const { organization } = yield* Emulator
      const [active, inactive] = [organization.directory.inState("active"), organization.directory.inState("inactive")]
      const profiles = yield* Directory.read({ onProgress: (read) => Effect.sync(() => void progress.push(read)) })
      expect([...profiles.keys()].sort()).toEqual([...active, ...inactive].sort())
      expect(yield* requests).toBe(Math.ceil(active.length / 500) + 1)
      expect(progress.at(-1)).toEqual({ users: profiles.size, total: profiles.size })
    }).pipe(inOrganization({ users: 1600 }))
  )

  it.effect("finds people by their ids in any state, and calls unknown whom nobody knows", () =>
    Effect.gen(function* () {
      const profiles = yield* Directory.byId(["ann", "bob", "eve", "nobody", "ann"])
      expect([...profiles.values()].map(({ name, state, userId }) => [userId, name, state])).toEqual([
        ["ann", "Ann", "active"],
        ["bob", "Bob", "inactive"],
        ["eve", "Eve", "deleted"],
        ["nobody", undefined, "unknown"]
      ])
    }).pipe(inOrganization(four))
  )

  it.effect("asks for deleted people once more, because a server may not count them among any", () =>
    Effect.gen(function* () {
      const { faults } = yield* Emulator
      yield* faults.add({
        operation: "getUsers",
        times: 1,
        fault: { type: "patch", operations: [{ op: "remove", path: "/entities/1" }] }
      })
      const profiles = yield* Directory.byId(["ann", "eve"])
      expect(profiles.get("eve")).toMatchObject({ name: "Eve", state: "deleted" })
    }).pipe(inOrganization(four))
  )

  it.effect("stops where the server lists no more inactive people, and finds the others by their ids", () =>
    Effect.gen(function* () {
      const ids = Array.from({ length: 10_400 }, (_, n) => `u${n}`)
      const { organization } = yield* Emulator
      expect(organization.directory.inState("inactive")).toHaveLength(ids.length)
      const people = yield* People.read()
      expect(people.of("u0")).toMatchObject({ state: "inactive" })
      expect(people.of("u10399")).toBeUndefined()
      yield* people.lookUp(["u10399", "u0"])
      expect(people.of("u10399")).toMatchObject({ state: "inactive" })
    }).pipe(
      inOrganization({
        users: Array.from({ length: 10_400 }, (_, n) => user(`u${n}`)),
        people: Array.from({ length: 10_400 }, (_, n) => ({ id: `u${n}`, state: "inactive" as const }))
      })
    )
  )

  it.effect("fails as any call does where the directory is refused or broken", () =>
    Effect.gen(function* () {
      const { faults } = yield* Emulator
      for (const [status, reason] of [
        [403, "Forbidden"],
        [400, "Refused"],
        [503, "ServerError"]
      ] as const) {
        yield* faults.clear
        yield* faults.add({ operation: "getUsers", fault: { type: "status", status } })
        const error = yield* Effect.flip(Directory.read())
        expect(error.reason._tag).toBe(reason)
      }
    }).pipe(inOrganization(four))
  )
})

describe("People", () => {
  const facts = (text: string) => UserFacts.parse(text, { source: "people.csv" })

  it.effect("are known by the CSV where it tells, and by the directory where it does not", () =>
    Effect.gen(function* () {
      const people = yield* People.read({
        facts: yield* facts(`userId,name,division\n${guid.toUpperCase()},Anna,\nann,,West\nstranger,Zoe,\n`)
      })
      expect(people.of(guid)).toMatchObject({ name: "Anna", email: "other@example.com" })
      expect(people.of(guid.toUpperCase())).toEqual(people.of(guid))
      expect(people.of("ann")).toMatchObject({ name: "Ann", division: "West", department: "Sales" })
      expect(people.rows).toBe(3)
      expect([guid, "ann", "bob"].map(people.hasRow)).toEqual([true, true, false])
    }).pipe(inOrganization(four))
  )

  it.effect("are joined by e-mail where the CSV has no ids", () =>
    Effect.gen(function* () {
      const people = yield* People.read({
        facts: yield* facts(
          "email,department,lastLogin\nANN@EXAMPLE.COM,Support,2026-05-06\nnobody@example.com,Sales,\n"
        )
      })
      expect(people.of("ann")).toMatchObject({
        userId: "ann",
        name: "Ann",
        department: "Support",
        lastLogin: Date.UTC(2026, 4, 6),
        lastLoginFrom: "facts"
      })
      expect([people.rows, people.hasRow("ann"), people.hasRow("bob")]).toEqual([2, true, false])
    }).pipe(inOrganization(four))
  )

  it.effect("are joined by e-mail, too, where addresses are not to be kept", () =>
    Effect.gen(function* () {
      const people = yield* People.read({
        facts: yield* facts("email,department\nann@example.com,Support\n"),
        keep: new Set(["state"])
      })
      expect(people.of("ann")).toMatchObject({ department: "Support", state: "active" })
      expect(people.of("ann")).not.toHaveProperty("name")
      expect([...people.fields].sort()).toEqual(["department", "email", "state"])
    }).pipe(inOrganization(four))
  )

  it.effect("are refused where a CSV has somebody by id and by e-mail, or by e-mail without a directory", () =>
    Effect.gen(function* () {
      const twice = yield* facts("user,name\nann,Ann\nann@example.com,Anna\n")
      const read = Effect.catchTag(People.read({ facts: twice }), "GenesysError", (error) => Effect.die(error))
      expect(yield* reasonOf(read)).toMatchObject({ _tag: "InvalidInput", source: "people.csv", line: 3 })
      const byEmail = yield* facts("email\nann@example.com\n")
      expect(yield* reasonOf(People.ofFacts(byEmail))).toMatchObject({ _tag: "InvalidInput", source: "people.csv" })
    }).pipe(inOrganization(four))
  )

  it.effect("are looked up once if the list does not have them", () =>
    Effect.gen(function* () {
      const people = yield* People.read()
      expect(people.of("eve")).toBeUndefined()
      yield* people.lookUp(["eve", "ann"])
      expect(people.of("eve")).toMatchObject({ name: "Eve", state: "deleted" })
      const before = yield* requests
      yield* people.lookUp(["eve", "ann"])
      expect(yield* requests).toBe(before)
    }).pipe(inOrganization(four))
  )
})
