/** People who are named by e-mail, and what it costs to find them. */
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Emails from "../../../packages/admin/src/people/Emails.ts"
import { inOrganization, reasonOf, user } from "../organization.ts"

const three = {
  users: [user("ann"), user("bob"), user("eve")],
  people: [
    { id: "ann", email: "Ann@Example.com" },
    { id: "bob", email: "bob@example.com", state: "inactive" },
    { id: "eve", email: "eve@example.com", state: "deleted" }
  ]
} as const

const five = {
  users: [user("ann"), user("bob"), user("eve")],
  people: [
    { id: "ann", email: "Ann@Acme.example" },
    { id: "bob", email: "bob@acme.example", state: "inactive" },
    { id: "eve", email: "eve@acme.example", state: "deleted" },
    { id: "old", email: "ann@acme.example", state: "deleted" },
    { id: "bot", email: null }
  ]
} as const

/** How often the list of users was asked for. */
const requests = Effect.gen(function* () {
  const { journal } = yield* Emulator
  return (yield* journal.requests).filter(({ operation }) => operation === "getUsers").length
})

const find = (...emails: ReadonlyArray<string>) =>
  Effect.map(Emails.lookUpWithDeleted(emails), ({ isPartial, people }) => ({
    isPartial,
    ids: Object.fromEntries([...people].map(([email, { id }]) => [email, id]))
  }))

describe("e-mail addresses", () => {
  it.effect("name people, whatever the capitals; deleted ones and strangers are left out", () =>
    Effect.gen(function* () {
      const found = yield* Emails.lookUp(["ANN@example.com", "bob@example.com", "eve@example.com", "x@example.com"])
      expect([...found]).toEqual([
        ["ann@example.com", "ann"],
        ["bob@example.com", "bob"]
      ])
      expect(yield* requests).toBe(2)
    }).pipe(inOrganization(three))
  )

  it.effect("of two people are an error that names both, and only if somebody asks for that one", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(
        Effect.catchTag(Emails.lookUp(["both@example.com"]), "GenesysError", (error) => Effect.die(error))
      )
      expect(reason).toMatchObject({
        _tag: "AmbiguousEmail",
        email: "both@example.com",
        people: [{ userId: "a", name: "Ann" }, { userId: "b" }]
      })
      expect(reason.message).toBe(
        "2 people have the e-mail address both@example.com: Ann (user a), user b. Give the user id of the person that you mean."
      )
      expect((yield* Emails.lookUp(["c@example.com"])).size).toBe(1)
    }).pipe(
      inOrganization({
        users: [user("a"), user("b"), user("c")],
        people: [
          { id: "a", name: "Ann", email: "both@example.com" },
          { id: "b", name: null, email: "Both@Example.com", state: "inactive" },
          { id: "c", email: "c@example.com" }
        ]
      })
    )
  )

  it.effect("cost no request where nobody is named", () =>
    Effect.gen(function* () {
      expect((yield* Emails.lookUp([])).size).toBe(0)
      expect(yield* requests).toBe(0)
    }).pipe(inOrganization(three))
  )
})

describe("people by e-mail, with deleted ones", () => {
  it.effect("are found among active, inactive and deleted users, who is active before who left", () =>
    Effect.gen(function* () {
      const emails = ["ann@acme.example", "bob@acme.example", "eve@acme.example", "nobody@acme.example"]
      expect(yield* find(...emails)).toEqual({
        isPartial: false,
        ids: { "ann@acme.example": "ann", "bob@acme.example": "bob", "eve@acme.example": "eve" }
      })
    }).pipe(inOrganization(five))
  )

  it.effect("are looked for no further than they must", () =>
    Effect.gen(function* () {
      expect((yield* find("ann@acme.example")).ids).toEqual({ "ann@acme.example": "ann" })
      expect(yield* requests).toBe(1)
      expect((yield* find()).ids).toEqual({})
      expect(yield* requests).toBe(1)
    }).pipe(inOrganization(five))
  )

  it.effect("are looked for page by page, up to the page that has the last one", () =>
    Effect.gen(function* () {
      const options = { pageSize: 25, concurrency: 1 }
      const { people } = yield* Emails.lookUpWithDeleted(["user-30@acme.example"], options)
      expect(people.size).toBe(1)
      expect(yield* requests).toBe(2)
    }).pipe(
      inOrganization({
        users: Array.from({ length: 200 }, (_, n) => ({ id: `user-${n}`, licenses: [] })),
        people: Array.from({ length: 200 }, (_, n) => ({ id: `user-${n}`, email: `user-${n}@acme.example` }))
      })
    )
  )

  it.effect("fail where the directory may not be read", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(find("ann@acme.example"))
      expect(error.reason._tag).toBe("Forbidden")
    }).pipe(inOrganization({ ...five, faults: [{ operation: "getUsers", fault: { type: "status", status: 403 } }] }))
  )

  it.effect("are found in a part of the inactive ones, and that is told, where the server lists no more", () =>
    Effect.gen(function* () {
      const { ids, isPartial } = yield* find("user-10001@acme.example", "eve@acme.example")
      expect({ ids, isPartial }).toEqual({ isPartial: true, ids: { "eve@acme.example": "eve" } })
    }).pipe(
      inOrganization({
        ...five,
        people: [
          ...five.people,
          ...Array.from({ length: 10_002 }, (_, n) => ({
            id: `user-${n}`,
            email: `user-${n}@acme.example`,
            state: "inactive" as const
          }))
        ]
      })
    )
  )
})
