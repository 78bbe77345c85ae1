/** People who are named by id, by e-mail address or by name. */
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as NamedPeople from "../../../packages/admin/src/people/NamedPeople.ts"
import { inOrganization, reasonOf, user } from "../organization.ts"

const guid = "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa4"

const six = {
  users: [user("a"), user("b"), user("c"), user("d"), user("e"), user(guid)],
  people: [
    { id: "a", name: "Ann Abe", email: "ann@example.com" },
    { id: "b", name: "Bob Berg", email: "Bob@Example.com", state: "inactive" as const },
    { id: "c", name: "Jane Doe", email: "jane@example.com" },
    { id: "d", name: "JANE  DOE", email: "doe@example.com", state: "inactive" as const },
    { id: "e", name: "Eve Egli", email: "eve@example.com", state: "deleted" as const },
    { id: guid, name: "Zoë Zorn", email: "zoe@example.com" }
  ]
}

/** Nothing of the API goes wrong in these tests. */
const find = (...texts: ReadonlyArray<string>) =>
  Effect.catchTag(NamedPeople.find(texts.map(NamedPeople.read)), "GenesysError", (error) => Effect.die(error))

const readings = Effect.gen(function* () {
  const { journal } = yield* Emulator
  return (yield* journal.requests).filter(({ operation }) => operation === "getUsers").length
})

describe("a text", () => {
  it.effect.each([
    ["ann@example.com", "email", "ann@example.com"],
    [" {0A1B2C3D-1111-4222-8333-AAAAAAAAAAA4} ", "id", guid],
    ["Ann Abe", "name", "Ann Abe"],
    ["u1", "name", "u1"]
  ] as const)("%s is an address, an id or a name by its form", ([text, by, meaning]) =>
    Effect.sync(() => expect(NamedPeople.read(text)).toEqual({ by, text: meaning }))
  )
})

describe("people", () => {
  it.effect("are found by address, by name and by id, each once, in one reading of the directory", () =>
    Effect.gen(function* () {
      const { unknown, userIds } = yield* find("ANN@example.com", "Bob Berg", "ann  abe", guid, "zoe\u0308 zorn", "b")
      expect({ unknown, userIds }).toEqual({ unknown: [], userIds: ["a", "b", guid] })
      // Active and inactive people are two lists.
      expect(yield* readings).toBe(2)
    }).pipe(inOrganization(six))
  )

  it.effect("who are named by id alone take no reading, and an id is taken as it is", () =>
    Effect.gen(function* () {
      const stranger = "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa5"
      expect(yield* find(guid.toUpperCase(), stranger)).toEqual({ userIds: [guid, stranger], unknown: [] })
      expect(yield* readings).toBe(0)
    }).pipe(inOrganization(six))
  )

  it.effect("whom nobody knows, or who are deleted, are told apart", () =>
    Effect.gen(function* () {
      const { unknown, userIds } = yield* find("Nobody", "ann@example.com", "eve@example.com", "Eve Egli")
      expect(userIds).toEqual(["a"])
      expect(unknown.map(({ text }) => text)).toEqual(["Nobody", "eve@example.com", "Eve Egli"])
    }).pipe(inOrganization(six))
  )

  it.effect("of one name are an error that names each of them by e-mail address", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(find("Ann Abe", "jane doe"))
      expect(reason).toMatchObject({ _tag: "AmbiguousNames", names: [{ people: [{ userId: "c" }, { userId: "d" }] }] })
      expect(reason.message).toBe(
        '2 people have the name "Jane Doe": jane@example.com, doe@example.com. Give e-mail addresses instead.'
      )
      // An address is enough to tell them apart.
      expect((yield* find("doe@example.com", "jane@example.com")).userIds).toEqual(["d", "c"])
    }).pipe(inOrganization(six))
  )
})
