import { describe, expect, it } from "@effect/vitest"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import { call } from "../Caller.ts"

const options: EmulatorOptions = {
  organization: { id: "org" },
  users: [
    { id: "ann", licenses: ["cloudCX2"] },
    { id: "bob", licenses: ["cloudCX2", "gcSTAupgrade"] },
    { id: "eve", licenses: [] },
    { id: "zoe", licenses: ["cloudCX2"] }
  ],
  roles: [
    { id: "agent", name: "Agent", permissions: ["routing:queue:join", "routing:queue:view", "conversation:call:add"] },
    { id: "analyst", name: "Analyst", permissions: ["billing:user:staUpgrade", "all"] },
    { id: "empty", name: "Empty", permissions: [] }
  ],
  people: [
    { id: "eve", roles: ["empty"] },
    { id: "zoe", state: "inactive" }
  ]
}

const emulator = Effect.provide(Emulator.layerTest(options))

describe("getAuthorizationRoles", () => {
  it.effect("shows permissions as policies, and counts users by default", () =>
    Effect.gen(function* () {
      const { body } = yield* call("GET", "/api/v2/authorization/roles")
      expect(body).toEqual({
        entities: [
          {
            id: "agent",
            name: "Agent",
            default: false,
            permissionPolicies: [
              { domain: "routing", entityName: "queue", actionSet: ["join", "view"] },
              { domain: "conversation", entityName: "call", actionSet: ["add"] }
            ],
            userCount: 2
          },
          {
            id: "analyst",
            name: "Analyst",
            default: false,
            permissionPolicies: [
              { domain: "billing", entityName: "user", actionSet: ["staUpgrade"] },
              { domain: "all", actionSet: [] }
            ],
            userCount: 1
          },
          { id: "empty", name: "Empty", default: false, permissionPolicies: [], userCount: 1 }
        ],
        pageSize: 25,
        pageNumber: 1,
        total: 3,
        pageCount: 1
      })
      const uncounted = yield* call("GET", "/api/v2/authorization/roles?userCount=false")
      expect(uncounted.body.entities.some((role: object) => "userCount" in role)).toBe(false)
    }).pipe(emulator)
  )

  it.effect("returns pages, and filters by ids, name and permissions", () =>
    Effect.gen(function* () {
      const ids = (query: string) =>
        Effect.map(call("GET", `/api/v2/authorization/roles?${query}`), ({ body }) =>
          body.entities.map(({ id }: { readonly id: string }) => id)
        )
      expect(yield* ids("pageSize=2&pageNumber=2")).toEqual(["empty"])
      expect(yield* ids("id=empty&id=agent&id=none")).toEqual(["agent", "empty"])
      expect(yield* ids("name=Analyst")).toEqual(["analyst"])
      expect(yield* ids("permission=routing:queue:join&permission=routing:queue:view")).toEqual(["agent"])
      expect(yield* ids("permission=routing:queue:join&permission=all")).toEqual([])
    }).pipe(emulator)
  )
})

describe("getAuthorizationRole", () => {
  it.effect("shows a role, or answers 404", () =>
    Effect.gen(function* () {
      const { body } = yield* call("GET", "/api/v2/authorization/roles/empty?userCount=false")
      expect(body).toEqual({ id: "empty", name: "Empty", default: false, permissionPolicies: [] })
      expect((yield* call("GET", "/api/v2/authorization/roles/none")).status).toBe(404)
    }).pipe(emulator)
  )
})

