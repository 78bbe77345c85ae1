import { describe, expect, it } from "@effect/vitest"
import { UserService } from "@genesys-license/client"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ByEmail from "../../../packages/admin/src/people/ByEmail.ts"
import { clientCredentials } from "../../client/clients.ts"

const options: EmulatorOptions = {
  users: ["ann", "bob", "eve"].map((id) => ({ id, licenses: [] })),
  people: [
    { id: "ann", email: "Ann@Acme.example" },
    { id: "bob", email: "bob@acme.example", state: "inactive" },
    { id: "eve", email: "eve@acme.example", state: "deleted" },
    { id: "old", email: "ann@acme.example", state: "deleted" },
    { id: "bot", email: null }
  ]
}

const withDirectory =
  (more: EmulatorOptions = {}) =>
  <A, E>(test: Effect.Effect<A, E, UserService | Emulator>) =>
    test.pipe(
      Effect.provide(
        UserService.layer({ region: "us-east-1", credentials: clientCredentials, retries: 0 }).pipe(
          Layer.provideMerge(Emulator.layerTest({ ...options, ...more }))
        )
      )
    )

const requests = Effect.flatMap(Emulator, ({ journal }) =>
  Effect.map(journal.requests, (requests) => requests.filter(({ operation }) => operation === "getUsers").length)
)

const find = (...emails: ReadonlyArray<string>) =>
  Effect.map(ByEmail.find(new Set(emails)), ({ isPartial, people }) => ({
    isPartial,
    ids: Object.fromEntries([...people].map(([email, { id }]) => [email, id]))
  }))

describe("people by e-mail", () => {
  it.effect("are found among active, inactive and deleted users, who is active before who left", () =>
    Effect.gen(function* () {
      const emails = ["ann@acme.example", "bob@acme.example", "eve@acme.example", "nobody@acme.example"]
      expect(yield* find(...emails)).toEqual({
        isPartial: false,
        ids: { "ann@acme.example": "ann", "bob@acme.example": "bob", "eve@acme.example": "eve" }
      })
    }).pipe(withDirectory())
  )

  it.effect("are looked for no further than they must", () =>
    Effect.gen(function* () {
      expect((yield* find("ann@acme.example")).ids).toEqual({ "ann@acme.example": "ann" })
      expect(yield* requests).toBe(1)
      expect((yield* find()).ids).toEqual({})
      expect(yield* requests).toBe(1)
    }).pipe(withDirectory())
  )

  it.effect("are looked for page by page, up to the page that has the last one", () =>
    Effect.gen(function* () {
      const read = { pageSize: 25, concurrency: 1 }
      const { people } = yield* ByEmail.find(new Set(["user-30@acme.example"]), { read })
      expect(people.size).toBe(1)
      expect(yield* requests).toBe(2)
    }).pipe(
      withDirectory({
        users: Array.from({ length: 200 }, (_, n) => ({ id: `user-${n}`, licenses: [] })),
        people: Array.from({ length: 200 }, (_, n) => ({ id: `user-${n}`, email: `user-${n}@acme.example` }))
      })
    )
  )

  it.effect("fail where the directory may not be read", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(find("ann@acme.example"))
      expect(error.reason._tag).toBe("Forbidden")
    }).pipe(withDirectory({ faults: [{ operation: "getUsers", fault: { type: "status", status: 403 } }] }))
  )

  it.effect("are found in a part of the inactive ones, and that is told, where the server lists no more", () =>
    Effect.gen(function* () {
      const { ids, isPartial } = yield* find("user-10001@acme.example", "eve@acme.example")
      expect({ ids, isPartial }).toEqual({ isPartial: true, ids: { "eve@acme.example": "eve" } })
    }).pipe(
      withDirectory({
        people: [
          ...(options.people ?? []),
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