describe("a role with `*`", () => {
  const withWildcard: EmulatorOptions = {
    users: 300,
    roles: [
      { id: "1d5b1c3e-30b4-4a70-a001-0d8f6f2b7a12", name: "Planner", permissions: ["wfm:*:*", "routing:queue:view"] },
      { id: "all", name: "All", permissions: ["*:*:*"] }
    ]
  }

  it.effect("is shown with its `*`, is found by each included permission, and needs the licenses that grant them", () =>
    Effect.gen(function* () {
      const { body } = yield* call("GET", "/api/v2/authorization/roles?permission=wfm:schedule:view&userCount=false")
      expect(body.entities.map(({ permissionPolicies }: any) => permissionPolicies)).toEqual([
        [
          { domain: "wfm", entityName: "*", actionSet: ["*"] },
          { domain: "routing", entityName: "queue", actionSet: ["view"] }
        ],
        [{ domain: "*", entityName: "*", actionSet: ["*"] }]
      ])
      const infer = (path: string, ids: ReadonlyArray<string>) =>
        Effect.map(call("POST", `/api/v2/license/${path}`, { body: JSON.stringify(ids) }), ({ body }) => body)
      expect(yield* infer("infer", [body.entities[0].id])).toEqual(["cloudCX2", "gc2WEMupgrade"])
      expect(yield* infer("infer/permissions", ["wfm:*:*"])).toEqual(["gc2WEMupgrade"])
      expect(yield* infer("infer", ["all"])).toContain("cloudCX3")
    }).pipe(Effect.provide(Emulator.layerTest(withWildcard)))
  )

  it.effect("lists unused permissions by their ids, without `*`, with expand", () =>
    Effect.gen(function* () {
      const roles = yield* call("GET", "/api/v2/authorization/roles?pageSize=100")
      const details = yield* Effect.forEach(roles.body.entities, ({ id }: any) =>
        Effect.map(call("GET", `/api/v2/authorization/roles/${id}?expand=unusedPermissions`), ({ body }) => body)
      )
      const unused = details.flatMap(({ unusedPermissions }) => unusedPermissions)
      expect(unused.length).toBeGreaterThan(3)
      expect(unused.filter((id) => id.includes("*"))).toEqual([])
      const plain = yield* call("GET", `/api/v2/authorization/roles/${roles.body.entities[0].id}`)
      expect("unusedPermissions" in plain.body).toBe(false)
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("accepts at most a hundred ids", () =>
    Effect.gen(function* () {
      const ids = Array.from({ length: 101 }, (_, n) => `id=${n}`).join("&")
      expect(yield* call("GET", `/api/v2/authorization/roles?${ids}`)).toMatchObject({
        status: 400,
        body: { code: "max.role.ids", message: "Only 100 roles can be requested at a time." }
      })
    }).pipe(emulator)
  )
})

describe("getAuthorizationRoleSubjectgrants", () => {
  it.effect("lists generated and configured users of the role, and nobody inactive", () =>
    Effect.gen(function* () {
      const grants = (path: string) =>
        Effect.map(call("GET", `/api/v2/authorization/roles/${path}`), ({ body }) => body.entities)
      expect(yield* grants("agent/subjectgrants")).toEqual(
        ["ann", "bob"].map((id) => ({
          id,
          name: expect.any(String),
          type: "PC_USER",
          divisions: [{ id: expect.any(String), name: expect.any(String) }]
        }))
      )
      expect(yield* grants("agent/subjectgrants?pageSize=1&pageNumber=2")).toMatchObject([{ id: "bob" }])
      expect(yield* grants("empty/subjectgrants")).toMatchObject([{ id: "eve" }])
      expect((yield* call("GET", "/api/v2/authorization/roles/none/subjectgrants")).status).toBe(404)
    }).pipe(emulator)
  )

  it.effect("agrees with the roles in the answers of getUsers", () =>
    Effect.gen(function* () {
      const { body } = yield* call("GET", "/api/v2/users?state=any&expand=authorization")
      expect(
        body.entities.map(({ authorization, id }: any) => [id, authorization.roles.map(({ id }: any) => id)])
      ).toEqual([
        ["ann", ["agent"]],
        ["bob", ["agent", "analyst"]],
        ["eve", ["empty"]],
        ["zoe", []]
      ])
    }).pipe(emulator)
  )
})
